"""conversations.*: making, naming, describing and archiving channels."""

from __future__ import annotations

from bot.simulator import shapes
from bot.simulator.errors import Json, SlackError
from bot.simulator.methods.base import Args, Method, Session
from bot.simulator.records import Channel

MOST_NOTE = 250


def shown(here: Session, channel: Channel) -> Json:
    return {"channel": shapes.channel(here.workspace, channel, here.me)}


def create(here: Session, args: Args) -> Json:
    private = args.get("is_private", False)
    here.need("private" if private else "channel")
    name = args.get("name", "").removeprefix("#")
    return shown(here, here.workspace.create(name, here.me, private=private))


def info(here: Session, args: Args) -> Json:
    channel = here.channel(args)
    answer = shown(here, channel)
    if args.get("include_num_members"):
        answer["channel"]["num_members"] = len(channel.members)
    if args.get("include_locale"):
        answer["channel"]["locale"] = "en-US"
    if here.me in channel.members:
        answer["channel"]["last_read"] = channel.last_read.get(here.me, "0000000000.000000")
    return answer


def rename(here: Session, args: Args) -> Json:
    channel = here.room(args, member=True, live=True)
    if channel.creator != here.me:
        raise SlackError("not_authorized")
    name = args["name"].removeprefix("#")
    if name != channel.name:
        here.workspace.check_name(name)
        here.workspace.rename(channel, name, here.me)
    return shown(here, channel)


def set_topic(here: Session, args: Args) -> Json:
    channel = _describe(here, args, "topic")
    return shown(here, channel)


def set_purpose(here: Session, args: Args) -> Json:
    channel = _describe(here, args, "purpose")
    return {**shown(here, channel), "purpose": channel.purpose.value}


def _describe(here: Session, args: Args, which: str) -> Channel:
    channel = here.room(args, member=True, live=True)
    if len(args[which]) > MOST_NOTE:
        raise SlackError("too_long")
    if getattr(channel, which).value != args[which]:
        here.workspace.set_note(channel, which, args[which], here.me)
    return channel


def archive(here: Session, args: Args) -> Json:
    channel = here.room(args, member=True)
    if channel.archived:
        raise SlackError("already_archived")
    if channel.general:
        raise SlackError("cant_archive_general")
    here.workspace.archive(channel, here.me)
    return {}


def unarchive(here: Session, args: Args) -> Json:
    channel = here.room(args, member=True)
    if not channel.archived:
        raise SlackError("not_archived")
    here.workspace.archive(channel, here.me, on=False)
    return {}


def open_im(here: Session, args: Args) -> Json:
    users = args.get("users", [])
    if "channel" in args:
        channel = here.channel(args)
        if channel.kind != "im":
            raise SlackError("method_not_supported_for_channel_type")
    elif not users:
        raise SlackError("users_list_not_supplied")
    elif len(users) > 1:
        # group direct messages are not part of this workspace
        raise SlackError("method_not_supported_for_channel_type")
    else:
        channel = _im_with(here, users[0])
    shape = shapes.channel(here.workspace, channel, here.me) if args.get("return_im") else {"id": channel.id}
    return {"channel": shape}


def _im_with(here: Session, user: str) -> Channel:
    here.user(user)
    if user == here.me:
        raise SlackError("cannot_dm_bot")
    return here.workspace.im(here.me, user)


def close(here: Session, args: Args) -> Json:
    if here.channel(args).kind != "im":
        raise SlackError("method_not_supported_for_channel_type")
    return {}


def mark(here: Session, args: Args) -> Json:
    channel = here.channel(args, member=True)
    channel.last_read[here.me] = args["ts"]
    return {}


MANAGE = "channel=channels:manage private=groups:write"
READ = "channel=channels:read private=groups:read im=im:read"
METHODS = (
    Method("conversations.create", create, "name is_private:bool", MANAGE),
    Method("conversations.info", info, "channel! include_locale:bool include_num_members:bool", READ),
    Method("conversations.rename", rename, "channel! name!", MANAGE),
    Method(
        "conversations.setTopic",
        set_topic,
        "channel! topic!",
        "channel=channels:manage|channels:write.topic private=groups:write|groups:write.topic",
    ),
    Method(
        "conversations.setPurpose",
        set_purpose,
        "channel! purpose!",
        "channel=channels:manage|channels:write.topic private=groups:write|groups:write.topic",
    ),
    Method("conversations.archive", archive, "channel!", MANAGE),
    Method("conversations.unarchive", unarchive, "channel!", MANAGE),
    Method("conversations.open", open_im, "channel users:list return_im:bool prevent_creation:bool", "im=im:write"),
    Method("conversations.close", close, "channel!", "im=im:write"),
    Method("conversations.mark", mark, "channel! ts!", f"{MANAGE} im=im:write"),
)
