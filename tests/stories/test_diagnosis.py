"""The systems are looked at from the room: what is wrong, what it may come from, what to do, and what changes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.observation import Fault, Reading
from bot.simulator import Channel, Message
from tests.fakes import FakeProber
from tests.stories.policies import a_policy
from tests.town import Town, a_town, labels

EYES = """
targets:
  - {id: shop}
  - {id: shop-db}
services:
  - {id: shop, title: Shop, aliases: [store], critical: true, procedure: Follow the shop's runbook.}
  - {id: database, title: Database}
sets:
  - {id: edge, title: The edge, probes: [web]}
probes:
  - id: web
    title: Shop answers
    kind: http
    service: shop
    target: shop
    faults: {refused: {symptom: service_down, grade: critical}}
    limits: [{value: seconds, above: 1, symptom: slow_response, grade: high, text: it is slow}]
  - {id: log, title: Shop's log, kind: log, service: shop, target: shop, patterns: true}
  - id: db
    title: Database answers
    kind: http
    service: database
    target: shop-db
    faults: {time_out: {symptom: database_unreachable, grade: critical}}
causes:
  - {id: crashed, title: The shop crashed, likelihood: high, symptoms: [service_down], steps: [Look at its log]}
recommendations:
  - {id: restart, title: Restart the shop, priority: immediate, symptoms: [service_down], procedure: systemctl restart}
errors: {words: [error], least: 1}
watch: 1m
"""
DOWN = Reading(Fault.REFUSED, "connection refused")
WELL = Reading(Fault.NONE, "200 in 20 ms", {"seconds": 0.02})
SLOW = Reading(Fault.NONE, "200 in 3 s", {"seconds": 3.0})
LOG = Reading(Fault.NONE, "3 lines", text="ERROR payment 17 failed\nERROR payment 18 failed\nall quiet")


@pytest.fixture
def prober() -> FakeProber:
    return FakeProber(web=[DOWN], log=[LOG])


@pytest.fixture
async def town(tmp_path: Path, prober: FakeProber) -> AsyncIterator[Town]:
    policy = a_policy(tmp_path / "ours", diagnosis=EYES)
    async with a_town(tmp_path, policy, prober=prober) as town:
        yield town


@pytest.fixture
async def room(town: Town) -> Channel:
    return await town.declares("sev1 checkout is failing")


def diagnoses(town: Town, room: object) -> list[Message]:
    return [m for m in town.heard(room) if "Diagnosis of" in m.words or "Looking at" in m.words]


async def two_have_answered(town: Town, room: object) -> None:
    """Time goes on, in small steps, while a probe keeps the town from coming to rest."""
    async with asyncio.timeout(10):
        while not any("2 of 3 answered" in m.words for m in diagnoses(town, room)):
            await asyncio.sleep(0.02)
            town.clock.advance(town.clock.now() + timedelta(milliseconds=50))
            await town.muster.engine.run_due(town.clock.now())


def of_watch(town: Town, room: object) -> list[str]:
    return [m.words for m in town.heard(room) if m.words.startswith("Shop:")]


async def test_one_message_says_what_is_wrong_what_it_may_come_from_and_what_to_do(town: Town, room: Channel) -> None:
    told = await town.says(town.ana, room, "/incident diagnose")
    await town.later(seconds=5)

    assert "Looking at everything, for #1. The report follows there." in told
    [message] = diagnoses(town, room)
    words = message.words
    assert "Diagnosis of *everything*" in words and "*2 of 3 probes found something wrong*" in words
    parts = ["🔴 *Shop answers*: connection refused", "*Probably*", "The shop crashed (_high_)", "1. Look at its log",
             "*Now*: Restart the shop (_systemctl restart_)", "*Follow for Shop*: Follow the shop's runbook.",
             "2 times: ERROR payment 18 failed"]  # fmt: skip
    places = [words.index(part) for part in parts]
    assert places == sorted(places)
    assert words.index("Shop answers") < words.index("Shop's log")
    assert labels(message) == ["Diagnose again", "Watch"]


async def test_it_says_at_once_who_is_asked_and_is_edited_as_they_answer(
    town: Town, room: Channel, prober: FakeProber
) -> None:
    prober.gates = {"db": asyncio.Event()}
    gesture = asyncio.create_task(town.says(town.ana, room, "/incident diagnose"))
    await two_have_answered(town, room)
    [message] = diagnoses(town, room)
    assert "Still looking: Database answers" in message.words
    assert "connection refused" in message.words

    prober.gates["db"].set()
    await gesture
    await town.later(seconds=5)
    assert diagnoses(town, room) == [message]
    assert "found something wrong" in message.words and "Still looking" not in message.words


async def test_every_reading_stands_in_the_thread_and_is_kept(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident diagnose")
    await town.later(seconds=5)

    [message] = diagnoses(town, room)
    [details] = town.heard(message)
    assert all(title in details.words for title in ("Shop answers", "Shop's log", "Database answers"))
    kept = await town.muster.store.evidence_of((await town.incident()).id)
    assert [(e.kind, e.title) for e in kept] == [("readings", "Readings of everything"), ("log", "Shop's log")]
    found = await town.muster.store.evidence(kept[0].id)
    assert found and {each["probe"] for each in json.loads(found[1])} == {"web", "log", "db"}
    [entry] = [e.text for e in await town.timeline() if e.kind == "diagnosed"]
    assert entry == "diagnosed everything: 2 of 3 probes found something; likeliest cause: The shop crashed"


@pytest.mark.parametrize(("word", "asked"), [("shop", {"web", "log"}), ("STORE", {"web", "log"}), ("edge", {"web"}),
                                             ("the edge", {"web"}), ("database", {"db"})])  # fmt: skip
async def test_a_service_or_a_set_by_any_of_its_names(
    town: Town, room: Channel, prober: FakeProber, word: str, asked: set[str]
) -> None:
    await town.says(town.ana, room, f"/incident diagnose {word}")

    assert set(prober.asked) == asked


async def test_an_unknown_word_is_answered_with_those_there_are(town: Town, room: Channel, prober: FakeProber) -> None:
    told = await town.says(town.ana, room, "/incident diagnose databse")

    assert "There is nothing called *databse* to look at. Did you mean database?" in told
    assert "There is: services: shop, database; sets: edge." in told
    assert prober.asked == []


async def test_where_nothing_is_set_up_it_says_how(town: Town, room: Channel, prober: FakeProber) -> None:
    prober.unset = {"shop-db"}
    told = await town.says(town.ana, room, "/incident diagnose database")
    assert "MUSTER_TARGET_SHOP_DB" in told and "docs/diagnosis.md" in told

    await town.says(town.ana, room, "/incident diagnose")
    await town.later(seconds=5)
    [message] = diagnoses(town, room)
    assert "2 of 2 probes" in message.words
    assert "not set up: Database answers" in message.words


async def test_a_probe_that_could_not_look_is_no_fault_of_the_service(
    town: Town, room: Channel, prober: FakeProber
) -> None:
    prober.readings = {"web": [WELL], "db": [Reading(Fault.DENIED, "the password is not accepted")]}
    await town.says(town.ana, room, "/incident diagnose")
    await town.later(seconds=5)

    [message] = diagnoses(town, room)
    assert "nothing wrong found by 3 probes" in message.words
    assert "could not look: Database answers" in message.words


async def test_a_probe_that_breaks_stops_no_other(town: Town, room: Channel, prober: FakeProber) -> None:
    prober.broken = {"db"}
    await town.says(town.ana, room, "/incident diagnose")
    await town.later(seconds=5)

    [message] = diagnoses(town, room)
    assert "connection refused" in message.words and "could not look: Database answers" in message.words
    assert [error for error in town.errors if "The probe db broke" in error]
    town.errors.clear()


async def test_again_says_what_came_and_what_went(town: Town, room: Channel, prober: FakeProber) -> None:
    prober.readings = {"web": [DOWN, SLOW], "log": [WELL]}
    await town.says(town.ana, room, "/incident diagnose")
    await town.later(seconds=5)
    [first] = diagnoses(town, room)
    await town.clicks(town.ben, first, "Diagnose again")
    await town.later(seconds=5)

    _, second = diagnoses(town, room)
    assert "New: shop: it is slow" in second.words
    assert "Well again: shop: connection refused" in second.words


async def test_the_card_has_a_button_for_it(town: Town, room: Channel) -> None:
    await town.clicks(town.ben, town.card(room), "Diagnose")
    await town.later(seconds=5)

    assert len(diagnoses(town, room)) == 1


async def test_outside_an_incident_one_person_gets_the_report(town: Town) -> None:
    told = await town.says(town.ana, "#general", "/incident diagnose shop")

    assert "Looking at Shop. The report follows here, for you alone." in told
    assert "2 of 2 probes found something wrong" in told
    assert await town.muster.store.incidents(open=False) == []


async def test_what_can_be_looked_at_here(town: Town, room: Channel, prober: FakeProber) -> None:
    prober.unset = {"shop-db"}
    told = await town.says(town.ana, room, "/incident diagnose list")

    assert "`shop` Shop (critical): 2 of 2 probes can look" in told
    assert "`database` Database: 0 of 1 probe can look; not set up: MUSTER_TARGET_SHOP_DB" in told
    assert "`edge` The edge" in told


# watching


async def test_a_watch_speaks_only_when_something_changes(town: Town, room: Channel, prober: FakeProber) -> None:
    prober.readings = {"web": [WELL, WELL, WELL, DOWN, DOWN, WELL], "log": [WELL]}
    told = await town.says(town.ana, room, "/incident diagnose watch shop")
    assert "Watching Shop every 60 seconds until 07:00 UTC. #1 hears when something changes." in told

    await town.later(minutes=2, seconds=30)
    assert of_watch(town, room) == []
    await town.later(minutes=2)
    [came] = of_watch(town, room)
    assert came.startswith("Shop: New: shop: connection refused.")
    await town.later(minutes=2)
    [_, went] = of_watch(town, room)
    assert went.startswith("Shop: Well again: shop: connection refused.")

    newest = next(m for m in town.heard(room) if m.words == went)
    await town.clicks(town.ben, newest, "Stop watching")
    asked = len(prober.asked)
    await town.later(minutes=5)
    assert len(prober.asked) == asked
    assert (await town.incident()).watching == ""


async def test_what_the_diagnosis_told_is_no_news_to_the_watch(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident diagnose")
    await town.later(seconds=5)
    [message] = diagnoses(town, room)
    await town.clicks(town.ana, message, "Watch")
    assert (await town.incident()).watching == "everything"
    await town.later(minutes=3)

    assert not [m for m in town.heard(room) if "New:" in m.words]
    assert labels(message) == ["Diagnose again", "Stop watching"]


async def test_a_watch_survives_a_restart_and_ends_with_the_incident(
    town: Town, room: Channel, prober: FakeProber
) -> None:
    prober.readings = {"web": [WELL], "log": [WELL]}
    await town.says(town.ana, room, "/incident diagnose watch")
    await town.restarts()
    prober.readings["web"] = [DOWN]
    await town.later(minutes=2)
    assert len([m for m in town.heard(room) if "everything: New: shop: connection refused" in m.words]) == 1

    await town.says(town.ana, room, "/incident resolve fix restarted")
    asked = len(prober.asked)
    await town.later(minutes=5)
    assert len(prober.asked) == asked
    assert [e.by for e in await town.timeline() if e.kind == "watch_ended"] == ["muster"]


async def test_a_forgotten_watch_ends_by_itself(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident diagnose watch shop")
    await town.later(hours=4, minutes=2)

    assert "Shop was watched for 4 hours and is no more" in town.words(room)
    assert (await town.incident()).watching == ""


@pytest.mark.parametrize(
    ("words", "answer"), [("watch off", "Nothing of #1 is watched."), ("watch nonsense", "*nonsense*")]
)
async def test_a_watch_that_cannot_be(town: Town, room: Channel, words: str, answer: str) -> None:
    assert answer in await town.says(town.ana, room, f"/incident diagnose {words}")


# after the resolution


async def test_after_the_resolution_it_is_said_what_is_still_wrong(
    town: Town, room: Channel, prober: FakeProber
) -> None:
    prober.readings = {"web": [DOWN], "log": [LOG, WELL]}
    await town.says(town.ana, room, "/incident diagnose shop")
    await town.says(town.ana, room, "/incident resolve fix restarted")
    await town.later(seconds=5)

    [said] = [m for m in town.heard(room) if "again:" in m.words and "Looked at" in m.words]
    assert said.words.startswith("Looked at Shop again: 🚨 Still wrong: shop: connection refused. ✅ Well again: shop:")
    assert labels(said) == ["Diagnose again"]


async def test_an_incident_without_a_diagnosis_is_not_looked_at(town: Town, room: Channel, prober: FakeProber) -> None:
    await town.says(town.ana, room, "/incident resolve fix restarted")

    assert prober.asked == []


async def test_a_restart_in_the_middle_asks_only_those_that_had_not_answered(
    town: Town, room: Channel, prober: FakeProber
) -> None:
    prober.gates = {"db": asyncio.Event()}
    gesture = asyncio.create_task(town.says(town.ana, room, "/incident diagnose"))
    await two_have_answered(town, room)
    prober.asked.clear()
    gesture.cancel()
    await asyncio.gather(gesture, return_exceptions=True)
    prober.gates = {}
    await town.restarts()
    await town.later(seconds=10)

    assert prober.asked == ["db"]
    [message] = diagnoses(town, room)
    assert "2 of 3 probes found something wrong" in message.words


async def test_asking_twice_in_one_breath_looks_once(town: Town, room: Channel, prober: FakeProber) -> None:
    prober.gates = {"db": asyncio.Event()}
    first = asyncio.create_task(town.says(town.ana, room, "/incident diagnose"))
    await two_have_answered(town, room)
    answer = await town.ben.runs(room, "/incident diagnose")
    assert "everything is being looked at already" in str(answer.payload)

    prober.gates["db"].set()
    await first
    await town.later(seconds=5)
    assert len(diagnoses(town, room)) == 1
    await town.says(town.ben, room, "/incident diagnose")
    assert len(diagnoses(town, room)) == 2


async def test_an_incident_without_a_room_hears_in_its_thread(town: Town) -> None:
    announcement = await town.announces("sev4 a typo on the site")
    await town.says(town.ana, "#general", "/incident diagnose #1 shop")
    await town.later(seconds=5)

    [report] = [m for m in town.heard(announcement) if "found something wrong" in m.words]
    assert [m for m in town.heard(announcement) if "All readings of Shop" in m.words]
    assert labels(report) == ["Diagnose again", "Watch"]


async def test_when_nothing_can_be_seen_after_the_resolution_nothing_is_claimed(
    town: Town, room: Channel, prober: FakeProber
) -> None:
    prober.readings = {"web": [DOWN, Reading(Fault.BROKEN, "no route")], "log": [WELL, Reading(Fault.DENIED, "no")]}
    await town.says(town.ana, room, "/incident diagnose shop")
    await town.says(town.ana, room, "/incident resolve fix restarted")
    await town.later(seconds=5)

    [said] = [m for m in town.heard(room) if "Looked at" in m.words]
    assert "Could not look again: shop: connection refused" in said.words
    assert "Well again" not in said.words
