"""The detector opens incidents of its own accord; people keep it quiet, and have the services counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import app
from bot.domain.observation import Fault, Reading
from bot.engine.clock import SystemClock
from bot.policy import book
from bot.practice.people import move_in
from bot.simulator import Message, Simulator
from tests.fakes import FakeProber
from tests.stories.policies import a_policy
from tests.town import MANIFEST, Town, a_town, config_for, labels

EYES = """
targets:
  - {id: shop}
services:
  - {id: shop, title: Shop, aliases: [store], critical: true}
  - {id: database, title: Database}
  - {id: cache, title: Cache}
probes:
  - {id: db, title: Database answers, kind: http, target: shop, service: database, detect: true,
     faults: {time_out: {symptom: database_unreachable, grade: critical}}}
  - {id: web, title: Shop answers, kind: http, target: shop, service: shop, detect: true,
     faults: {refused: {symptom: service_down, grade: high}},
     limits: [{value: seconds, above: 1, symptom: slow_response, grade: high, text: it is slow}]}
  - {id: redis, title: Cache answers, kind: http, target: shop, service: cache}
sets: []
causes: []
recommendations: []
triage:
  services: [database, shop, cache]
  counts: [{down: 0, severity: sev3}, {down: 1, severity: sev2}, {down: 2, severity: sev1}]
"""
DOWN = Reading(Fault.REFUSED, "connection refused")
MUTE = Reading(Fault.TIME_OUT, "no answer within 10 s")
WELL = Reading(Fault.NONE, "200 in 20 ms", {"seconds": 0.02})
SLOW = Reading(Fault.NONE, "200 in 3 s", {"seconds": 3.0})
BLIND = Reading(Fault.BROKEN, "the probe broke")


@pytest.fixture
def prober() -> FakeProber:
    return FakeProber(web=[WELL], db=[WELL], redis=[WELL])


@pytest.fixture
async def town(tmp_path: Path, prober: FakeProber) -> AsyncIterator[Town]:
    policy = a_policy(tmp_path / "ours", diagnosis=EYES)
    async with a_town(tmp_path, policy, prober=prober) as town:
        yield town


async def rounds(town: Town, count: int) -> None:
    """Rounds of the detector, half a minute apart, and what came of each."""
    for _ in range(count):
        await town.muster.look()
        await town.later(seconds=30)


async def opened(town: Town) -> list[str]:
    return [f"{i.severity}: {i.title}" for i in await town.muster.store.incidents()]


def triages(town: Town) -> list[Message]:
    return [m for m in town.private(town.ana) if "*Triage" in m.words]


# the detector


async def test_what_stays_wrong_opens_an_incident_and_one_blip_does_not(town: Town, prober: FakeProber) -> None:
    prober.readings["web"] = [DOWN, WELL, DOWN]
    await rounds(town, 3)
    assert await opened(town) == []

    await rounds(town, 1)
    [said] = await opened(town)
    assert said.startswith("sev2: ") and "Service down" in said and "shop" in said.casefold()
    assert len(town.rooms()) == 1


async def test_recovery_is_told_in_the_room(town: Town, prober: FakeProber) -> None:
    prober.readings["web"] = [DOWN, DOWN, WELL]
    await rounds(town, 2)
    [room] = town.rooms()
    before = len(town.heard(room))
    await rounds(town, 1)
    assert "well again" not in town.words(room)
    await rounds(town, 2)
    told = "\n".join(m.words for m in town.heard(room)[before:])
    assert "well again" in told and "Service down" in told
    assert (await town.incident()).over is False


async def test_all_that_a_round_finds_is_one_incident_and_a_graver_one_raises_it(
    town: Town, prober: FakeProber
) -> None:
    prober.readings |= {"web": [SLOW, SLOW, DOWN], "db": [WELL, WELL, WELL, MUTE]}
    await rounds(town, 2)
    assert [said.partition(":")[0] for said in await opened(town)] == ["sev2"]
    await rounds(town, 3)
    assert [said.partition(":")[0] for said in await opened(town)] == ["sev1"]
    kept = await town.muster.store.alerts_of((await town.incident()).id)
    assert {each.alert.fingerprint for each in kept} == {
        "web:slow_response", "web:service_down", "db:database_unreachable",
    }  # fmt: skip


async def test_a_restart_between_two_looks_forgets_nothing(town: Town, prober: FakeProber) -> None:
    prober.readings["web"] = [DOWN]
    await rounds(town, 1)
    await town.restarts()
    await rounds(town, 1)
    assert len(await opened(town)) == 1
    await town.restarts()
    prober.readings["web"] = [WELL]
    await rounds(town, 3)
    assert "well again" in town.words(town.rooms()[0])
    assert len(await opened(town)) == 1


async def test_the_ticker_begins_the_rounds_on_the_real_clock(tmp_path: Path, prober: FakeProber) -> None:
    prober.readings["web"] = [DOWN]
    policy, clock = a_policy(tmp_path / "ours", diagnosis=f"{EYES}detector: {{every: 1s}}\n"), SystemClock()
    simulator = Simulator(clock, MANIFEST)
    await simulator.start()
    move_in(simulator, book.load(policy))
    muster = await app.build(config_for(simulator, tmp_path, policy), clock=clock, prober=prober)
    try:
        await muster.start()
        async with asyncio.timeout(20):
            while not await muster.store.incidents():
                await asyncio.sleep(0.1)
        assert prober.asked.count("web") == 2
    finally:
        await muster.stop()
        await simulator.stop()


# maintenance


async def test_maintenance_keeps_it_quiet_until_its_end(town: Town, prober: FakeProber) -> None:
    prober.readings["web"] = [DOWN]
    told = await town.says(town.ana, "#general", "/incident maintenance store 5m deploying 1.5")
    assert "keeps quiet about Shop for 5 min, until Sat 21 Nov 03:05 UTC" in told
    assert "Shop under maintenance until Sat 21 Nov 03:05 UTC" in town.words("incidents")
    assert "(deploying 1.5)" in town.words("incidents")
    await rounds(town, 8)
    assert await opened(town) == []
    listed = await town.says(town.ana, "#general", "/incident maintenance")
    assert "Shop until Sat 21 Nov 03:05 UTC" in listed and "Kept quiet: connection refused" in listed

    await rounds(town, 3)
    assert len(await opened(town)) == 1
    assert sum("The maintenance of Shop is over." in m.words for m in town.heard("incidents")) == 1


async def test_maintenance_is_ended_by_a_button_and_is_then_raised(town: Town, prober: FakeProber) -> None:
    prober.readings["web"] = [DOWN]
    await town.says(town.ana, "#general", "/incident maintenance all 2h")
    await rounds(town, 3)
    told = await town.clicks(town.ana, town.private(town.ana)[-1], "End all")
    assert "The maintenance of Everything is over." in told
    await rounds(town, 1)
    assert len(await opened(town)) == 1
    assert "Nothing is under maintenance" in await town.says(town.ana, "#general", "/incident maintenance")


@pytest.mark.parametrize(
    "words, says",
    [("shop", "For how long?"), ("checkout 1h", "There is no service *checkout*"), ("shop 90d", "from 1m to 14d"),
     ("end", "Nothing is under maintenance by hand"), ("end shop", "Nothing is under maintenance by hand")],
)  # fmt: skip
async def test_maintenance_that_cannot_be_meant_gets_a_sentence(town: Town, words: str, says: str) -> None:
    assert says in await town.says(town.ana, "#general", f"/incident maintenance {words}")


# triage


async def test_triage_counts_what_is_down_and_a_button_takes_the_severity(town: Town, prober: FakeProber) -> None:
    room = await town.declares("sev2 orders are odd")
    prober.readings |= {"web": [DOWN], "db": [MUTE]}
    first = await town.says(town.ana, room, "/incident triage")
    assert "Looking at the services" in first
    [counted] = triages(town)
    assert counted.words.index("*Shop* is down: Shop answers: connection refused") < counted.words.index(
        "*Database* is down"
    )
    assert "*Cache* is up" in counted.words
    assert "as 2 of 3 services are down: Shop, Database" in counted.words
    assert labels(counted) == ["Make it SEV1"]

    await town.clicks(town.ana, counted, "Make it SEV1")
    incident = await town.incident()
    assert incident.severity == "sev1"
    assert "2 of 3 services are down" in town.words(room)
    assert any("2 of 3 services are down: Shop, Database" in entry.text for entry in await town.timeline())
    entries = await town.timeline()
    await town.repeats()
    assert await town.timeline() == entries


async def test_what_could_not_be_looked_at_is_not_down(town: Town, prober: FakeProber) -> None:
    prober.readings |= {"web": [BLIND], "db": [WELL], "redis": [WELL]}
    await town.says(town.ana, "#general", "/incident triage")
    [counted] = triages(town)
    assert "*Shop*: could not be looked at: the probe broke" in counted.words
    assert "Proposed: *SEV3*, as none of 2 services is down." in counted.words


async def test_triage_outside_of_incidents_leads_to_declaring_one(town: Town, prober: FakeProber) -> None:
    prober.readings["web"] = [DOWN]
    await town.says(town.ana, "#general", "/incident triage")
    [counted] = triages(town)
    await town.clicks(town.ana, counted, "Declare as SEV2")
    await town.submits(town.ana, title="checkout is failing")
    assert await opened(town) == ["sev2: checkout is failing"]
    assert any("1 of 3 services is down: Shop" in entry.text for entry in await town.timeline())


async def test_whoever_declares_may_have_the_services_checked(town: Town, prober: FakeProber) -> None:
    prober.readings["web"] = [DOWN]
    await town.says(town.ana, "#general", "/incident declare sev2 checkout is failing")
    answer = next(m for m in town.private(town.ana) if "Check the services" in labels(m))
    await town.clicks(town.ana, answer, "Check the services")
    [counted] = triages(town)
    assert "*Triage of #1*" in counted.words and labels(counted) == ["Keep SEV2"]
    told = await town.clicks(town.ana, counted, "Keep SEV2")
    assert "#1 stays SEV2: 1 of 3 services is down: Shop." in told


async def test_where_there_is_nothing_to_look_at_nothing_is_offered(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        await town.says(town.ana, "#general", "/incident declare sev2 checkout is failing")
        assert all("Check the services" not in labels(m) for m in town.private(town.ana))
        assert "has an address here" in await town.says(town.ana, "#general", "/incident triage")
        await rounds(town, 3)
        assert len(await opened(town)) == 1
