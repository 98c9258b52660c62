"""Where an incident came from, and where it went."""

from __future__ import annotations

from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Rendered
from bot.adapters.slack.views.posts import spoken
from bot.adapters.slack.words import escaped, room, who
from bot.messages import CameFrom, IsNow


def came_from(message: CameFrom) -> Rendered:
    if not message.link:
        return spoken(f"{who(message.by)} declared this about a message in a conversation that Muster is not in.")
    what = f"<{escaped(message.link)}|a message>"
    return spoken(f"{who(message.by)} declared this about {what}. What was said there is on the timeline.")


def is_now(message: IsNow) -> Rendered:
    incident = message.incident
    place = incident.room or incident.announcement
    where = f" It is worked on in {room(place)}." if place else ""
    return spoken(f"This is incident {Face(message).head()} now.{where}")
