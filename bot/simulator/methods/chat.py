"""chat.*: saying, editing and deleting."""

from __future__ import annotations

from typing import Any

from bot.simulator import blocks, shapes, talk
from bot.simulator.errors import Json, SlackError
from bot.simulator.ids import secret
from bot.simulator.methods.base import Args, Method, Session
from bot.simulator.records import Channel, Message

MOST_TEXT, MOST_TEXT_IN_UPDATE, MOST_MARKDOWN = 40_000, 4_000, 12_000
MOST_ATTACHMENTS = 100


def content(args: Args) -> Json:
    """The fields of Message that the arguments give, checked as Slack checks them."""
    fields: Json = {}
    if len(args.get("text", "")) > MOST_TEXT:
        raise SlackError("msg_too_long")
    if "markdown_text" in args:
        args = _from_markdown(args)
    if "blocks" in args:
        blocks.check_message(args["blocks"])
        fields["blocks"] = blocks.named(args["blocks"], lambda: secret(3))
    if "attachments" in args:
        fields["attachments"] = attachments(args["attachments"])
    if "metadata" in args:
        fields["metadata"] = metadata(args["metadata"])
    if "text" in args:
        fields["text"] = args["text"]
    return fields


def _from_markdown(args: Args) -> Args:
    if "text" in args or "blocks" in args:
        raise SlackError("markdown_text_conflict")
    if len(args["markdown_text"]) > MOST_MARKDOWN:
        raise SlackError("msg_too_long")
    return {**args, "text": args["markdown_text"], "blocks": [{"type": "markdown", "text": args["markdown_text"]}]}


def attachments(rows: Any) -> list[Json]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SlackError("invalid_attachments")
    if len(rows) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for number, row in enumerate(rows):
        if "blocks" in row:
            blocks.check_message(row["blocks"], f"/attachments/{number}/blocks")
            blocks.named(row["blocks"], lambda: secret(3))
    return [{"id": number, "fallback": "[no preview available]", **row} for number, row in enumerate(rows, 1)]


def metadata(value: Any) -> Json:
    if not isinstance(value, dict) or not isinstance(value.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if not isinstance(value.get("event_type"), str) or not value["event_type"]:
        raise SlackError("invalid_metadata_format")
    return value


def need_content(fields: Json) -> None:
    if not fields.get("text") and not fields.get("blocks") and not fields.get("attachments"):
        raise SlackError("no_text")


def place(here: Session, args: Args) -> Channel:
    """Where a message goes: an id, a name, or a user id for a direct message."""
    workspace, where = here.workspace, args["channel"]
    if where in workspace.users and where != here.me:
        return workspace.im(here.me, where)
    channel = workspace.channels.get(where) or workspace.channel_named(where)
    if channel is None or not workspace.sees(here.me, channel):
        raise SlackError("channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    if here.me not in channel.members and "chat:write.public" not in here.core.manifest.scopes:
        raise SlackError("not_in_channel")
    return channel


def thread_of(channel: Channel, args: Args) -> str | None:
    """The thread a message belongs to; a reply's ts leads to its parent, as in Slack."""
    if not args.get("thread_ts"):
        return None
    parent = channel.messages.get(args["thread_ts"])
    if parent is None or parent.ephemeral:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def post_message(here: Session, args: Args) -> Json:
    fields = content(args)
    need_content(fields)
    return post(here, place(here, args), fields, args)


def post(here: Session, channel: Channel, fields: Json, args: Args) -> Json:
    """Put the bot's message into a channel and answer as chat.postMessage does."""
    thread = thread_of(channel, args)
    broadcast = bool(args.get("reply_broadcast")) and thread is not None
    message = talk.post(
        here.workspace,
        channel,
        here.me,
        bot_id=here.workspace.bot.bot_id,
        subtype="thread_broadcast" if broadcast else None,
        broadcast=broadcast,
        thread_ts=thread,
        username=_customized(here, args, "username"),
        icon_emoji=_customized(here, args, "icon_emoji"),
        **{"text": "", **fields},
    )
    shape = shapes.message(here.workspace, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shape}


def _customized(here: Session, args: Args, name: str) -> str | None:
    return args.get(name) if "chat:write.customize" in here.core.manifest.scopes else None


def post_ephemeral(here: Session, args: Args) -> Json:
    fields = content(args)
    need_content(fields)
    channel = place(here, args)
    if here.me not in channel.members:
        raise SlackError("not_in_channel" if channel.kind == "channel" else "channel_not_found")
    here.user(args["user"])
    if args["user"] not in channel.members:
        raise SlackError("user_not_in_channel")
    fields.pop("metadata", None)
    message = talk.post(
        here.workspace,
        channel,
        here.me,
        bot_id=here.workspace.bot.bot_id,
        thread_ts=thread_of(channel, args),
        ephemeral_to=args["user"],
        **{"text": "", **fields},
    )
    return {"message_ts": message.ts}


def own(here: Session, args: Args, refusal: str) -> Message:
    """The bot's own message that channel and ts name."""
    channel = here.channel(args)
    message = here.message(channel, args["ts"])
    if message.bot_id != here.workspace.bot.bot_id or message.subtype == "tombstone":
        raise SlackError(refusal)
    return message


def update(here: Session, args: Args) -> Json:
    if len(args.get("text", "")) > MOST_TEXT_IN_UPDATE:
        raise SlackError("msg_too_long")
    message = own(here, args, "cant_update_message")
    fields = content(args)
    if not fields:
        raise SlackError("no_text")
    need_content({"text": message.text, "blocks": message.blocks, "attachments": message.attachments, **fields})
    talk.edit(here.workspace, message, here.me, **fields)
    shape = shapes.message(here.workspace, message, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shape}


def delete(here: Session, args: Args) -> Json:
    message = own(here, args, "cant_delete_message")
    talk.delete(here.workspace, message, here.me)
    return {"channel": message.channel, "ts": args["ts"]}


def permalink(here: Session, args: Args) -> Json:
    channel = here.channel(args)
    message = here.message(channel, args["message_ts"])
    link = f"{here.core.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


SAYING = """text blocks:json attachments:json markdown_text as_user:bool thread_ts link_names:bool parse
    username icon_emoji icon_url"""
POSTING = f"channel! {SAYING} metadata:json reply_broadcast:bool unfurl_links:bool unfurl_media:bool mrkdwn:bool"
METHODS = (
    Method("chat.postMessage", post_message, f"{POSTING} client_msg_id", "chat:write"),
    Method("chat.postEphemeral", post_ephemeral, f"channel! user! {SAYING}", "chat:write"),
    Method(
        "chat.update",
        update,
        """channel! ts! text blocks:json attachments:json markdown_text as_user:bool link_names:bool parse
        metadata:json reply_broadcast:bool file_ids:list unfurl_links:bool unfurl_media:bool""",
        "chat:write",
    ),
    Method("chat.delete", delete, "channel! ts! as_user:bool", "chat:write"),
    Method("chat.getPermalink", permalink, "channel! message_ts!"),
)
