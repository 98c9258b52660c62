"""A rehearsal as a page: who is told, paged, nudged or escalated, when and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from bot.policy.model import written
from bot.policy.scenario import Deed, Kind, Rehearsed, Told, by_kind
from bot.policy.show.pages import Page, Row, Table

HEAD = ("After", "At", "What", "Who, where", "By which rule")
SAID = "says"
ROOM = "the room"
SAID_WAYS = ("email", "phone", "sms")
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
    for told, *others in lines(found.told):
        while deeds and deeds[0].after <= told.offset:
            yield deed(deeds.pop(0))
        yield told.offset, str(told.kind), reached(told, found.room, others), because(told)
    yield from map(deed, deeds)


def deed(done: Deed) -> tuple[timedelta, str, str, str]:
    return done.after, SAID, f"{done.by}: /incident {done.say}", ""


def lines(told: Iterable[Told]) -> list[list[Told]]:
    """What is told in one line: pages that went to the same people in several ways, and each of all others."""
    found: list[list[Told]] = []
    for each in told:
        if found and found[-1][0].kind is Kind.PAGED and page(found[-1][0]) == page(each):
            found[-1].append(each)
        else:
            found.append([each])
    return found


def page(told: Told) -> tuple[object, ...]:
    """What pages in several ways have in common."""
    return told.at, told.kind, told.whom, told.level, told.rule, told.reason


def reached(told: Told, room: str = "", others: Sequence[Told] = ()) -> str:
    """
    Whom it reached, where and how; `others` are the same in another way.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 6, 6, 3, tzinfo=UTC)
    >>> reached(Told(at, timedelta(), Kind.PAGED, ("ana", "ben"), "", "sms", level="manager"))
    'ana, ben (manager), by sms'
    """
    if told.kind in SENTENCES:
        return ": ".join(filter(None, (", ".join(told.whom), told.text)))
    who = ", ".join(told.whom)
    called = f"{who} ({told.level})" if told.kind is Kind.PAGED and told.level not in ("", who) else who
    where = next((each.where for each in (told, *others) if each.where), "")
    place = ROOM if where and where == room and told.kind is not Kind.OPENED else where
    hows = sorted(f"by {each.how}" for each in (told, *others) if each.how in SAID_WAYS)
    return ", ".join(filter(None, (called, place, " and ".join(hows))))


def because(told: Told) -> str:
    return ": ".join(filter(None, (told.rule, told.reason)))


def day(found: Rehearsed, at: datetime) -> str:
    return f"{at.astimezone(found.zone):%a %d %b %Y %H:%M}"
