from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from bot.domain import facts
from bot.domain.facts import EVENTS, Event, Fact, Stage
from bot.domain.timeline import SENTENCES, entries, entry
from bot.policy.book import Book

from .conftest import AT

ANA, BEN = "slack:U1", "slack:U2"
VALUES: dict[str, Any] = {
    "int": 2, "str": "word", "str | None": BEN, "bool": True, "Stage": Stage.ACTIVE,
    "datetime": AT, "datetime | None": AT, "Mapping[str, str]": {"eta": "soon"},
}  # fmt: skip


def made(event: type[Event]) -> Event:
    return event(**{f.name: VALUES[str(f.type)] for f in fields(event)})  # type: ignore[arg-type]


def test_every_event_has_a_sentence() -> None:
    assert set(SENTENCES) == set(EVENTS.values())


@pytest.mark.parametrize("kind", EVENTS)
def test_a_sentence_is_whole(book: Book, kind: str) -> None:
    said = entry(Fact(made(EVENTS[kind]), AT, ANA), book.words)
    assert (said.at, said.by, said.kind) == (AT, ANA, kind)
    assert said.text and said.text == said.text.strip() and "None" not in said.text and BEN not in said.text
    assert said.text[0].islower()
    assert (said.whom is not None) == said.text.endswith((" to", " from", ", for", " said by"))


TEAM = "added action item 2: size the pool, for SRE, due 2026-11-21"
PROMISE = "posted update 2: slow · Impact: all · Next update by 03:12 UTC"
SAID = [
    (facts.Declared("01", 12, "db is down", "sev1", "investigating", "h", ""), "declared #12 SEV1: db is down", None),
    (facts.Declared("01", 1, "x", "sev1", "new", "h", "", kind="drill"), "declared #1 SEV1 as a drill: x", None),
    (facts.Acknowledged(), "acknowledged the incident", None),
    (facts.SeverityChanged("sev2", "sev1", "it grew"), "changed the severity from SEV2 to SEV1: it grew", None),
    (facts.Moved("identified", "closed", Stage.CLOSED), "moved the status from Identified to Closed", None),
    (facts.Resolved("a", "b", "rollback", "back to v41"), "resolved the incident by rollback: back to v41", None),
    (facts.RoleTaken("scribe", ANA), "took the role Scribe", None),
    (facts.RoleTaken("scribe", ANA, BEN), "took over the role Scribe from", BEN),
    (facts.RoleTaken("scribe", BEN, ANA), "gave the role Scribe to", BEN),
    (facts.RoleLeft("scribe", ANA), "left the role Scribe", None),
    (facts.RoleLeft("scribe", BEN), "took the role Scribe from", BEN),
    (facts.TaskAdded(1, "fail over"), "added task 1: fail over", None),
    (facts.TaskAdded(1, "add an alert", BEN, True), "added action item 1: add an alert, for", BEN),
    (facts.TaskAdded(2, "size the pool", None, True, AT, team="SRE"), TEAM, None),
    (facts.TaskAdded(2, "size it", BEN, True, AT), "added action item 2: size it, due 2026-11-21, for", BEN),
    (facts.TaskTaken(1, ANA), "took task 1", None),
    (facts.TaskTaken(1, BEN), "gave task 1 to", BEN),
    (facts.Paged(BEN, "direct message"), "sent a page (direct message) to", BEN),
    (facts.Nudged("no_lead", 1), "asked the room for a commander", None),
    (facts.Nudged("no_lead", 2), "asked the room for a commander, time 2", None),
    (facts.Nudged("update_missed", 3), "reminded the room of the missed update, time 3", None),
    (facts.Snoozed("update_due", AT), "put off the reminder (update due) until 03:12 UTC", None),
    (facts.Retried(1), "tried 1 failed step again", None),
    (facts.Updated(2, "s", "s", "slow", "all", next_at=AT), PROMISE, None),
    (facts.Updated(2, "s", "s", "slow", more={"a": "", "b": "noon"}), "posted update 2: slow · b: noon", None),
    (facts.Promised(AT), "set the next update for 03:12 UTC", None),
    (facts.Promised(None), "set updates to go out as needed", None),
]  # fmt: skip


@pytest.mark.parametrize(("event", "text", "whom"), SAID, ids=[text for _, text, _ in SAID])
def test_what_is_said(book: Book, event: Event, text: str, whom: str | None) -> None:
    said = entry(Fact(event, AT, ANA), book.words)
    assert (said.text, said.whom) == (text, whom)


def test_lines_stand_in_the_order_in_which_things_were_so(book: Book) -> None:
    late, early = AT + timedelta(minutes=5), AT - timedelta(minutes=5)
    noted = [Fact(facts.Noted(text), at, ANA) for text, at in (("c", late), ("a", early), ("d", late), ("b", AT))]
    assert [e.text for e in entries(noted, book.words)] == ["noted: a", "noted: b", "noted: c", "noted: d"]


def test_an_event_of_tomorrow_is_named_not_dropped(book: Book) -> None:
    class Teleported:
        TYPE: ClassVar[str] = "was_teleported"

    said = entry(Fact(Teleported(), AT, ANA), book.words)  # type: ignore[arg-type]
    assert said.text == "recorded: was teleported"
