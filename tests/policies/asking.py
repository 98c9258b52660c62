"""Questions that the tests put to a policy."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import facts
from bot.domain.incident import Incident, declare
from bot.policy.book import Book
from bot.policy.check import samples
from bot.policy.escalation import Moments
from bot.policy.plain import PLAIN
from bot.policy.postmortem import Section
from bot.policy.references.settings import agrees, at
from bot.policy.texts import FIELDS, Person

AT = datetime(2026, 11, 21, 3, 12, 45, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)


def an_incident(book: Book, severity: str, status: str | None = None, **more: Any) -> Incident:
    """One that was declared at AT, in the given status, with whatever else is so."""
    label = book.naming.label(12, AT, severity)
    event = facts.Declared("01J", 12, "checkout is failing", severity, book.lifecycle.start, book.hash, "", label=label)
    return replace(declare(event, "slack:U1", AT)[0], status=status or book.lifecycle.start, **more)


def said(book: Book, template: str, incident: Incident, **fields: Any) -> list[str]:
    """The lines of a text without Slack: people by reference, times in UTC."""
    given = {name: None for name in FIELDS[template]} | book.about(incident) | {"by": Person("slack:U1")} | fields
    return book.texts.render(template, {name: given[name] for name in FIELDS[template]}, PLAIN).splitlines()


def contradictions(book: Book) -> list[str]:
    """The conflicts whose setting is not what they say it is."""
    stated = [c for c in book.conflicts.all if c.setting]
    return [c.id for c in stated if c.value is None or not agrees(c.value, at(book, c.setting or ""))]


def ends(book: Book, severity: str, ended_at: datetime = FRIDAY) -> dict[str, str]:
    """Until when what is due after the end, by target: "Sat 21 15:00"."""
    return {target.id: f"{moment:%a %d %H:%M}" for target, moment in book.postmortem.due(severity, ended_at)}


def titles(sections: tuple[Section, ...]) -> list[Any]:
    """The sections in order; one with parts as (title, [titles of the parts])."""
    return [(s.title, titles(s.parts)) if s.parts else s.title for s in sections]


def gravest_first(book: Book) -> tuple[str, ...]:
    return tuple(s.id for s in book.severities.all)


class Marked:
    """A dialect that shows what passed through it."""

    def text(self, typed: str) -> str:
        return f"⟦{typed}⟧"

    person = text

    def moment(self, at: datetime) -> str:
        return f"⟦{at}⟧"

    def duration(self, length: timedelta) -> str:
        return f"⟦{length}⟧"


def unescaped(book: Book) -> list[str]:
    """The templates in which something that people typed stands as it was typed."""
    typed, found = re.compile("checkout|rollback|rolled back|1200|10:00|slow|a DBA"), []
    for _, fields in samples(book):
        for name, allowed in FIELDS.items():
            given = {field: fields[field] for field in allowed}
            if name == "updated" and given["update"] is None:
                continue
            if typed.search(re.sub("⟦[^⟧]*⟧", "", book.texts.render(name, given, Marked()))):
                found.append(name)
    return found


def calls(book: Book, severity: str, acknowledged: timedelta | None = None, at: datetime = AT) -> list[Any]:
    """
    Who is called by rule of an incident declared `at` that never ends, as (after how long, level), to the last.

    `acknowledged` is after how long somebody does so.
    """
    called: dict[str, datetime] = {}
    answered: datetime | None = None
    while planned := book.escalation.plan(Moments(severity, at, at, answered, called), book.calendar):
        if acknowledged is not None and answered is None and planned[0].due > at + acknowledged:
            answered = at + acknowledged
            continue
        called[planned[0].level.id] = planned[0].due
    return [(due - at, level) for level, due in called.items()]


def short(value: object) -> str:
    """The name of a case: the same in every process, in which sets come in another order."""
    said = sorted(map(str, value)) if isinstance(value, set | frozenset) else value
    return str(said)[:8]
