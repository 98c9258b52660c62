"""bookmarks.*"""

from __future__ import annotations

import re

from bot.simulator.clock import seconds
from bot.simulator.errors import Json, SlackError
from bot.simulator.methods.base import Args, Method, Session
from bot.simulator.records import Channel

MOST_BOOKMARKS = 100
EMOJI = re.compile(r":[a-z0-9_+'-]+:")


def _place(here: Session, args: Args) -> Channel:
    return here.channel(args, "channel_id", member=True)


def _check(args: Args) -> None:
    if "link" in args and not args["link"].startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    if args.get("emoji") and EMOJI.fullmatch(args["emoji"]) is None:
        raise SlackError("invalid_emoji")


def add(here: Session, args: Args) -> Json:
    channel = _place(here, args)
    if channel.archived:
        raise SlackError("is_archived")
    if args["type"] != "link":
        raise SlackError("invalid_bookmark_type")
    if "link" not in args:
        raise SlackError("invalid_link")
    _check(args)
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    bookmark = _new(here, channel, args)
    channel.bookmarks.append(bookmark)
    here.workspace.tell("channels", channel)
    return {"bookmark": bookmark}


def _new(here: Session, channel: Channel, args: Args) -> Json:
    return {
        "id": here.workspace.ids.new("Bk"),
        "channel_id": channel.id,
        "title": args["title"],
        "link": args["link"],
        "emoji": args.get("emoji", ""),
        "icon_url": "",
        "type": "link",
        "entity_id": None,
        "date_created": seconds(here.core.clock.now()),
        "date_updated": 0,
        "rank": "g",
        "last_updated_by_user_id": here.me,
        "last_updated_by_team_id": here.workspace.team_id,
        "shortcut_id": None,
        "app_id": here.workspace.app_id,
    }


def _found(channel: Channel, args: Args) -> Json:
    for bookmark in channel.bookmarks:
        if bookmark["id"] == args["bookmark_id"]:
            return bookmark
    raise SlackError("bookmark_not_found")


def edit(here: Session, args: Args) -> Json:
    channel = _place(here, args)
    bookmark = _found(channel, args)
    _check(args)
    bookmark.update({key: args[key] for key in ("title", "link", "emoji") if key in args})
    bookmark["date_updated"] = seconds(here.core.clock.now())
    here.workspace.tell("channels", channel)
    return {"bookmark": bookmark}


def remove(here: Session, args: Args) -> Json:
    channel = _place(here, args)
    channel.bookmarks.remove(_found(channel, args))
    here.workspace.tell("channels", channel)
    return {}


def listed(here: Session, args: Args) -> Json:
    return {"bookmarks": list(_place(here, args).bookmarks)}


METHODS = (
    Method(
        "bookmarks.add",
        add,
        "channel_id! title! type! emoji entity_id link parent_id access_level",
        "bookmarks:write",
    ),
    Method("bookmarks.edit", edit, "bookmark_id! channel_id! emoji link title", "bookmarks:write"),
    Method("bookmarks.remove", remove, "bookmark_id! channel_id! quip_section_id", "bookmarks:write"),
    Method("bookmarks.list", listed, "channel_id!", "bookmarks:read"),
)
