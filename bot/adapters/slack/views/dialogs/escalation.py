"""Whom to call and why; and for how long nobody is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.blocks import context
from bot.adapters.slack.views.dialogs.fields import about, field, person, select, words
from bot.adapters.slack.views.escalation import rests, unless
from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Block
from bot.adapters.slack.words import duration, line, moment, relative
from bot.messages import About
from bot.policy.book import Book
from bot.policy.escalation import Level, Trigger
from bot.policy.model import written
from bot.policy.show.pages import principals
from bot.workflows.ahead import upcoming
from bot.workflows.escalate import next_level
from bot.workflows.ways import SPOKEN

#: what the dialog offers, as far as the policy lets a pause last
LENGTHS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240, 480))


def escalate(ask: Ask, book: Book) -> list[Block]:
    given = ask.given.get("target", "")
    known = bool(book.escalation.levels or book.escalation.triggers)
    someone = person(given if given.startswith("slack:") else None)
    instead = "Whoever is chosen here is called, and not the level above." if known else ""
    reason = words(ask.given.get("reason", ""), example="it spreads to the second region")
    return [
        *(context(text) for text in anyway(ask, book)),
        *([field("target", "Whom?", select(choices(book), chosen(ask, book)), optional=True)] if known else []),
        field("person", "Or one person" if known else "Whom?", someone, instead, optional=known),
        field("reason", "Why?", reason, criteria(book)),
    ]


def anyway(ask: Ask, book: Book) -> Iterator[str]:
    """What happens without anybody escalating."""
    face = Face(About(book, about(ask)))
    if face.incident.paused_until:
        yield rests(face)
    ahead = upcoming(book, face.incident)
    if ahead:
        first, when = ahead[0], moment(ahead[0].due, face.day)
        yield f"*{line(first.level.title)}* is called {when} ({relative(first.due)}) anyway, {unless(first)}."


def choices(book: Book) -> Iterator[tuple[str, str, str]]:
    for level in book.escalation.levels:
        yield level.id, level.title, means(book, level, level.role or "")
    for case in book.escalation.triggers:
        yield case.id, f"⚠️ {case.title}", case.when


def means(book: Book, called: Level | Trigger, role: str) -> str:
    """Who that is, and how they are reached."""
    return f"{role or principals(book, called.who)} · by {', '.join(SPOKEN[way] for way in called.by)}"


def chosen(ask: Ask, book: Book) -> str | None:
    if found := book.escalation.find(ask.given.get("target", "")):
        return found.id
    following = next_level(book, about(ask))
    return following.id if following else None


def criteria(book: Book) -> str:
    """When the policy says to; "" when it does not."""
    listed = [f"{each[:139]}…" if len(each) > 140 else each for each in book.escalation.criteria]
    return f"Escalate when: {'; '.join(each.rstrip('.') for each in listed)}." if listed else ""


def pause(ask: Ask, book: Book) -> list[Block]:
    longest = book.escalation.longest_pause
    lengths = [length for length in LENGTHS if length <= longest] or [longest]
    offered = [(written(length), duration(length), "") for length in lengths]
    usual = offered[1 if len(offered) > 1 else 0][0]
    reason = words(ask.given.get("reason", ""), multiline=False, example="the vendor restarts it")
    return [
        context("Nobody is called and nobody is reminded meanwhile. What was promised to others stays promised."),
        field("length", "How long?", select(offered, usual)),
        field("reason", "What do you wait for?", reason),
    ]
