"""What must be done by when: reminded before, told when it is missed, a level called after; met in time or late."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain import facts
from bot.domain.facts import Event, Fact
from bot.simulator import Channel
from tests.stories.policies import a_policy
from tests.town import NIGHT, Town, a_town, acts

LEVELS = """
levels:
  - {id: first, title: First on call, who: ["group:oncall"]}
  - {id: manager, title: Engineering Manager, who: ["group:managers"]}
rules: []
"""
DEADLINES = """
remind: communications
deadlines:
  - {id: internal, title: Internal alert, severities: [sev1, sev2], within: 5m, met_by: announced}
  - {id: taken, title: Somebody is on it, severities: [sev1], within: 15m, met_by: acknowledged, remind_before: 5m}
  - id: customers
    title: Customers told
    severities: [sev1]
    within: 30m
    remind_before: 10m
    then_call: manager
    call_after: 5m
    aliases: [mail]
  - {id: executives, title: Executives told, severities: [sev2], within: 15m, every: 15m, met_by: told,
     channel: status-updates, remind_before: 5m}
  - {id: graded, title: Partners told, severities: [sev3], within: 20m, since: graded}
  - {id: last, title: Final update, severities: [sev1, sev2], within: 2h, since: resolved, met_by: told,
     channel: status-updates}
  - {id: summary, title: Summary sent, severities: [sev1], within: next business day, since: resolved,
     remind_before: 1h}
"""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    policy = a_policy(tmp_path / "ours", deadlines=DEADLINES, escalation=LEVELS)
    async with a_town(tmp_path / "data", policy) as town:
        workspace = town.simulator.workspace
        managers = workspace.group_named("managers") or workspace.add_group("managers", name="managers", members=[])
        managers.users = [town.eli.id]
        yield town


async def events(town: Town, *kinds: type[Event], number: int = 1) -> list[Fact]:
    found = await town.muster.store.facts((await town.incident(number)).id)
    return [fact for fact in found if isinstance(fact.event, kinds)]


async def missed(town: Town, number: int = 1) -> list[str]:
    return [f.event.deadline for f in await events(town, facts.DeadlineMissed, number=number)
            if isinstance(f.event, facts.DeadlineMissed)]  # fmt: skip


async def met(town: Town, number: int = 1) -> dict[str, str]:
    return {id: f"{at - NIGHT}" for id, at in (await town.incident(number)).met.items()}


def said(town: Town, where: object, words: str) -> list[str]:
    """What was said there with these words in it, cards and answers left out."""
    return [m.words for m in town.heard(where) if words in m.words and not {"menu:severity", "timeline"} & acts(m)]


def lines(town: Town, room: Channel) -> str:
    """What the card says of deadlines."""
    return "\n".join(row for row in town.card(room).words.splitlines() if row.startswith(("📢", "❗")))


async def held(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident role commander")
    await town.says(town.ben, room, "/incident role communications")


async def test_what_is_done_in_time_is_met_and_nobody_hears_of_it(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident ack")
    assert "Customers told by" in lines(town, room)

    await town.later(minutes=18)
    answer = await town.says(town.ana, room, "/incident deadlines done customers")
    assert "Customers told: done in time." in answer
    await town.later(hours=1)

    assert (await met(town)).keys() == {"internal", "taken", "customers"}
    assert await missed(town) == []
    assert said(town, room, "Customers told") == said(town, room, "Somebody is on it") == []
    assert lines(town, room) == ""


async def test_whoever_can_meet_it_is_reminded_then_the_commander_told_then_the_next_level_called(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident ack")
    await held(town, room)

    await town.later(minutes=19, seconds=30)
    assert said(town, room, "Customers told") == []
    await town.later(minutes=1)
    [before] = said(town, room, "Customers told")
    assert f"<@{town.ben.id}>" in before and "due in 10 min" in before

    await town.later(minutes=9)
    assert await missed(town) == [] and "Customers told by" in lines(town, room)
    await town.later(minutes=1)
    [_, at] = said(town, room, "Customers told")
    assert f"<@{town.ana.id}>" in at and "not done yet" in at
    assert await missed(town) == ["customers"]
    assert "*Customers told*: due" in lines(town, room) and "*missed*" in lines(town, room)
    assert (await town.incident()).called == ()

    await town.later(minutes=5)
    [call] = (await town.incident()).called
    assert (call.level, call.rule) == ("manager", "deadline:customers")
    assert "Customers told: that was due at 03:30 UTC and is not done" in call.reason
    assert any("checkout is failing" in m.words for m in town.told(town.eli))

    await town.later(hours=3)
    assert len((await town.incident()).called) == 1
    assert await missed(town) == ["customers"]


async def test_without_a_communications_lead_the_commander_is_reminded(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ana, room, "/incident role commander")
    await town.later(minutes=20, seconds=30)
    assert f"<@{town.ana.id}>" in said(town, room, "Customers told")[0]


async def test_missed_it_can_still_be_met_late(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.later(minutes=32)
    answer = await town.says(town.ana, room, "/incident deadlines done mail")
    assert "Customers told: done, 2 min late." in answer

    await town.later(minutes=10)
    assert (await town.incident()).called == ()
    listed = await town.says(town.ana, room, "/incident deadlines")
    [row] = [row for row in listed.splitlines() if "Customers told" in row]
    assert "met" in row and "2 min late" in row
    assert "Customers told" not in lines(town, room)


async def test_two_people_say_that_it_is_done_and_the_first_counts(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.later(minutes=20, seconds=30)
    [nudge] = [m for m in town.heard(room) if "deadlines:done" in acts(m) and "Customers told" in m.words]

    assert "Customers told: done in time." in await town.clicks(town.ana, nudge, "Done")
    assert "that was done at 03:20 UTC" in await town.clicks(town.ben, nudge, "Done")
    done = await events(town, facts.DeadlineMet)
    assert [f.by for f in done if isinstance(f.event, facts.DeadlineMet) and f.event.deadline == "customers"] == [
        f"slack:{town.ana.id}"
    ]


async def test_what_nobody_knows_is_refused_in_words(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    answer = await town.says(town.ana, room, "/incident deadlines done cusotmers")
    assert "There is no deadline *cusotmers*. Open are taken, customers." in answer
    assert "is not asked for" in await town.says(town.ana, room, "/incident deadlines done executives")


async def test_executives_hear_every_quarter_of_an_hour_for_as_long_as_it_lasts(town: Town) -> None:
    room = await town.declares("sev2 checkout is slow")
    await town.later(minutes=14)
    assert len(said(town, room, "Executives told")) == 1
    await town.says(town.ana, room, "/incident update half of it works")
    await town.later(seconds=5)
    assert "Executives told every 15 min, next" in lines(town, room)

    await town.later(minutes=9, seconds=30)
    assert len(said(town, room, "Executives told")) == 1
    await town.later(minutes=6)
    assert await missed(town) == ["executives"]
    assert len(said(town, room, "Executives told")) == 3

    await town.says(town.ana, room, "/incident update all of it works")
    await town.says(town.ana, room, "/incident resolve fix a rollback")
    await town.later(hours=1)
    assert await missed(town) == ["executives"]
    assert {"executives", "last"} <= (await met(town)).keys()


async def test_a_graver_severity_brings_its_deadlines_and_none_that_nobody_could_meet(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident declare sev3 checkout is slow")
    await town.later(hours=2)
    assert await missed(town) == ["graded"]

    await town.says(town.ana, "#general", "/incident severity #1 sev1 it spreads")
    listed = await town.says(town.ana, "#general", "/incident deadlines #1")
    assert "Customers told" in listed and "Partners told" not in listed
    assert await missed(town) == ["graded"]
    assert "internal" in await met(town)

    await town.later(minutes=31)
    assert await missed(town) == ["graded", "taken", "customers"]


async def test_a_policy_adopted_later_asks_nothing_that_nobody_could_meet(town: Town, tmp_path: Path) -> None:
    town.runs_under(a_policy(tmp_path / "before", deadlines="deadlines: []"))
    await town.restarts()
    room = await town.declares("sev1 checkout is failing")
    await town.later(hours=2)
    assert await met(town) == {} and lines(town, room) == ""

    town.runs_under(str(tmp_path / "ours"))
    await town.restarts()
    await town.says(town.ana, room, "/incident policy adopt sev1")
    await town.later(minutes=29)
    assert await missed(town) == ["taken"]
    await town.later(minutes=2)
    assert await missed(town) == ["taken", "customers"]


async def test_a_lower_severity_takes_them_away(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ana, room, "/incident severity sev4 nobody noticed")
    await town.later(hours=2)
    assert await missed(town) == []


async def test_reopened_it_counts_afresh(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident ack")
    await town.says(town.ana, room, "/incident deadlines done customers")
    await town.says(town.ana, room, "/incident resolve fix it was the cache")
    await town.later(minutes=45)
    await town.says(town.ana, room, "/incident reopen it fails again")
    assert "Customers told by" in lines(town, room)

    await town.later(minutes=29)
    assert await missed(town) == []
    await town.later(minutes=2)
    assert await missed(town) == ["customers"]


async def test_while_it_is_paused_nobody_is_reminded_and_then_it_is_late(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident ack")
    await town.later(minutes=10)
    await town.says(town.ana, room, "/incident pause 1h the vendor restarts it")
    await town.later(minutes=58)
    assert said(town, room, "Customers told") == [] and await missed(town) == []

    await town.later(minutes=3)
    [late] = said(town, room, "Customers told")[:1]
    assert "40 min late" in late
    assert await missed(town) == ["customers"]


async def test_after_hours_of_downtime_each_is_said_once_and_late(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    other = await town.declares("sev2 search is slow")
    await town.muster.stop()
    town.clock.advance(NIGHT + timedelta(hours=4))
    for one in list(town.simulator.workspace.scheduled.values()):
        del town.simulator.workspace.scheduled[one.id]
    await town.opens()
    await town.settle()

    [taken] = [words for words in said(town, room, "Somebody is on it") if "late" in words]
    assert "3 h 45 min late" in taken
    told = [words for words in said(town, room, "late") if "Customers told*" in words]
    assert len(told) == 1 and "3 h 30 min late" in told[0]
    assert [m.words for m in town.heard(other) if "3 h 45 min late" in m.words]
    assert await missed(town) == ["taken", "customers"] and await missed(town, 2) == ["executives"]
    assert [call.level for call in (await town.incident()).called] == ["manager"]

    await town.later(hours=2)
    assert await missed(town) == ["taken", "customers"] and await missed(town, 2) == ["executives"]
    assert len([words for words in said(town, room, "Customers told*") if "late" in words]) == 1


async def test_of_several_the_gravest_is_spoken_of_first(town: Town) -> None:
    lesser = await town.declares("sev2 search is slow")
    await town.later(minutes=1)
    graver = await town.declares("sev1 checkout is failing")
    await town.muster.stop()
    town.clock.advance(NIGHT + timedelta(hours=4))
    for one in list(town.simulator.workspace.scheduled.values()):
        del town.simulator.workspace.scheduled[one.id]
    await town.opens()
    await town.settle()

    posted = [call.args for call in town.simulator.calls if call.method == "chat.postMessage"]
    late = [args["channel"] for args in posted if "late." in args["text"] and "deadlines:done" in str(args["blocks"])]
    assert late[0] == graver.id and sorted(late[1:]) == sorted([graver.id, lesser.id])


async def test_after_the_end_what_is_due_then_is_asked_for(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.later(minutes=5)
    await town.says(town.ana, room, "/incident resolve fix it was the cache")
    await town.later(seconds=5)
    assert "last" in await met(town)
    assert "Summary sent by" in lines(town, room)

    await town.until(datetime.fromisoformat("2026-11-23T08:30:00+00:00"))
    [before] = said(town, room, "Summary sent")
    assert "due in 1 h" in before
    await town.later(hours=1)
    assert await missed(town) == ["summary"]
    assert "Summary sent: done, 30 min late." in await town.says(town.ana, room, "/incident deadlines done summary")


async def test_cancelled_nothing_is_due(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ana, room, "/incident cancel a test alarm")
    await town.later(hours=72)
    assert await missed(town) == [] and lines(town, room) == ""


async def test_it_is_on_the_record(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.later(minutes=31)
    await town.says(town.ana, room, "/incident deadlines done customers")
    told = [entry.text for entry in await town.timeline()]
    assert "recorded a missed deadline (03:30 UTC): Customers told" in told
    assert "met the deadline of 03:30 UTC: Customers told, late" in told
    assert "reminded the room of a deadline" in told
