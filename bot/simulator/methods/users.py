"""users.*"""

from __future__ import annotations

from bot.simulator import shapes
from bot.simulator.errors import Json, SlackError
from bot.simulator.methods.base import Args, Method, Session, page, paged
from bot.simulator.methods.reading import LIST, channels_of
from bot.simulator.records import User


def _shown(here: Session, user: User) -> Json:
    shape = shapes.user(here.workspace, user)
    if "users:read.email" not in here.core.manifest.scopes:
        shape["profile"].pop("email", None)
    return shape


def info(here: Session, args: Args) -> Json:
    user = here.workspace.users[here.user(args["user"])]
    locale = {"locale": "en-US"} if args.get("include_locale") else {}
    return {"user": {**_shown(here, user), **locale}}


def listed(here: Session, args: Args) -> Json:
    rows, cursor = page(list(here.workspace.users.values()), args, 1000)
    now = int(here.core.clock.now().timestamp())
    return paged("members", [_shown(here, user) for user in rows], cursor, cache_ts=now)


def by_email(here: Session, args: Args) -> Json:
    wanted = args["email"].lower()
    for user in here.workspace.people():
        if user.email.lower() == wanted and not user.deleted:
            return {"user": _shown(here, user)}
    raise SlackError("users_not_found")


def presence(here: Session, args: Args) -> Json:
    user = here.workspace.users[here.user(args.get("user", here.me))]
    return {"presence": user.presence}


def set_presence(here: Session, args: Args) -> Json:
    """ "auto" is active, as the bot is always online."""
    if args["presence"] not in {"auto", "away"}:
        raise SlackError("invalid_presence")
    presence = "away" if args["presence"] == "away" else "active"
    here.workspace.bot.presence = presence
    here.workspace.tell("presence", user=here.me, extra={"presence": presence})
    return {}


def conversations(here: Session, args: Args) -> Json:
    """The conversations of a user, as far as the bot sees them too."""
    user = here.user(args.get("user") or here.me)
    mine = [channel for channel in channels_of(here, args) if user in channel.members]
    rows, cursor = page(mine, args, 100)
    return paged("channels", [shapes.channel(here.workspace, channel, here.me) for channel in rows], cursor)


METHODS = (
    Method("users.info", info, "user! include_locale:bool", "users:read"),
    Method("users.list", listed, "cursor include_locale:bool limit:int", "users:read"),
    Method("users.lookupByEmail", by_email, "email!", "users:read.email"),
    Method("users.getPresence", presence, "user", "users:read"),
    Method("users.setPresence", set_presence, "presence!", "users:write"),
    Method(
        "users.conversations",
        conversations,
        "cursor exclude_archived:bool limit:int types:list user",
        LIST,
    ),
)
