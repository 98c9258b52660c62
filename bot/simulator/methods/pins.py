"""pins.*"""

from __future__ import annotations

from bot.simulator import shapes, talk
from bot.simulator.errors import Json, SlackError
from bot.simulator.methods.base import Args, Method, Session
from bot.simulator.records import Message

MOST_PINS = 100


def _item(here: Session, args: Args) -> Message:
    channel = here.channel(args, member=True)
    if "timestamp" not in args:
        raise SlackError("no_item_specified")
    return here.message(channel, args["timestamp"])


def add(here: Session, args: Args) -> Json:
    message = _item(here, args)
    if len(here.workspace.channels[message.channel].pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    if message.subtype is not None and message.subtype.startswith("channel_"):
        raise SlackError("not_pinnable")
    if not talk.pin(here.workspace, message, here.me):
        raise SlackError("already_pinned")
    return {}


def remove(here: Session, args: Args) -> Json:
    if not talk.unpin(here.workspace, _item(here, args), here.me):
        raise SlackError("no_pin")
    return {}


def listed(here: Session, args: Args) -> Json:
    channel = here.channel(args, member=True)
    rows = [
        {
            "type": "message",
            "channel": channel.id,
            "created": pin["created"],
            "created_by": pin["by"],
            "message": shapes.message(here.workspace, channel.messages[pin["ts"]]),
        }
        for pin in reversed(channel.pins)
    ]
    return {"items": rows}


METHODS = (
    Method("pins.add", add, "channel! timestamp", "pins:write"),
    Method("pins.remove", remove, "channel! timestamp", "pins:write"),
    Method("pins.list", listed, "channel!", "pins:read"),
)
