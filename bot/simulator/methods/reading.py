"""conversations.list, .history and .replies."""

from __future__ import annotations

from collections.abc import Sequence

from bot.simulator import shapes, talk
from bot.simulator.clock import micros
from bot.simulator.errors import Json, SlackError
from bot.simulator.methods.base import Args, Method, Session, page, paged
from bot.simulator.records import Channel, Message

KINDS = {"public_channel": "channel", "private_channel": "private", "im": "im", "mpim": "mpim"}
MOST_IN_HISTORY, MOST_REPLIES = 999, 1000


def channels_of(here: Session, args: Args, default: Sequence[str] = ("public_channel",)) -> list[Channel]:
    """The channels of the asked types that the bot can see; missing_scope for a type it may not list."""
    types = args.get("types") or list(default)
    if any(one not in KINDS for one in types):
        raise SlackError("invalid_types")
    kinds = {KINDS[one] for one in types}
    for kind in kinds:
        here.need(kind)
    live = args.get("exclude_archived", False)
    return [
        channel
        for channel in here.workspace.channels.values()
        if channel.kind in kinds and here.workspace.sees(here.me, channel) and not (live and channel.archived)
    ]


def listed(here: Session, args: Args) -> Json:
    rows, cursor = page(channels_of(here, args), args, 100)
    shown = [
        {**shapes.channel(here.workspace, channel, here.me), "num_members": len(channel.members)} for channel in rows
    ]
    return paged("channels", shown, cursor)


def _between(args: Args, rows: list[Message]) -> list[Message]:
    """Those inside oldest and latest, the bounds themselves only with `inclusive`."""
    slack = 0 if args.get("inclusive") else 1
    try:
        oldest = micros(args["oldest"]) + slack if args.get("oldest") else 0
        latest = micros(args["latest"]) - slack if args.get("latest") else None
    except ValueError:
        raise SlackError("invalid_ts_oldest" if "oldest" in args else "invalid_ts_latest") from None
    if not oldest and latest is None:
        return rows
    return [row for row in rows if oldest <= micros(row.ts) and (latest is None or micros(row.ts) <= latest)]


def _answer(here: Session, args: Args, rows: list[Message], default: int, most: int) -> Json:
    rows, cursor = page(rows, args, default, most)
    metadata = args.get("include_all_metadata", False)
    shown = [shapes.message(here.workspace, row, metadata=metadata) for row in rows]
    answer: Json = {"messages": shown, "has_more": bool(cursor)}
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


def history(here: Session, args: Args) -> Json:
    channel = here.channel(args, member=True)
    rows = _between(args, talk.history(channel))
    rows.reverse()
    answer = _answer(here, args, rows, 100, MOST_IN_HISTORY)
    return {**answer, "pin_count": len(channel.pins)}


def replies(here: Session, args: Args) -> Json:
    channel = here.channel(args, member=True)
    anchor = channel.messages.get(args["ts"])
    if anchor is None or anchor.ephemeral:
        raise SlackError("thread_not_found")
    parent = anchor.thread_ts or anchor.ts
    rows = talk.thread(channel, parent)
    return _answer(here, args, [rows[0], *_between(args, rows[1:])], MOST_REPLIES, MOST_REPLIES)


RANGE = "cursor inclusive:bool include_all_metadata:bool latest limit:int oldest"
HISTORY = "channel=channels:history private=groups:history im=im:history"
LIST = "channel=channels:read private=groups:read im=im:read mpim=mpim:read"
METHODS = (
    Method("conversations.list", listed, "cursor exclude_archived:bool limit:int types:list", LIST),
    Method("conversations.history", history, f"channel! {RANGE}", HISTORY),
    Method("conversations.replies", replies, f"channel! ts! {RANGE}", HISTORY),
)
