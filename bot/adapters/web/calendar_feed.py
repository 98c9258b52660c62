"""GET /oncall/<schedule>.ics: the shifts of a schedule, for calendars to subscribe to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from hmac import compare_digest

from aiohttp import web
from icalendar import Calendar, Event, vDuration

from bot.engine.clock import Clock
from bot.workflows.feed import Entry, Feed

#: how often calendars should look again: https://www.rfc-editor.org/rfc/rfc7986#section-5.7
FRESH = timedelta(hours=1)
Feeds = Callable[[str, datetime], Awaitable[Feed | None]]


def route(feeds: Feeds, token: str, clock: Clock) -> web.RouteDef:
    """With a `token` only those who bring it, as ?token=… or as a bearer, may read."""

    async def answer(request: web.Request) -> web.Response:
        if token and not compare_digest(brought(request).encode(errors="surrogateescape"), token.encode()):
            return web.Response(status=401, text="The address needs ?token=… with the value of MUSTER_API_TOKEN.\n")
        now = clock.now()
        found = await feeds(request.match_info["schedule"], now)
        if found is None:
            return web.Response(status=404, text="The policy has no such schedule.\n")
        return web.Response(body=written(found, now), content_type="text/calendar", charset="utf-8")

    return web.get("/oncall/{schedule}.ics", answer)


def brought(request: web.Request) -> str:
    said = request.headers.get("Authorization", "")
    return request.query.get("token") or said.removeprefix("Bearer ")


def written(feed: Feed, now: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Muster//On call//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"On call: {feed.title}")
    calendar.add("refresh-interval", FRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(FRESH))
    for entry in feed.entries:
        calendar.add_component(event(feed, entry, now))
    read: bytes = calendar.to_ical()
    return read


def event(feed: Feed, entry: Entry, now: datetime) -> Event:
    made = Event()
    made.add("uid", entry.id)
    made.add("dtstamp", now.replace(microsecond=0))
    made.add("dtstart", entry.start)
    made.add("dtend", entry.end)
    made.add("summary", f"{feed.title}: {', '.join(entry.names)}")
    made.add("transp", "TRANSPARENT")
    return made
