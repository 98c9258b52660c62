"""The postmortem by policy: what follows from the record, what is asked for by rule, and until when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import facts
from bot.simulator import Channel
from tests.policy.conftest import outline
from tests.stories.test_classifying import a_policy
from tests.town import Town, a_town

POSTMORTEM = """
called: Incident report
head: [id, minutes, commander, "impact:users"]
sections:
  - {id: summary, title: Summary, source: summary}
  - id: why
    title: Why
    source: causes
    parts:
      - {id: whys, title: Five whys, source: five_whys}
  - {id: sla, title: Promises, source: sla}
  - {id: timeline, title: Timeline, source: timeline, columns: [time, event, action, notes]}
  - {id: actions, title: Actions, source: actions, columns: [id, item, owner, due, priority, status]}
  - {id: due, title: Due, source: targets}
targets:
  - {id: meeting, title: Review meeting, within: 24h, severities: [sev1, sev2]}
  - {id: report, title: Report, within: 5 business days, severities: [sev1, sev2]}
sla:
  targets: {critical: {detection: 5m, response: 15m, resolution: 120m}}
  otherwise: critical
rules:
  - {id: monitoring, item: watch the pool, team: SRE Team, due: 30d, priority: high, severities: [sev1, sev2]}
  - {id: slow, item: review how we respond, team: Managers, due: 14d, priority: high, longer_than: 60m}
  - {id: pools, item: review the sizes, team: Infrastructure, due: 21d, priority: medium, cause_has: exhausted}
"""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Its policy asks for a report with promises, targets and rules. It is Saturday."""
    async with a_town(tmp_path / "data", a_policy(tmp_path / "ours", postmortem=POSTMORTEM)) as town:
        yield town


@pytest.fixture
async def room(town: Town) -> Channel:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident role commander")
    await town.says(town.chen, room, "/incident ack")
    return room


def report(town: Town, room: Channel) -> str:
    return town.file(town.files(room)[-1])


def asked(text: str) -> list[str]:
    """What the table of action items holds."""
    table = text.partition("## Actions\n")[2].partition("\n## ")[0]
    return [line for line in table.splitlines() if line.startswith("| AI-")]


async def test_the_answer_and_the_room_say_until_when_it_is_due(town: Town, room: Channel) -> None:
    answer = await town.says(town.ben, room, "/incident resolve fix the pool was too small")

    assert "Review meeting by 2026-11-22 03:00 UTC; Report by 2026-11-27 03:00 UTC." in answer
    [shared] = town.files(room)
    assert "Incident report #1" in shared.words and "Report by 2026-11-27 03:00 UTC" in shared.words
    resolved = next(m for m in town.heard(room) if "the pool was too small" in m.words and "Review meeting" in m.words)
    assert "2026-11-22 03:00 UTC" in resolved.words


async def test_nothing_is_due_for_a_small_one(town: Town) -> None:
    await town.announces("sev4 an icon is wrong")

    answer = await town.says(town.ben, "#incidents", "/incident resolve drawn anew")

    assert "Report by" not in answer
    assert "Nothing is due" in town.file(town.files("incidents")[-1])


async def test_the_report_has_the_sections_of_the_policy(town: Town, room: Channel) -> None:
    await town.later(minutes=121)
    await town.says(town.ben, room, "/incident note # not | a *heading*")
    await town.says(town.ben, room, "/incident resolve fix connections exhausted")

    text = report(town, room)
    assert outline(text) == [
        (1, "Incident report #1: checkout is failing"), (2, "Summary"), (2, "Why"), (3, "Five whys"), (2, "Promises"),
        (2, "Timeline"), (2, "Actions"), (2, "Due"),
    ]  # fmt: skip
    for row in (
        "| Duration in minutes | 121 |", "| Incident Commander | Ben Okafor |", "**SLA (Critical):** Exceeded",
        "| Response | 15 min | 0 min | Met |", "| Resolution | 120 min | 121 min | Exceeded |",
        "| 2026-11-21 05:01 | Ben Okafor noted: # not \\| a \\*heading\\* |  |  |", "| Report | 2026-11-27 05:01 |",
    ):  # fmt: skip
        assert row in text


@pytest.mark.parametrize(
    ("minutes", "cause", "rules"),
    [(10, "a typo", {"monitoring"}), (61, "a typo", {"monitoring", "slow"}),
     (10, "Connections EXHAUSTED", {"monitoring", "pools"})],
)  # fmt: skip
async def test_action_items_follow_by_rule(
    town: Town, room: Channel, minutes: int, cause: str, rules: set[str]
) -> None:
    await town.later(minutes=minutes)
    await town.says(town.ben, room, f"/incident resolve fix {cause}")

    tasks = (await town.incident()).tasks
    assert {task.rule for task in tasks} == rules
    assert all(task.later and task.due and task.team and task.owner is None for task in tasks)
    assert len(asked(report(town, room))) == len(rules)


async def test_the_cause_that_was_named_counts_too(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident resolve")
    assert (await town.submits(town.ben, how="fix", summary="more of them", cause="connections exhausted")).ok

    assert {task.rule for task in (await town.incident()).tasks} == {"monitoring", "pools"}
    assert "**Recorded cause:** connections exhausted" in report(town, room)


async def test_a_rule_asks_once_however_often_it_is_resolved(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident resolve fix it was exhausted")
    await town.says(town.ben, room, "/incident reopen it fails again")
    await town.later(minutes=90)
    await town.says(town.ben, room, "/incident resolve fix it was exhausted")

    assert [task.rule for task in (await town.incident()).tasks] == ["monitoring", "pools", "slow"]
    assert asked(report(town, room)) == [
        "| AI-001 | watch the pool | SRE Team | 2026-12-21 | High | open |",
        "| AI-002 | review the sizes | Infrastructure | 2026-12-12 | Medium | open |",
        "| AI-003 | review how we respond | Managers | 2026-12-05 | High | open |",
    ]


async def test_asked_items_are_worked_on_like_all_others(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident resolve fix the pool was too small")

    listed = await town.says(town.ben, room, "/incident task list")
    assert "watch the pool" in listed and "SRE Team" in listed and "2026-12-21" in listed
    await town.says(town.ben, room, "/incident task done 1")
    await town.says(town.ben, room, "/incident postmortem")

    assert asked(report(town, room)) == ["| AI-001 | watch the pool | SRE Team | 2026-12-21 | High | done |"]
    told = [e.text for e in await town.timeline() if e.kind == facts.TaskAdded.TYPE]
    assert told == ["added action item 1: watch the pool, for SRE Team, due 2026-12-21"]


async def test_resolved_twice_by_one_gesture_asks_once(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident resolve fix the pool was too small")
    await town.repeats(town.ben)

    assert len((await town.incident()).tasks) == 1
    assert len(town.files(room)) == 1


async def test_cancelled_it_asks_for_nothing(town: Town, room: Channel) -> None:
    await town.later(hours=2)
    await town.says(town.ben, room, "/incident cancel it was a planned test")

    assert (await town.incident()).tasks == ()
