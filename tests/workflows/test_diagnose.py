"""Probes are asked side by side, and what changed between two rounds is told apart from what nobody could see."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.adapters.probes import Prober
from bot.domain import readings
from bot.domain.observation import Fault, Look, Observation, Reading, Symptom
from bot.domain.pieces import Raised
from bot.policy import book
from bot.policy.diagnosis import Detector, Diagnosis, Meaning, Probe, Target
from bot.workflows.diagnosis import diagnosed, looking, scope
from tests.adapters.slack.faces import an_incident
from tests.fakes import FakeProber

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SERVICES, HANGING = 50, 10
NAMES = [f"service-{n}" for n in range(SERVICES)]


def looks_at(most: int = 20, time_out: timedelta = SECOND, kind: str = "http") -> Diagnosis:
    down = {Fault.REFUSED: Meaning(symptom="service_down", grade="critical")}
    return Diagnosis(
        targets=tuple(Target(id=name, private=True) for name in NAMES),
        probes=tuple(
            Probe(id=name, title=name, kind=kind, target=name, time_out=time_out, faults=down) for name in NAMES
        ),
        detector=Detector(most=most),
    )


async def timed(prober: object, diagnosis: Diagnosis) -> tuple[list[Observation], float]:
    """What all of them find, and how many longest time-outs that took."""
    began = time.monotonic()
    found = await looking.all_of(prober, diagnosis, diagnosis.probes, lambda: AT)  # type: ignore[arg-type]
    longest = max(probe.time_out for probe in diagnosis.probes).total_seconds()
    return found, (time.monotonic() - began) / longest


async def test_fifty_services_of_which_ten_hang_take_about_one_time_out() -> None:
    prober = FakeProber()
    prober.hangs = set(NAMES[::5])
    found, ratio = await timed(prober, looks_at())

    assert len(prober.hangs) == HANGING
    assert 1.0 <= ratio < 1.5
    assert [each.probe for each in found] == NAMES
    assert {each.probe for each in found if each.reading.fault is Fault.TIME_OUT} == prober.hangs
    assert prober.busiest == 20


@pytest.fixture
async def services() -> AsyncIterator[dict[str, SecretStr]]:
    """Fifty addresses of one real server; every fifth takes a connection and says nothing."""

    over = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        if int(request.match_info["n"]) % 5 == 0:
            await over.wait()
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_get("/{n}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    yield {name: SecretStr(f"http://127.0.0.1:{port}/{n}") for n, name in enumerate(NAMES)}
    over.set()
    await runner.cleanup()


async def test_the_same_over_real_sockets(services: dict[str, SecretStr]) -> None:
    prober = Prober(services)
    found, ratio = await timed(prober, looks_at(time_out=2 * SECOND))

    silent = {each.probe for each in found if each.reading.fault is Fault.TIME_OUT}
    assert silent == set(NAMES[::5]), [each.reading for each in found]
    assert {each.look for each in found if each.probe not in silent} == {Look.WELL}
    assert 1.0 <= ratio < 1.5


async def test_a_prober_that_does_not_keep_its_time_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SPARE", 0.2)
    prober = FakeProber()
    prober.slow = {NAMES[0]: 30.0}
    found, ratio = await timed(prober, looks_at())

    assert found[0].reading.fault is Fault.TIME_OUT
    assert ratio < 1.6


async def test_answers_come_as_they_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "GATHER", 0.05)
    prober, diagnosis = FakeProber(), looks_at()
    prober.gates = {NAMES[7]: asyncio.Event()}
    async with aclosing(looking.answers(prober, diagnosis, diagnosis.probes, lambda: AT)) as answers:
        first = await anext(answers)
        assert {each.probe for each in first} == set(NAMES) - {NAMES[7]}
        prober.gates[NAMES[7]].set()
        assert [each.probe for each in await anext(answers)] == [NAMES[7]]


async def test_whoever_stops_listening_stops_the_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "GATHER", 0.05)
    prober, diagnosis = FakeProber(), looks_at()
    prober.hangs = {NAMES[3]}
    async with aclosing(looking.answers(prober, diagnosis, diagnosis.probes, lambda: AT)) as answers:
        await anext(answers)
        assert prober.busy == 1
    assert prober.busy == 0


async def test_a_probe_that_breaks_could_not_look(caplog: pytest.LogCaptureFixture) -> None:
    prober, diagnosis = FakeProber(), looks_at()
    prober.broken = {NAMES[0]}
    with caplog.at_level(logging.ERROR):
        found, _ = await timed(prober, diagnosis)

    assert (found[0].look, found[0].reading.fault) == (Look.UNKNOWN, Fault.BROKEN)
    assert {each.look for each in found[1:]} == {Look.WELL}
    assert f"The probe {NAMES[0]} broke" in caplog.text


# what changed


def seen(probe: str, *types: str, look: Look | None = None) -> Observation:
    symptoms = tuple(Symptom(type, "high", f"{type} there", "shop", probe) for type in types)
    verdict = look or (Look.WRONG if types else Look.WELL)
    return Observation(probe, probe, "shop", "http", verdict, Reading(Fault.NONE, "x"), symptoms, AT, 0.1)


def types(symptoms: tuple[Symptom, ...]) -> list[str]:
    return [symptom.type for symptom in symptoms]


def test_a_change_tells_apart_what_came_went_stayed_and_could_not_be_seen() -> None:
    before = [seen("web", "slow", "down"), seen("db", "full")]
    after = [seen("web", "slow", "hot"), seen("db", look=Look.UNKNOWN)]
    change = readings.change(before, after)

    assert (types(change.came), types(change.went)) == (["hot"], ["down"])
    assert (types(change.stayed), types(change.unseen)) == (["slow"], ["full"])


def test_what_could_not_be_seen_is_still_known_in_the_round_after() -> None:
    first, blind, well = [seen("db", "full")], [seen("db", look=Look.UNKNOWN)], [seen("db")]
    known = readings.after(first, blind)

    assert readings.change(known, first).none
    assert types(readings.change(known, well).went) == ["full"]


rounds = st.dictionaries(
    st.sampled_from(["web", "db", "log"]),
    st.one_of(st.lists(st.sampled_from(["slow", "down", "full"]), unique=True), st.just(Look.UNKNOWN)),
).map(lambda found: [seen(p, look=t) if isinstance(t, Look) else seen(p, *t) for p, t in found.items()])


@given(rounds, rounds)
def test_of_each_symptom_exactly_one_thing_is_said(before: list[Observation], after: list[Observation]) -> None:
    change = readings.change(before, after)
    was = {(s.probe, s.type) for o in before for s in o.symptoms}
    there = {(s.probe, s.type) for o in after for s in o.symptoms}
    groups = [{(s.probe, s.type) for s in group} for group in (change.came, change.went, change.stayed, change.unseen)]

    assert sum(map(len, groups)) == len(was | there)
    assert set().union(*groups) == was | there
    assert readings.change(readings.after(before, after), after).none


@given(rounds)
def test_observations_survive_the_record(found: list[Observation]) -> None:
    full = Reading(Fault.TIME_OUT, "x", {"seconds": 1.5}, "text", {"cpu": ((1.0, 2.0), (2.0, 3.0))})
    for each in [*found, Observation("p", "P", "", "http", Look.UNKNOWN, full, (), AT, 0.5)]:
        assert readings.from_json(readings.to_json(each)) == each
    record = diagnosed.Record("shop", "Shop", ("web",), "slack:U1", AT, seen=tuple(found))
    assert diagnosed.Record.from_json(record.to_json()) == record


# what is meant


@pytest.mark.parametrize("word", ["", "everything", "ALL"])
def test_no_word_is_everything(word: str) -> None:
    policy = book.load("default")
    found = scope.find(policy, word)

    assert found and found.probes == policy.diagnosis.probes


def test_every_service_and_set_of_every_policy_is_found_by_each_of_its_words() -> None:
    for policy in map(book.load, book.bundled()):
        for each in (*policy.diagnosis.services, *policy.diagnosis.sets):
            for word in (each.id, each.title, *each.aliases):
                assert scope.find(policy, word) is not None, (policy.name, word)


def test_services_that_alerts_name_come_first() -> None:
    policy = book.load("default")
    raised = Raised("HighLatency", "high", "am", "db", "", "", AT)
    one = replace(an_incident(), alerts={"g": raised})
    order = [probe.service for probe in scope.first_alerted(policy, policy.diagnosis.probes, one)]

    named = order.count("database")
    assert named and order[:named] == ["database"] * named
    assert scope.first_alerted(policy, policy.diagnosis.probes, an_incident()) == policy.diagnosis.probes
