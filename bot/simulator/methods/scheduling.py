"""chat.scheduleMessage and its relatives; what is scheduled fires on the clock."""

from __future__ import annotations

from bot.simulator import shapes, talk
from bot.simulator.clock import seconds
from bot.simulator.core import Core
from bot.simulator.errors import Json, SlackError, explained
from bot.simulator.methods.base import Args, Method, Session, page, paged
from bot.simulator.methods.chat import content, need_content, place, thread_of
from bot.simulator.records import Scheduled

FURTHEST = 120 * 24 * 3600
SOONEST = 10
WINDOW, MOST_IN_WINDOW = 300, 30


def schedule(here: Session, args: Args) -> Json:
    fields = content(args)
    need_content(fields)
    channel, post_at, now = place(here, args), args["post_at"], seconds(here.core.clock.now())
    if post_at <= now + SOONEST:
        raise SlackError("time_in_past")
    if post_at > now + FURTHEST:
        raise SlackError("time_too_far")
    waiting = [one.post_at for one in here.workspace.scheduled.values() if one.channel == channel.id]
    if sum(abs(one - post_at) < WINDOW for one in waiting) >= MOST_IN_WINDOW:
        raise SlackError("restricted_too_many")
    fields["thread_ts"] = thread_of(channel, args)
    one = Scheduled(here.workspace.ids.new("Q"), channel.id, post_at, now, fields)
    here.workspace.scheduled[one.id] = one
    here.workspace.tell("scheduled", channel)
    message = {"text": fields.get("text", ""), "bot_id": here.workspace.bot.bot_id, "type": "delayed_message"}
    return {
        "channel": channel.id,
        "scheduled_message_id": one.id,
        "post_at": post_at,
        "message": {**message, "bot_profile": shapes.bot_profile(here.workspace)},
    }


def fire(core: Core, one: Scheduled) -> None:
    """Post what was scheduled, if its channel still takes it."""
    workspace = core.workspace
    del workspace.scheduled[one.id]
    channel = workspace.channels[one.channel]
    if one.fields.get("metadata") is not None:
        # the page of chat.scheduleMessage says that such messages do not post
        core.complain("A scheduled message with metadata does not post in Slack; schedule it without.")
    elif not channel.archived:
        fields = {"text": "", **one.fields}
        talk.post(workspace, channel, workspace.bot.id, bot_id=workspace.bot.bot_id, **fields)
    workspace.tell("scheduled", channel)


def unschedule(here: Session, args: Args) -> Json:
    channel = here.channel(args)
    one = here.workspace.scheduled.get(args["scheduled_message_id"])
    if one is None or one.channel != channel.id:
        raise SlackError("invalid_scheduled_message_id")
    del here.workspace.scheduled[one.id]
    here.workspace.tell("scheduled", channel)
    return {}


def listed(here: Session, args: Args) -> Json:
    if "channel" in args:
        here.channel(args)
    try:
        oldest, latest = float(args.get("oldest", 0)), float(args.get("latest", "inf"))
    except ValueError:
        raise explained("invalid_arguments", ["must be a timestamp: oldest, latest"]) from None
    rows = [
        {
            "id": one.id,
            "channel_id": one.channel,
            "post_at": one.post_at,
            "date_created": one.created,
            "text": one.fields.get("text", ""),
        }
        for one in sorted(here.workspace.scheduled.values(), key=lambda one: one.post_at)
        if args.get("channel", one.channel) == one.channel and oldest <= one.post_at <= latest
    ]
    return paged("scheduled_messages", *page(rows, args, 100))


METHODS = (
    Method(
        "chat.scheduleMessage",
        schedule,
        """channel! post_at!:int text blocks:json attachments:json markdown_text as_user:bool thread_ts
        link_names:bool parse metadata:json reply_broadcast:bool unfurl_links:bool unfurl_media:bool""",
        "chat:write",
    ),
    Method(
        "chat.deleteScheduledMessage",
        unschedule,
        "channel! scheduled_message_id! as_user:bool",
        "chat:write",
    ),
    Method("chat.scheduledMessages.list", listed, "channel cursor latest limit:int oldest"),
)
