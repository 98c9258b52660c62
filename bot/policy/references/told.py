"""Questions and alerts that lead to severities; who hears how often, where, and what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.policy.parts import Parts
from bot.policy.reading import Path
from bot.policy.references.finding import Found, Looks, ids, known, unique


def _questions(parts: Parts) -> Iterator[Found]:
    """Ways, circles and cells are judged where the questions are read; this looks at where they lead."""
    asked, severities = parts.classification, ids(parts.severities.all)
    yield from unique("classification", (), ids((*asked.questions, *asked.assessment)), "question")
    kind = "matrix" if asked.matrix else "triage"
    for n, question in enumerate(asked.questions):
        for m, choice in enumerate(question.choices):
            path, named = (kind, "questions", n, "choices", m, "severity"), [choice.severity] if choice.severity else []
            yield from known("classification", path, named, severities, "severity")
    for row, cells in ((asked.matrix and asked.matrix.cells) or {}).items():
        for column, severity in cells.items():
            yield from known("classification", ("matrix", "cells", row, column), [severity], severities, "severity")


def _alerts(parts: Parts) -> Iterator[Found]:
    for n, alert in enumerate(parts.alerts.severities):
        path = ("severities", n, "severity")
        yield from known("alerts", path, [alert.severity], ids(parts.severities.all), "severity")


def _cadence(parts: Parts) -> Iterator[Found]:
    severities, given = ids(parts.severities.all), list(parts.cadence.severities)
    for id in given:
        yield from known("cadence", ("severities", id), [id], severities, "severity")
    for id in severities:
        if id not in given:
            right = f"{id}: {{update_every: 30m}}, or {id}: {{}} for updates as needed"
            yield "cadence", ("severities",), f'the severity "{id}" has no cadence. Right would be {right}.'
    for id, rhythm in parts.cadence.severities.items():
        if rhythm.update_every is not None and rhythm.remind_before >= rhythm.update_every:
            path = ("severities", id, "remind_before")
            yield "cadence", path, "the reminder comes before the last update. Right is less than update_every."
        if rhythm.first_within is not None and rhythm.remind_before >= rhythm.first_within:
            path = ("severities", id, "remind_before")
            yield "cadence", path, "the reminder comes before the declaration. Right is less than first_within."


def _insisting(parts: Parts) -> Iterator[Found]:
    for key in ("missed_again_every", "missed_at_longest_every", "prompt_lead_every"):
        if getattr(parts.cadence, key) <= timedelta():
            yield "cadence", (key,), f"{key} is no time at all. Right would be, for example, 5m."
    for n, step in enumerate(parts.cadence.louder):
        yield from known("cadence", ("louder", n, "mention"), step.mention, ids(parts.roles.all), "role")


def _audiences(parts: Parts) -> Iterator[Found]:
    talk, severities = parts.communications, ids(parts.severities.all)
    named: list[tuple[Path, tuple[str, ...]]] = [
        *((("audiences", n, "severities"), audience.severities) for n, audience in enumerate(talk.audiences)),
        *((("bookmarks", n, "severities"), mark.severities or ()) for n, mark in enumerate(talk.bookmarks)),
        (("bridge", "severities"), (talk.bridge and talk.bridge.severities) or ()),
    ]
    for path, used in named:
        yield from known("communications", path, used, severities, "severity")


def _bridge(parts: Parts) -> Iterator[Found]:
    bridge = parts.communications.bridge
    if bridge and not (bridge.link or bridge.phone):
        yield "communications", ("bridge",), "nobody can join this bridge. Right is a link, a phone, or both."


def _names(parts: Parts) -> Iterator[Found]:
    if "{n}" not in parts.naming.action_pattern:
        right = 'a pattern with {n} in it, for example "AI-{n}"'
        yield "naming", ("action",), f"every action item would be called the same. Right is {right}."


NEEDED: Looks = {
    _questions: frozenset({"classification", "severities"}),
    _alerts: frozenset({"alerts", "severities"}),
    _cadence: frozenset({"cadence", "severities"}),
    _insisting: frozenset({"cadence", "roles"}),
    _audiences: frozenset({"communications", "severities"}),
    _bridge: frozenset({"communications"}),
    _names: frozenset({"naming"}),
}
