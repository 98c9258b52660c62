"""reactions.*"""

from __future__ import annotations

import re

from bot.simulator import shapes, talk
from bot.simulator.errors import Json, SlackError
from bot.simulator.methods.base import Args, Method, Session
from bot.simulator.records import Message

NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def _item(here: Session, args: Args) -> Message:
    if "channel" not in args or "timestamp" not in args:
        raise SlackError("no_item_specified")
    return here.message(here.channel(args, member=True), args["timestamp"])


def _name(args: Args) -> str:
    name: str = args["name"].strip(":")
    if NAME.fullmatch(name) is None:
        raise SlackError("invalid_name")
    return name


def add(here: Session, args: Args) -> Json:
    message, name = _item(here, args), _name(args)
    if here.workspace.channels[message.channel].archived:
        raise SlackError("is_archived")
    if not talk.react(here.workspace, message, name, here.me):
        raise SlackError("already_reacted")
    return {}


def remove(here: Session, args: Args) -> Json:
    if not talk.unreact(here.workspace, _item(here, args), _name(args), here.me):
        raise SlackError("no_reaction")
    return {}


def get(here: Session, args: Args) -> Json:
    message = _item(here, args)
    shape = shapes.message(here.workspace, message)
    return {"type": "message", "channel": message.channel, "message": shape}


ITEM = "channel timestamp file file_comment"
METHODS = (
    Method("reactions.add", add, f"name! {ITEM}", "reactions:write"),
    Method("reactions.remove", remove, f"name! {ITEM}", "reactions:write"),
    Method("reactions.get", get, f"{ITEM} full:bool", "reactions:read"),
)
