"""Monitoring speaks: incidents open by themselves, people are asked, and a storm is a handful of messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.alert import Alert
from bot.simulator import Channel
from bot.workflows.alerts import intake
from bot.workflows.alerts.intake import Taken
from tests.stories.policies import a_policy
from tests.town import Town, a_town, acts, labels

ROUTING = """
rules:
  - {id: grave, when: {grades: [high, critical]}, do: open}
  - {id: doubtful, when: {grades: [medium]}, do: offer}
  - {id: rest, do: record}
"""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    policy = a_policy(tmp_path / "own", routing=ROUTING)
    async with a_town(tmp_path / "data", policy) as town:
        yield town


def alert(
    town: Town, name: str = "HighLatency", service: str = "api", grade: str = "high", *, n: int = 1,
    firing: bool = True, summary: str = "",
) -> Alert:  # fmt: skip
    now = town.clock.now()
    return Alert(
        "alertmanager", f"{name}-{service}-{n}", name, firing, grade, now, None if firing else now, service=service,
        summary=summary,
    )  # fmt: skip


async def hears(town: Town, *alerts: Alert) -> Taken:
    taken = await town.muster.store.transact(
        lambda books: intake.take(town.muster.desk, books, alerts), town.clock.now()
    )  # fmt: skip
    await town.settle()
    return taken


def room_of(town: Town) -> Channel:
    [room] = town.rooms()
    return room


async def test_a_grave_alert_opens_an_incident_and_wakes_people(town: Town) -> None:
    await hears(town, alert(town, grade="critical", summary="p95 is 3 s"))

    incident = await town.incident()
    assert (incident.title, incident.severity) == ("HighLatency on api", "sev1")
    assert (incident.declared_by, incident.source) == ("muster", "monitoring")
    room = room_of(town)
    assert town.people_in(room) == {"ana", "ben", "chen", "dana"}
    assert all(len(town.told(person)) == 1 for person in (town.ana, town.ben, town.chen, town.dana))
    assert "🔔 1 alert firing: HighLatency (api)" in town.card(room).words
    assert "noticed by monitoring" in town.card(room).words
    assert await town.troubles() == []
    assert any("HighLatency (api), critical: p95 is 3 s" in entry.text for entry in await town.timeline())


async def test_what_belongs_together_is_one_incident_and_one_message(town: Town) -> None:
    first = alert(town), alert(town, "ErrorRate", "checkout")
    taken = await hears(town, *first)
    assert len(taken.opened) == 1
    assert (await town.incident()).title == "HighLatency, ErrorRate on api, checkout"
    room = room_of(town)
    before = len(town.heard(room))

    await town.later(minutes=1)
    for n in range(2, 30):
        await hears(town, alert(town, "ErrorRate", f"service-{n}"))
    await town.later(seconds=20)

    said = town.heard(room)[before:]
    assert len(said) == 1
    assert "28 alerts" in said[0].words or "and 20 more" in said[0].words
    assert "🔔 30 alerts firing" in town.card(room).words
    assert len(await town.muster.store.incidents(open=None)) == 1


async def test_when_all_is_well_the_room_is_asked_and_decides_itself(town: Town) -> None:
    await hears(town, alert(town), alert(town, "ErrorRate"))
    room = room_of(town)
    await hears(town, alert(town, firing=False))
    await town.later(seconds=20)
    assert "Well again: HighLatency (api)" in town.heard(room)[-1].words
    assert "1 still fires" in town.heard(room)[-1].words

    await hears(town, alert(town, "ErrorRate", firing=False))
    await town.later(minutes=1)

    asked = town.heard(room)[-1]
    assert "All alerts are well again" in asked.words
    assert not (await town.incident()).over
    await town.clicks(town.ben, asked, "Resolve")
    await town.submits(town.ben, summary="it recovered", how="fix")
    assert (await town.incident()).over


async def test_a_doubtful_alert_is_offered_and_declared_by_a_click(town: Town) -> None:
    taken = await hears(town, alert(town, grade="medium", summary="p95 is 1 s"))
    assert taken.opened == ()
    await town.later(seconds=20)
    [offer] = town.heard("incidents")
    assert "HighLatency" in offer.words
    assert labels(offer) == ["Declare it"]

    told = await town.clicks(town.ana, offer, "Declare it")

    assert "is declared" in told
    incident = await town.incident()
    assert (incident.severity, incident.source) == ("sev3", "monitoring")
    assert incident.declared_by.startswith("slack:")
    assert [raised.name for raised in incident.alerts.values()] == ["HighLatency"]
    assert "belongs to an incident by now" in await town.clicks(town.ben, offer, "Declare it")
    assert len(await town.muster.store.incidents(open=None)) == 1


async def test_an_offer_that_is_well_again_is_told_in_its_thread(town: Town) -> None:
    await hears(town, alert(town, grade="medium"))
    await town.later(seconds=20)
    [offer] = town.heard("incidents")

    await hears(town, alert(town, grade="medium", firing=False))
    await town.later(seconds=40)

    [reply] = town.heard(offer)
    assert "Well again: HighLatency (api)" in reply.words
    assert "again or belongs" in await town.clicks(town.ana, offer, "Declare it")


async def test_many_offers_are_one_message_and_declared_as_one(town: Town) -> None:
    await hears(town, *(alert(town, "ErrorRate", f"s{n}", "medium") for n in range(40)))
    await town.later(seconds=20)
    [offer] = town.heard("incidents")
    assert "40 alerts" in offer.words
    assert "and 30 more" in offer.words

    await town.clicks(town.ana, offer, "Declare all as one incident")

    incident = await town.incident()
    assert len(incident.alerts) == 40
    assert "No alert fires outside" in await town.says(town.ana, "#general", "/incident alerts")


async def test_offered_alerts_join_an_open_incident_by_a_click(town: Town) -> None:
    room = await town.declares("sev2 checkout is slow")
    await hears(town, alert(town, grade="medium"))
    await town.later(seconds=20)
    offer = town.heard("incidents")[-1]
    assert "Join #1" in labels(offer)

    await town.clicks(town.ana, offer, "Join #1")

    assert "HighLatency (api)" in town.words(room)
    assert list((await town.incident()).alerts) == ["HighLatency|api"]


async def test_the_list_shows_an_incident_or_what_belongs_to_none(town: Town) -> None:
    await hears(town, alert(town), alert(town, "DiskFull", "db", "medium"), alert(town, "Chatter", "web", "info"))

    outside = await town.says(town.ana, "#general", "/incident alerts")
    assert "DiskFull" in outside
    assert "Chatter" in outside
    assert "*HighLatency*" not in outside
    inside = await town.says(town.ana, room_of(town), "/incident alerts")
    assert "HighLatency" in inside
    assert "HighLatency" in await town.says(town.ana, "#general", "/incident alerts #1")

    listed = town.private(town.ana)[0]
    choices = next(each for each in acts(listed) if "menu" in each)
    await town.chooses(town.ana, listed, choices, "Declare it")
    assert len(await town.muster.store.incidents()) == 2


async def test_a_graver_alert_raises_the_severity_unless_a_person_set_it(town: Town) -> None:
    await hears(town, alert(town))
    assert (await town.incident()).severity == "sev2"
    await hears(town, alert(town, "Down", "db", "critical"))
    assert (await town.incident()).severity == "sev1"
    assert len(town.told(town.dana)) == 1
    room = room_of(town)
    await town.says(town.ben, room, "/incident severity sev3 hardly anybody notices")

    await hears(town, alert(town, "Down", "web", "critical"))

    assert (await town.incident()).severity == "sev3"


async def test_an_alert_after_the_end_is_told_and_later_it_is_a_new_incident(town: Town) -> None:
    await hears(town, alert(town))
    room = room_of(town)
    await hears(town, alert(town, firing=False))
    await town.says(town.ben, room, "/incident resolve fix it is over")
    await hears(town, alert(town))
    await town.later(minutes=1)
    echo = town.heard(room)[-1]
    assert "Fires again: HighLatency (api)" in echo.words
    assert "reopen" in acts(echo)
    assert len(town.rooms()) == 1

    await town.later(minutes=12)
    await hears(town, alert(town, firing=False))
    await hears(town, alert(town))

    assert len(await town.muster.store.incidents(open=None)) == 2


async def test_nothing_that_monitoring_types_is_markup(town: Town) -> None:
    evil = f"<!channel> slack:{town.eli.id} @here *x*"
    await hears(town, alert(town, evil, evil, "critical", summary=evil))
    await hears(town, alert(town, evil, evil + "2", "medium", summary=evil))
    await town.later(minutes=1)

    assert town.ringing() == []
    assert len(town.heard("incidents")) >= 3
    assert not any(town.eli.mention in message.words for message in town.everything())


async def test_an_alert_that_comes_and_goes_is_told_of_ever_less_often(town: Town) -> None:
    await hears(town, alert(town))
    room = room_of(town)
    before = len(town.heard(room))
    for _ in range(60):
        await town.later(seconds=15)
        await hears(town, alert(town, firing=False))
        await town.later(seconds=15)
        await hears(town, alert(town))

    told = [m for m in town.heard(room)[before:] if "alerts" in acts(m)]
    assert 5 <= len(told) <= 15


async def test_a_storm_of_a_thousand_is_a_handful_of_messages(town: Town) -> None:
    before = town.clock.now()
    for n in range(50):
        await hears(town, *(alert(town, f"Alert{m}", f"s{n % 20}", "critical", n=n) for m in range(20)))
        await town.later(seconds=1)
    await town.later(minutes=2)

    [incident] = await town.muster.store.incidents(open=None)
    rows = await town.muster.store.alert_groups(incident.id)
    assert sum(group.count for group in rows) == 1000
    assert len(incident.alerts) == 100
    spoken = [m for m in town.heard(room_of(town)) if "🔔 Alerts" in m.words]
    assert len(spoken) <= 5
    assert town.clock.now() - before < timedelta(minutes=4)


async def test_a_small_one_lives_in_a_thread_and_is_told_there(tmp_path: Path) -> None:
    policy = a_policy(tmp_path / "own", routing="rules: [{id: all, do: open}]\nchannel: alerts\n")
    async with a_town(tmp_path / "data", policy) as town:
        await hears(town, alert(town, grade="medium"))
        assert town.rooms() == []
        await hears(town, alert(town, "Errors", grade="medium"))
        await hears(
            town, alert(town, grade="medium", firing=False), alert(town, "Errors", grade="medium", firing=False)
        )
        await town.later(seconds=20)
        assert "All alerts are well again" in town.heard(await town.announcement())[-1].words
        assert await town.troubles() == []


async def test_whoever_declares_may_say_who_noticed(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing, noticed by a customer")
    incident = await town.incident()
    assert (incident.title, incident.source) == ("checkout is failing", "customer")
    assert "noticed by customer" in town.card(room).words
    assert "noticed by customer: checkout is failing" in (await town.timeline())[0].text

    await town.says(town.ana, "#general", "/incident")
    await town.submits(town.ana, title="search is slow", severity="sev2", source="third party")
    assert (await town.incident(2)).source == "third party"


async def test_offers_go_where_the_policy_says(tmp_path: Path) -> None:
    policy = a_policy(tmp_path / "own", routing=f"{ROUTING}channel: alerts\n")
    async with a_town(tmp_path / "data", policy) as town:
        await hears(town, alert(town, grade="medium"))
        await town.later(seconds=20)
        assert "HighLatency" in town.words("alerts")
        assert town.heard("incidents") == []


async def test_what_was_well_before_anybody_was_told_is_not_told(town: Town) -> None:
    await hears(town, alert(town, grade="medium"))
    await hears(town, alert(town, grade="medium", firing=False))
    await town.later(minutes=2)
    assert town.heard("incidents") == []


async def test_an_offer_that_could_not_be_posted_loses_nothing(town: Town) -> None:
    """Slack is away for an hour: the offer comes when it is back."""
    town.simulator.faults.refuse(True)
    await hears(town, alert(town, grade="medium"))
    await town.later(minutes=5)
    assert town.heard("incidents") == []
    town.simulator.faults.refuse(False)
    await town.connects()
    await town.later(minutes=3)
    [offer] = town.heard("incidents")
    assert "HighLatency" in offer.words


async def test_what_was_well_before_it_could_be_said_is_not_said(town: Town) -> None:
    town.simulator.faults.refuse(True)
    await hears(town, alert(town, grade="medium"))
    await town.later(minutes=2)
    await hears(town, alert(town, grade="medium", firing=False))
    await town.later(minutes=2)
    town.simulator.faults.refuse(False)
    await town.connects()
    await town.later(minutes=5)
    assert town.heard("incidents") == []
    assert await town.muster.store.troubles("alerts") == []


async def test_a_restart_in_the_middle_loses_no_word_and_says_none_twice(town: Town) -> None:
    await hears(town, alert(town))
    await hears(town, alert(town, "Errors"), alert(town, "Doubt", grade="medium", service="web"))
    await town.restarts()
    await hears(town, alert(town, "Errors"), alert(town))
    await town.later(minutes=1)
    told = [m.words for m in town.heard(room_of(town)) if "🔔 Alerts: Errors (api)" in m.words]
    assert len(told) == 1
    assert len([m for m in town.heard("incidents") if "Doubt" in m.words and "alerts:declare" in acts(m)]) == 1


async def test_a_lesser_alert_of_a_service_that_has_an_incident_goes_there_and_is_not_offered(town: Town) -> None:
    taken = await hears(town, alert(town), alert(town, "RecentErrors", grade="medium"))
    [incident] = taken.opened
    later = await hears(town, alert(town, "Retries", grade="medium"), alert(town, "Retries", "search", "medium"))
    await town.later(minutes=2)

    assert set(taken.placed.values()) == set(later.placed.values()) == {incident}
    assert [label for m in town.heard("#incidents") for label in labels(m) if label == "Declare it"] == ["Declare it"]
    assert set((await town.incident()).alerts) == {"HighLatency|api", "RecentErrors|api", "Retries|api"}
