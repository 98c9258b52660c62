"""What people typed: in which fields of which facts, and how it is taken out of what they add up to."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.domain import facts
from bot.domain.facts import Event

ERASED = "(erased)"

TYPED: Mapping[type[Event], tuple[str, ...]] = {
    facts.Declared: ("title", "words"),
    facts.Classified: ("because", "reason"),
    facts.PolicyAdopted: ("reason",),
    facts.SeverityChanged: ("reason",),
    facts.Moved: ("reason",),
    facts.Resolved: ("summary", "cause"),
    facts.Noted: ("text",),
    facts.Updated: ("state", "impact", "actions", "next_steps", "help_needed", "more"),
    facts.TaskAdded: ("text",),
    facts.ImpactRecorded: ("values",),
    facts.GoAsked: ("question",),
    facts.GoDecided: ("reason",),
    facts.Escalated: ("reason",),
    facts.PageAnswered: ("reason",),
    facts.Paused: ("reason",),
    facts.VisibilityChanged: ("reason",),
    facts.Captured: ("text",),
    facts.CaptureEdited: ("text",),
    # what Muster names after the title
    facts.RoomOpened: ("name",),
    facts.RoomAdopted: ("name",),
    facts.RoomRenamed: ("was", "now"),
    facts.PostmortemWritten: ("name",),
    facts.Absorbed: ("title",),
    facts.Retitled: ("was", "now"),
    facts.HandedOff: ("words",),
    facts.EvidenceKept: ("title",),
    facts.WhyAnswered: ("text",),
    facts.RootCauseFound: ("text",),
    facts.CausePlaced: ("text",),
    facts.CauseRemoved: ("text",),
}


def typed(event: Event) -> frozenset[str]:
    """
    The words in it that a person typed.

    >>> sorted(typed(facts.Moved("triage", "mitigating", facts.Stage.ACTIVE, "it spreads")))
    ['it spreads']
    """
    fields = TYPED.get(type(event), ())
    values = dataclasses.asdict(event)  # type: ignore[call-overload]  # every event is a dataclass
    return frozenset(word for name in fields for word in leaves(values[name]) if word.strip())


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner)


def without(value: Any, words: Collection[str]) -> Any:
    """
    The JSON with (erased) in the place of each of these texts.

    >>> without({"title": "ana is ill", "tasks": [{"text": "call ana"}], "n": 1}, {"ana is ill", "call ana"})
    {'title': '(erased)', 'tasks': [{'text': '(erased)'}], 'n': 1}
    """
    if isinstance(value, str):
        return ERASED if value in words else value
    if isinstance(value, Mapping):
        return {name: without(inner, words) for name, inner in value.items()}
    if isinstance(value, list):
        return [without(inner, words) for inner in value]
    return value
