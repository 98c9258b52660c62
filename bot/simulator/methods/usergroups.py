"""usergroups.*"""

from __future__ import annotations

from bot.simulator import shapes
from bot.simulator.clock import seconds
from bot.simulator.errors import Json, SlackError
from bot.simulator.methods.base import Args, Method, Session
from bot.simulator.records import Usergroup


def listed(here: Session, args: Args) -> Json:
    users = args.get("include_users", False)
    return {"usergroups": [shapes.group(here.workspace, one, users=users) for one in here.workspace.groups.values()]}


def _found(here: Session, args: Args) -> Usergroup:
    group = here.workspace.groups.get(args["usergroup"])
    if group is None:
        raise SlackError("no_such_subteam")
    return group


def _check_free(here: Session, args: Args, own: Usergroup | None = None) -> None:
    for group in here.workspace.groups.values():
        if group is own:
            continue
        if args.get("name") == group.name:
            raise SlackError("name_already_exists")
        if args.get("handle") == group.handle:
            raise SlackError("handle_already_exists")


def create(here: Session, args: Args) -> Json:
    if not args["name"]:
        raise SlackError("invalid_name")
    _check_free(here, args)
    handle = args.get("handle") or args["name"].lower().replace(" ", "-")
    group = here.workspace.add_group(handle, name=args["name"], description=args.get("description", ""))
    return {"usergroup": shapes.group(here.workspace, group)}


def update(here: Session, args: Args) -> Json:
    group = _found(here, args)
    _check_free(here, args, group)
    for name in ("name", "handle", "description"):
        if args.get(name):
            setattr(group, name, args[name])
    return _changed(here, group)


def _changed(here: Session, group: Usergroup) -> Json:
    group.updated = seconds(here.core.clock.now())
    here.workspace.tell("people")
    return {"usergroup": shapes.group(here.workspace, group, users=True)}


def users_list(here: Session, args: Args) -> Json:
    return {"users": list(_found(here, args).users)}


def users_update(here: Session, args: Args) -> Json:
    group = _found(here, args)
    if not args["users"]:
        raise SlackError("no_users_provided")
    if any(user not in here.workspace.users for user in args["users"]):
        raise SlackError("invalid_users")
    group.users = list(dict.fromkeys(args["users"]))
    return _changed(here, group)


FIELDS = "channels:list description handle include_count:bool"
METHODS = (
    Method(
        "usergroups.list",
        listed,
        "include_count:bool include_disabled:bool include_users:bool",
        "usergroups:read",
    ),
    Method("usergroups.create", create, f"name! {FIELDS}", "usergroups:write"),
    Method("usergroups.update", update, f"usergroup! name {FIELDS}", "usergroups:write"),
    Method("usergroups.users.list", users_list, "usergroup! include_disabled:bool", "usergroups:read"),
    Method(
        "usergroups.users.update",
        users_update,
        "usergroup! users!:list include_count:bool",
        "usergroups:write",
    ),
)
