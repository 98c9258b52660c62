"""Events about messages: most are none of Muster's business, and cost it nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.adapters.slack.listeners import marks
from bot.adapters.slack.listeners.errands import Errands
from bot.adapters.slack.listeners.heard import Heard
from bot.adapters.slack.listeners.shortcuts import owner, title
from bot.adapters.slack.reading import linked, said
from bot.policy import book
from bot.ports import Store
from bot.workflows.desk import Desk
from tests.fakes import FakeChat, FakeDirectory

ME = "U0MUSTER"
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MINE, THEIRS = {"user": ME, "bot_id": "B1", "ts": "1.000000"}, {"user": "U1", "ts": "1.000000"}


class Reads:
    """A record that knows of nothing, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def recall(self, name: str) -> None:
        self.asked.append(f"recall {name}")

    async def incidents_in(self, place: str, viewer: str | None = None) -> list[Any]:
        self.asked.append(f"incidents_in {place}")
        return []


async def hear(handler: Any, event: Mapping[str, Any]) -> list[str]:
    store = Reads()
    desk = Desk(book.load("default"), cast(Store, store), FakeChat(), FakeDirectory())
    await handler.handle(Heard(desk, event, "Ev1", NOW, Errands(), ME))
    return store.asked


def changed(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C1",
        "message": message,
        "previous_message": message,
    }


NOTHING = [
    (marks.said, {"type": "message", "channel": "C1", **MINE, "text": "a card"}),
    (marks.said, {"type": "message", "subtype": "channel_join", "channel": "C1", **THEIRS}),
    (marks.said, changed(MINE)),
    (marks.said, {**changed(MINE), "subtype": "message_deleted", "deleted_ts": "1.000000", "message": None}),
    (
        marks.reacted,
        {"user": ME, "reaction": "pushpin", "item": {"type": "message", "channel": "C1", "ts": "1.000000"}},
    ),
    (marks.reacted, {"user": "U1", "reaction": "pushpin", "item": {"type": "file", "file": "F1"}}),
    (marks.pinned, {"user": ME, "channel_id": "C1", "item": {"type": "message", "message": MINE}}),
    (marks.pinned, {"user": "U1", "channel_id": "C1", "item": {"type": "message", "message": MINE}}),
]


@pytest.mark.parametrize(("handler", "event"), NOTHING)
async def test_it_is_dropped_without_a_look_at_the_record(handler: Any, event: Mapping[str, Any]) -> None:
    assert await hear(handler, event) == []


async def test_a_new_message_costs_one_look() -> None:
    """As it may be the first word in a room."""
    assert await hear(marks.said, {"type": "message", "channel": "C1", **THEIRS, "text": "hello"}) == [
        "incidents_in slack:C1"
    ]


async def test_a_change_of_somebody_elses_message_costs_one_look() -> None:
    assert await hear(marks.said, changed(THEIRS)) == ["recall mark:slack:C1/1.000000"]
    deleted = {**changed(THEIRS), "subtype": "message_deleted", "deleted_ts": "1.000000", "message": None}
    assert await hear(marks.said, deleted) == ["recall mark:slack:C1/1.000000"]


async def test_a_mark_where_no_incident_lives_costs_one_look() -> None:
    item = {"type": "message", "channel": "C1", "ts": "1.000000"}
    assert await hear(marks.reacted, {"user": "U1", "reaction": "pushpin", "item": item}) == ["incidents_in slack:C1"]


def test_a_message_of_another_program_is_named_by_it_and_read_from_its_attachments() -> None:
    row = {"bot_id": "B9", "username": "Grafana", "ts": "1.5", "attachments": [{"fallback": "disk full"}], "text": ""}
    found = said(None, "C1", row)
    assert (found.author, found.text) == ("Grafana", "disk full")
    assert owner(found) == ""


def test_an_address_that_is_built_otherwise_opens_the_thread() -> None:
    other = "https://chat.example/slack:C1/1.000000"
    assert linked(other, "C1", "1.000000", "2.000000") == other


@pytest.mark.parametrize(
    ("text", "short"), [("", ""), ("\n\n  it is slow  \nvery", "it is slow"), ("x" * 200, "x" * 119 + "…")]
)
def test_a_title_is_the_first_line(text: str, short: str) -> None:
    assert title(text) == short
