"""A rehearsal as a page: who is told, paged, nudged or escalated, when and by which rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.policy.model import written
from bot.policy.scenario import Deed, Kind, Rehearsed, Told, by_kind
from bot.policy.show.pages import Page, Row, Table

HEAD = ("After", "At", "What", "Who, where", "By which rule")
SAID = "says"
ROOM = "the room"
#: of these one wants to read what was said
SENTENCES = (Kind.REFUSED, Kind.FAILED, Kind.DEADLINE)
#: what a reader counts, one and many
COUNTED = {Kind.PAGED: ("page", "pages"), Kind.ESCALATED: ("escalation", "escalations"),
           Kind.NUDGED: ("reminder", "reminders"), Kind.ASKED: ("question", "questions")}  # fmt: skip


def rehearsed(found: Rehearsed) -> Page:
    asked = found.scenario
    about = f"{asked.title}, declared {day(found, asked.at)} ({found.zone.key}) under the policy {found.policy}"
    return Page(f"{found.severity} rehearsed", about, (counted(found),), (Table("", HEAD, tuple(rows(found))),))


def counted(found: Rehearsed) -> str:
    """How much of each there was, and until when."""
    counts = by_kind(found.told)
    said = (f"{counts.get(kind, 0)} {words[counts.get(kind, 0) != 1]}" for kind, words in COUNTED.items())
    return f"Until {day(found, found.until)}: {', '.join(said)}. Nobody was really told anything."


def rows(found: Rehearsed) -> Iterator[Row]:
    """What people did, and what came of it; a day is named where it begins."""
    day = ""
    for offset, what, who, rule in events(found):
        at = (found.scenario.at + offset).astimezone(found.zone)
        said = f"{at:%H:%M}" if day == f"{at:%a}" else f"{at:%a %H:%M}"
        day = f"{at:%a}"
        yield written(offset) if offset else "at once", said, what, who, rule


def events(found: Rehearsed) -> Iterator[tuple[timedelta, str, str, str]]:
    """After how long; what, to whom, and by which rule."""
    deeds = list(found.scenario.deeds)
    for told in found.told:
        while deeds and deeds[0].after <= told.offset:
            yield deed(deeds.pop(0))
        yield told.offset, str(told.kind), reached(told, found.room), because(told)
    yield from map(deed, deeds)


def deed(done: Deed) -> tuple[timedelta, str, str, str]:
    return done.after, SAID, f"{done.by}: /incident {done.say}", ""


def reached(told: Told, room: str = "") -> str:
    """
    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 6, 6, 3, tzinfo=UTC)
    >>> reached(Told(at, timedelta(), Kind.PAGED, ("ana", "ben"), "", "sms", level="manager"))
    'ana, ben (manager), by sms'
    """
    if told.kind in SENTENCES:
        return ": ".join(filter(None, (", ".join(told.whom), told.text)))
    called = (
        f"{', '.join(told.whom)} ({told.level})" if told.level and told.kind is Kind.PAGED else ", ".join(told.whom)
    )
    where = ROOM if told.where == room and told.kind is not Kind.OPENED else told.where
    how = f"by {told.how}" if told.how not in ("", "slack") else ""
    return ", ".join(filter(None, (called, where, how)))


def because(told: Told) -> str:
    return ": ".join(filter(None, (told.rule, told.reason)))


def day(found: Rehearsed, at: datetime) -> str:
    return f"{at.astimezone(found.zone):%a %d %b %Y %H:%M}"
