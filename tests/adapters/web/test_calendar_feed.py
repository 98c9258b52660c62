"""The calendar of a schedule: what calendars read is what the schedule says, and only those who may read it do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from icalendar import Calendar, Component

from bot.adapters.web import calendar_feed
from bot.adapters.web.server import WebServer
from bot.engine.clock import StoppedClock
from bot.workflows import feed
from bot.workflows.feed import Entry, Feed
from tests.stories.test_oncall import ROTA, ours
from tests.town import a_town

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Got:
    status: int
    text: str
    kind: str

    @property
    def events(self) -> list[Component]:
        return Calendar.from_ical(self.text).walk("VEVENT")


async def one(schedule: str, now: datetime) -> Feed | None:
    """A schedule of a person with an unruly name."""
    entries = (Entry("primary-1@muster", now, now + WEEK, ("Ana; Lima, \\n\N{SNOWMAN}", "Ben" * 40)),)
    return Feed("Primary", entries) if schedule == "primary" else None


@asynccontextmanager
async def a_server(token: str = "", feeds: calendar_feed.Feeds = one) -> AsyncIterator[str]:
    server = WebServer([calendar_feed.route(feeds, token, StoppedClock(NOW))], "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{await server.start()}/oncall"
    finally:
        await server.stop()


async def get(url: str, **headers: str) -> Got:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return Got(answer.status, await answer.text(), answer.content_type)


async def test_a_calendar_can_read_it_back() -> None:
    async with a_server() as url:
        got = await get(f"{url}/primary.ics")
    [event] = got.events

    assert (got.status, got.kind) == (200, "text/calendar")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (NOW, NOW + WEEK)
    assert str(event["summary"]) == "Primary: Ana; Lima, \\n\N{SNOWMAN}, " + "Ben" * 40
    assert str(event["uid"]) == "primary-1@muster" and event.decoded("dtstamp") == NOW
    assert all(len(line.encode()) <= 75 for line in got.text.split("\r\n"))
    assert Calendar.from_ical(got.text).get("prodid") and Calendar.from_ical(got.text).get("version") == "2.0"


async def test_what_the_policy_does_not_have_is_not_found() -> None:
    async with a_server() as url:
        assert (await get(f"{url}/kitchen.ics")).status == 404


@pytest.mark.parametrize("brought", ["", "?token=wrong", "?token=", "?token=s3cret%00"])
async def test_without_the_token_nobody_reads(brought: str) -> None:
    async with a_server("s3cret") as url:
        for schedule in ("primary", "kitchen"):
            got = await get(f"{url}/{schedule}.ics{brought}")
            assert got.status == 401 and "s3cret" not in got.text and "Ana" not in got.text


async def test_the_token_may_stand_in_the_address_or_in_a_header() -> None:
    async with a_server("s3cret") as url:
        assert (await get(f"{url}/primary.ics?token=s3cret")).status == 200
        assert (await get(f"{url}/primary.ics", Authorization="Bearer s3cret")).status == 200


async def test_the_shifts_of_a_town_by_name(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data", ours(tmp_path / "ours", ROTA), at=NOW) as town:
        found = await feed.feed(town.muster.desk, "primary", town.clock.now())
        assert found
        weeks = [(entry.start, entry.names) for entry in found.entries]

        assert weeks[:3] == [
            (datetime(2026, 11, 16, 9, tzinfo=UTC), ("Ana Lima",)),
            (datetime(2026, 11, 23, 9, tzinfo=UTC), ("Ben Okafor",)),
            (datetime(2026, 11, 30, 9, tzinfo=UTC), ("Ana Lima",)),
        ]  # fmt: skip
        assert {entry.end - entry.start for entry in found.entries} == {WEEK}, "the last one is whole too"
        assert found.entries[-1].end > NOW + timedelta(days=60)
        assert await feed.feed(town.muster.desk, "kitchen", town.clock.now()) is None


async def test_an_entry_keeps_its_identity_as_time_passes(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data", ours(tmp_path / "ours", ROTA), at=NOW) as town:
        before = await feed.feed(town.muster.desk, "primary", NOW)
        always = await feed.feed(town.muster.desk, "secondary", NOW)
        await town.says(town.eli, "#general", "/incident oncall override @chen 2h")
        await town.later(days=10)
        after = await feed.feed(town.muster.desk, "primary", town.clock.now())
        assert before and after and always
        old, new = ({entry.id: entry for entry in each.entries} for each in (before, after))

        assert [entry.id for entry in always.entries] == ["secondary-always@muster"]
        assert len(old.keys() & new.keys()) >= 8
        assert all(old[id].start == new[id].start for id in old.keys() & new.keys())
        assert len(old) == len(before.entries) and len(new) == len(after.entries)
        assert any(entry.names == ("Chen Wei",) for entry in after.entries)
