"""Who may do what, as a table: command, who, visibility; over the real store, with groups that a fake knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store import Store
from bot.domain import facts
from bot.domain.errors import NotPermitted, Refused
from bot.domain.incident import MUSTER, Incident, declare
from bot.engine.outcomes import Doubt
from bot.policy import book
from bot.policy.permissions import Permissions, Rule
from bot.workflows.access import permitted
from bot.workflows.desk import Desk, Gesture, record
from tests.fakes import FakeChat, FakeDirectory

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ANA, BEN, CHEN, DANA = (f"slack:U{n}" for n in range(4))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite:///{tmp_path / 'muster.db'}", NOW)
    yield opened
    await opened.close()


def a_desk(store: Store, *open: str, restricted: tuple[str, ...] = ("insiders",), command: str = "resolve") -> Desk:
    rule = Rule(commands=(command,), open=open, restricted=restricted)
    policy = replace(book.load("default"), permissions=Permissions(rules=(rule,)))
    directory = FakeDirectory(groups={"sre": (BEN,), "oncall": (CHEN,)}, people={"dana@example.org": DANA})
    return Desk(policy, store, FakeChat(), directory)


async def an_incident(desk: Desk, visibility: str = "open") -> Incident:
    """Ana declared it, Chen leads."""
    event = facts.Declared(
        "01J", 1, "checkout is failing", "sev1", "investigating", desk.book.hash, "checkout is failing",
        visibility=visibility,
    )  # fmt: skip
    opened, declared = declare(event, ANA, NOW)
    led, taken = opened.take_role(desk.book.roles.lead, CHEN, ANA, NOW)

    async def keep(books: Any) -> None:
        await record(books, led, declared, taken)

    await desk.store.transact(keep, NOW)
    return led


def gesture(by: str, delivery: str = "slash:1") -> Gesture:
    return Gesture(by, NOW, delivery)


ROWS = [
    (("everyone",), {ANA, BEN, CHEN, DANA, "api:ci"}),
    (("nobody",), set()),
    ((), set()),
    (("insiders",), {ANA, CHEN}),
    (("declarer",), {ANA}),
    (("lead",), {CHEN}),
    (("role:commander",), {CHEN}),
    (("role:scribe",), set()),
    (("api",), {"api:ci"}),
    (("group:sre",), {BEN}),
    (("person:dana@example.org",), {DANA}),
    (("oncall:primary",), {CHEN}),
    (("declarer", "group:sre"), {ANA, BEN}),
]


@pytest.mark.parametrize(("named", "may"), ROWS)
async def test_each_word_lets_those_through_whom_it_names(store: Store, named: tuple[str, ...], may: set[str]) -> None:
    desk = a_desk(store, *named)
    incident = await an_incident(desk)
    let_through = set()
    for n, person in enumerate((ANA, BEN, CHEN, DANA, "api:ci")):
        try:
            await permitted.permit(desk, gesture(person, f"slash:{n}"), "resolve", incident)
        except NotPermitted:
            continue
        let_through.add(person)

    assert let_through == may


@pytest.mark.parametrize("named", [("everyone",), ("insiders",), ("group:sre",)])
async def test_of_a_restricted_incident_outsiders_hear_that_there_is_none(store: Store, named: tuple[str, ...]) -> None:
    desk = a_desk(store, "everyone", restricted=named)
    incident = await an_incident(desk, "restricted")

    with pytest.raises(Refused, match="There is no such incident"):
        await permitted.permit(desk, gesture(BEN), "resolve", incident)
    assert [type(fact.event) for fact in await store.facts("01J")] == [facts.Declared, facts.RoleTaken]


async def test_a_refusal_says_who_could_and_is_on_the_record_once_however_often_it_comes(store: Store) -> None:
    desk = a_desk(store, "lead")
    incident = await an_incident(desk)
    for _ in range(2):
        with pytest.raises(NotPermitted) as refused:
            await permitted.permit(desk, gesture(BEN), "resolve", incident)
        assert refused.value.sentence == (
            f"/incident resolve #1 is for Incident Commander. Ask one of them to do it: {CHEN}."
        )

    denied = [fact for fact in await store.facts("01J") if isinstance(fact.event, facts.Denied)]
    assert [(fact.by, fact.event) for fact in denied] == [(BEN, facts.Denied("resolve", "Incident Commander"))]


async def test_what_is_about_no_incident_is_denied_in_the_log_of_the_workspace(store: Store) -> None:
    desk = a_desk(store, "group:sre", command="simulate")
    for _ in range(2):
        with pytest.raises(NotPermitted, match="is for @sre"):
            await permitted.permit(desk, gesture(ANA), "simulate")

    assert [(line.what, line.by) for line in await store.logged()] == [("denied", ANA)]


async def test_a_vacant_role_can_be_taken(store: Store) -> None:
    desk = a_desk(store, "role:scribe")
    incident = await an_incident(desk)
    with pytest.raises(NotPermitted, match=r"or take the role: /incident role scribe"):
        await permitted.permit(desk, gesture(BEN), "resolve", incident)


async def test_when_slack_cannot_say_an_open_incident_is_let_through_and_written_down(store: Store) -> None:
    desk = a_desk(store, "group:sre")
    incident = await an_incident(desk)
    for _ in range(2):
        desk.directory.fails("members", Doubt("Slack does not answer."))  # type: ignore[attr-defined]
        await permitted.permit(desk, gesture(ANA), "resolve", incident)

    [line] = await store.logged()
    assert (line.what, line.by, line.incident) == ("unverified", ANA, "01J")


async def test_when_slack_cannot_say_a_restricted_incident_is_refused(store: Store) -> None:
    desk = a_desk(store, "everyone", restricted=("group:sre",))
    incident = await an_incident(desk, "restricted")
    desk.directory.fails("members", Doubt("Slack does not answer."))  # type: ignore[attr-defined]
    with pytest.raises(NotPermitted, match="Slack cannot say just now"):
        await permitted.permit(desk, gesture(ANA), "resolve", incident)


async def test_a_slow_look_up_counts_as_none(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(FakeDirectory):
        async def members(self, group: str) -> tuple[str, ...]:
            await asyncio.sleep(60)
            return (BEN,)

    monkeypatch.setattr(permitted, "LOOK_SECONDS", 0.01)
    desk = replace(a_desk(store, "group:sre"), directory=Slow())
    await permitted.permit(desk, gesture(ANA), "resolve", await an_incident(desk))
    assert [line.what for line in await store.logged()] == ["unverified"]


async def test_what_everyone_may_do_asks_nobody(store: Store) -> None:
    desk = a_desk(store, "everyone", "group:sre")
    incident = await an_incident(desk)
    await permitted.permit(desk, gesture(ANA), "resolve", incident)
    await permitted.permit(desk, gesture(MUSTER), "resolve", incident)

    assert permitted.free(desk, "resolve") and desk.directory.done == []  # type: ignore[attr-defined]
