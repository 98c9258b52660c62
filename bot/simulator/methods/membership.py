"""conversations.*: who is in a channel."""

from __future__ import annotations

from bot.simulator.errors import Json, SlackError
from bot.simulator.methods.base import Args, Method, Session, page
from bot.simulator.methods.conversations import MANAGE, READ, shown
from bot.simulator.records import Channel

MOST_INVITED = 1000


def members(here: Session, args: Args) -> Json:
    channel = here.channel(args)
    rows, cursor = page(channel.members, args, 100)
    return {"members": rows, "response_metadata": {"next_cursor": cursor}}


def invite(here: Session, args: Args) -> Json:
    """All or nothing, unless `force`: then the valid ones are invited and the others listed."""
    channel = here.room(args, member=True, live=True)
    users = list(dict.fromkeys(args.get("users", [])))
    if not users:
        raise SlackError("no_user")
    if len(users) > MOST_INVITED:
        raise SlackError("too_many_users")
    refused = [(user, error) for user in users if (error := _uninvitable(here, channel, user))]
    errors = [{"user": user, "ok": False, "error": error} for user, error in refused]
    force = args.get("force", False) and len(errors) < len(users)
    if errors and not force:
        raise SlackError(errors[0]["error"], errors=errors)
    unwelcome = {user for user, _ in refused}
    for user in users:
        if user not in unwelcome:
            here.workspace.join(channel, user, inviter=here.me)
    return {**shown(here, channel), **({"errors": errors} if errors else {})}


def _uninvitable(here: Session, channel: Channel, user: str) -> str:
    known = here.workspace.users.get(user)
    if known is None or known.deleted:
        return "user_not_found"
    if user == here.me:
        return "cant_invite_self"
    return "already_in_channel" if user in channel.members else ""


def kick(here: Session, args: Args) -> Json:
    channel = here.room(args, member=True, live=True)
    user = here.user(args["user"])
    if user == here.me:
        raise SlackError("cant_kick_self")
    if channel.general:
        raise SlackError("cant_kick_from_general")
    if user not in channel.members:
        raise SlackError("not_in_channel")
    here.workspace.leave(channel, user)
    return {"errors": {}}


def join(here: Session, args: Args) -> Json:
    channel = here.room(args)
    if channel.archived:
        raise SlackError("is_archived")
    if here.me in channel.members:
        warning = "already_in_channel"
        return {**shown(here, channel), "warning": warning, "response_metadata": {"warnings": [warning]}}
    if channel.kind == "private":
        raise SlackError("method_not_supported_for_channel_type")
    here.workspace.join(channel, here.me)
    return shown(here, channel)


def leave(here: Session, args: Args) -> Json:
    channel = here.room(args, live=True)
    if channel.general:
        raise SlackError("cant_leave_general")
    if here.me not in channel.members:
        return {"not_in_channel": True}
    if channel.members == [here.me] and channel.kind == "private":
        raise SlackError("last_member")
    here.workspace.leave(channel, here.me)
    return {}


METHODS = (
    Method("conversations.members", members, "channel! cursor limit:int", READ),
    Method(
        "conversations.invite",
        invite,
        "channel! users:list force:bool",
        "channel=channels:manage|channels:write.invites private=groups:write|groups:write.invites",
    ),
    Method("conversations.kick", kick, "channel! user!", MANAGE),
    Method("conversations.join", join, "channel!", "channel=channels:join"),
    Method("conversations.leave", leave, "channel!", MANAGE),
)
