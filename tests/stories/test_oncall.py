"""Being on call: whose turn it is, handovers, taking over, and what happens when nobody is there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.slack.words import outward
from bot.domain.errors import Refused
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Busy
from bot.simulator import Person
from bot.workflows import oncall
from bot.workflows.desk import Gesture
from tests.stories.policies import a_policy
from tests.town import Town, a_town, acts, labels

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
#: Saturday night, in Ana's week
NIGHT = datetime(2026, 11, 21, 3, tzinfo=UTC)
ANA, BEN, DANA = (f"person:{name}@practice.example" for name in ("ana", "ben", "dana"))
NAMES = ("ana", "ben", "chen", "dana", "eli")
ROTA = f"""
schedules:
  - id: primary
    title: Primary
    group: oncall
    layers:
      - members: ["{ANA}", "{BEN}"]
        starts: "2026-11-16 09:00"
        every: 7d
  - id: secondary
    title: Secondary
    layers:
      - members: ["group:seconds"]
fallback: ["{DANA}"]
"""
SEVERITIES = """
default: sev2
severities:
  - {id: sev1, title: SEV1, name: Critical, emoji: "🔴", means: All is down., room: true,
     invite: [declarer, "oncall:primary"], page: ["oncall:primary"]}
  - {id: sev2, title: SEV2, name: High, emoji: "🟠", means: Much is down., room: true,
     invite: [], page: ["oncall:secondary"]}
"""
LEAST = {
    "severities": SEVERITIES,
    "cadence": "severities: {sev1: {}, sev2: {}}",
    "classification": "triage: ~\nmatrix: ~\nassessment: []",
    "alerts": "severities: []",
    "checklists": "checklists: []",
    "communications": "audiences: []",
    "postmortem": "targets: []",
}


def ours(folder: Path, oncall: str = ROTA, **parts: str) -> str:
    return a_policy(folder, oncall=oncall, **{**LEAST, **parts})


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path / "data", ours(tmp_path / "ours"), at=NIGHT) as town:
        yield town


def paged(town: Town) -> set[str]:
    """Who was woken by a direct message that can be acknowledged."""
    return {name for name in NAMES if any("ack" in acts(m) for m in town.told(getattr(town, name)))}


def said(town: Town, where: str = "incidents") -> list[str]:
    """What is said of shifts and covers there."""
    marks = ("📟", "🙋", "✅")
    return [m.text for m in town.heard(where) if m.text.startswith(marks)]


def times(town: Town, where: object, words: str) -> int:
    return sum(words in m.text for m in town.heard(where))


def group(town: Town, handle: str) -> set[str]:
    found = town.simulator.workspace.group_named(handle)
    assert found
    return {town.simulator.workspace.users[id].name for id in found.users}


# who is called


async def test_whose_turn_it_is_is_called(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing", town.eli)

    assert paged(town) == {"ana"}
    assert town.people_in(room) == {"eli", "ana"}


async def test_a_week_later_it_is_the_others_turn(town: Town) -> None:
    await town.until(MONDAY + timedelta(hours=1))
    await town.declares("sev1 checkout is failing", town.eli)

    assert paged(town) == {"ben"}


async def test_a_schedule_of_a_group_calls_all_of_it(town: Town) -> None:
    await town.declares("sev2 checkout is slow", town.ana)

    assert paged(town) == group(town, "seconds") - {"ana"} != set()


EMPTY = f"""
schedules:
  - id: primary
    title: Primary
    layers:
      - members: ["{BEN}"]
        hours: {{days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00"}}
  - {{id: secondary, title: Secondary, layers: [{{members: ["{BEN}"]}}]}}
fallback: ["{DANA}"]
"""


async def test_when_nobody_is_on_call_the_fallback_is_called_and_the_room_hears_of_it_once(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data", ours(tmp_path / "ours", EMPTY), at=NIGHT) as town:
        room = await town.declares("sev1 checkout is failing", town.eli)

        assert paged(town) == {"dana"}
        assert town.people_in(room) == {"eli", "dana"}
        assert times(town, room, "Nobody is on call for Primary now; the fallback is called.") == 1


async def test_when_even_the_fallback_is_empty_everybody_is_asked(tmp_path: Path) -> None:
    nobody = EMPTY.replace(f'["{DANA}"]', "[]")
    async with a_town(tmp_path / "data", ours(tmp_path / "ours", nobody), at=NIGHT) as town:
        room = await town.declares("sev1 checkout is failing", town.eli)

        assert paged(town) == set()
        assert len(town.ringing()) == 1 and town.ringing()[0] in town.heard("incidents")
        assert times(town, room, "no fallback is named") == 1


async def test_whoever_cannot_be_found_is_replaced_by_the_fallback(tmp_path: Path) -> None:
    gone = EMPTY.replace(f'["{BEN}"]\n        hours', '["person:gone@practice.example"]\n        hours').replace(
        'days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00"', 'from: "00:00"'
    )
    async with a_town(tmp_path / "data", ours(tmp_path / "ours", gone), at=NIGHT) as town:
        await town.declares("sev1 checkout is failing", town.eli)

        assert paged(town) == {"dana"}
        assert any("gone@practice.example" in trouble for trouble in await town.troubles())


# handovers


async def test_a_handover_is_said_once_and_the_group_is_kept_in_step(town: Town) -> None:
    assert group(town, "oncall") == {"ana"}
    assert said(town) == [], "the first start tells nothing"
    await town.until(MONDAY - timedelta(minutes=1))
    assert said(town) == []
    await town.later(minutes=2)
    [told] = said(town)

    assert f"<@{town.ben.id}> on call until" in told and f"Before: <@{town.ana.id}>" in told
    assert group(town, "oncall") == {"ben"}
    await town.later(days=14)
    assert len(said(town)) == 3
    assert group(town, "oncall") == {"ben"}


async def test_a_restart_tells_nothing_twice(town: Town) -> None:
    await town.until(MONDAY + timedelta(minutes=1))
    for _ in range(2):
        await town.restarts()
    await town.later(hours=1)

    assert len(said(town)) == 1


@pytest.mark.parametrize("method", ["chat.postMessage", "usergroups.users.update"])
async def test_an_answer_that_is_lost_in_a_handover_repeats_nothing(town: Town, method: str) -> None:
    town.simulator.faults.drop(method, times=1, lag=0.05)
    await town.until(MONDAY + timedelta(seconds=1))
    await town.restarts()
    await town.later(minutes=5)

    assert len(said(town)) == 1 and group(town, "oncall") == {"ben"}


async def test_a_handover_missed_while_muster_was_down_is_said_late_and_once(town: Town) -> None:
    await town.muster.stop()
    town.clock.advance(MONDAY + timedelta(hours=3))
    await town.opens()
    await town.later(minutes=5)

    assert len(said(town)) == 1 and f"<@{town.ben.id}>" in said(town)[0]
    assert group(town, "oncall") == {"ben"}
    await town.restarts()
    await town.later(days=7)
    assert len(said(town)) == 2


async def test_when_a_shift_is_nobodys_those_who_are_called_instead_are_named(tmp_path: Path) -> None:
    friday = datetime(2026, 11, 20, 16, 59, tzinfo=UTC)
    async with a_town(tmp_path / "data", ours(tmp_path / "ours", EMPTY), at=friday) as town:
        await town.later(minutes=2)

        [told] = said(town)
        assert "*Primary*: nobody on call until" in told and f"Meanwhile <@{town.dana.id}>" in told


async def test_a_group_that_muster_may_not_change_is_told_with_the_handover(town: Town) -> None:
    town.simulator.faults.fail("usergroups.users.update", error="permission_denied")
    await town.until(MONDAY + timedelta(minutes=1))

    [told] = said(town)
    assert "@oncall keeps its members." in told and "administrator" in told


# arrangements


async def test_the_board_says_who_is_on_call_now_and_next(town: Town) -> None:
    board = await town.says(town.eli, "#general", "/incident oncall")

    assert f"*Primary*: <@{town.ana.id}> until" in board and f"then <@{town.ben.id}>" in board
    assert "*Secondary*:" in board and board.count("then") == 1


async def test_somebody_is_put_on_call_for_a_while(town: Town) -> None:
    answer = await town.says(town.eli, "#general", "/incident oncall override @chen 2h")
    await town.declares("sev1 checkout is failing", town.eli)

    assert f"<@{town.chen.id}> is on call for Primary until Sat 21 Nov 05:00 UTC." in answer
    assert paged(town) == {"chen"} and group(town, "oncall") == {"chen"}
    assert f"<@{town.eli.id}> put you on call" in "\n".join(m.words for m in town.told(town.chen))
    await town.later(hours=2, minutes=1)
    assert [text.partition(" on call")[0] for text in said(town)] == [
        f"📟 *Primary*: <@{town.chen.id}>", f"📟 *Primary*: <@{town.ana.id}>",
    ]  # fmt: skip
    assert group(town, "oncall") == {"ana"}


async def test_an_arrangement_outlives_a_restart(town: Town) -> None:
    await town.says(town.eli, "#general", "/incident oncall override @chen 2h")
    await town.restarts()
    await town.declares("sev1 checkout is failing", town.eli)

    assert paged(town) == {"chen"}
    await town.later(hours=3)
    assert len(said(town)) == 2


async def test_an_override_said_twice_by_slack_is_one(town: Town) -> None:
    await town.says(town.eli, "#general", "/incident oncall override @chen 2h")
    await town.repeats(town.eli)
    undone = await town.says(town.eli, "#general", "/incident oncall undo")
    nothing = await town.says(town.eli, "#general", "/incident oncall undo")

    assert len(town.told(town.chen)) == 2, "put on call, and taken back"
    assert "Taken back" in undone and "nothing of yours to undo" in nothing
    assert group(town, "oncall") == {"ana"}


async def test_whoever_is_first_covers(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident oncall cover me 2h")
    [question] = [m for m in town.heard("incidents") if "oncall:take" in acts(m)]
    own = await town.clicks(town.ana, question, "I cover")
    first = await town.clicks(town.ben, question, "I cover")
    shown = town.simulator.workspace.message(town.simulator.workspace.find("incidents"), question.ts)
    second = await takes_late(town, town.chen)

    assert "Somebody else has to cover you." in own
    assert "You are on call for Primary until Sat 21 Nov 05:00 UTC." in first
    assert f"<@{town.ben.id}> was faster" in second
    assert f"<@{town.ben.id}> covers *Primary* for <@{town.ana.id}>" in shown.words and acts(shown) == set()
    assert f"<@{town.ben.id}> covers Primary for you" in "\n".join(m.words for m in town.told(town.ana))
    await town.declares("sev1 checkout is failing", town.eli)
    assert paged(town) == {"ben"}


async def test_whoever_covers_takes_one_place_and_the_others_of_the_group_stay(town: Town) -> None:
    ben, other = sorted(group(town, "seconds"))
    third = next(name for name in NAMES if name not in (ben, other))
    await town.says(getattr(town, ben), "#general", "/incident oncall cover me 2h secondary")
    [question] = [m for m in town.heard("incidents") if "oncall:take" in acts(m)]
    await town.clicks(getattr(town, third), question, "I cover")
    declarer = next(name for name in NAMES if name not in (ben, other, third))
    await town.declares("sev2 checkout is slow", getattr(town, declarer))

    assert paged(town) == {other, third}
    await town.later(hours=2, minutes=1)
    assert f"<@{getattr(town, ben).id}>" in said(town)[-1], "back again"


async def takes_late(town: Town, person: Person) -> str:
    """Their screen still shows the button."""
    [ask] = await town.muster.store.recall("oncall:asks")
    with pytest.raises(Refused) as refused:
        await oncall.take(town.muster.desk, Gesture(f"slack:{person.id}", town.clock.now(), "late"), ask)
    return outward(refused.value.sentence)


async def test_a_button_asks_to_be_covered_too(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident oncall")
    board = town.private(town.ana)[-1]
    await town.clicks(town.ana, board, "Cover me 2h")

    assert labels(board) == ["Cover me 2h", "Arrange cover"]
    assert [text.split(" for ")[0] for text in said(town)] == ["🙋 Who covers *Primary*"]


async def test_a_dialog_puts_somebody_on_call(town: Town) -> None:
    await town.says(town.eli, "#general", "/incident oncall")
    await town.clicks(town.eli, town.private(town.eli)[-1], "Arrange cover")
    await town.submits(town.eli, schedule="secondary", length="1d", person=town.chen.id)

    assert any("is on call for Secondary until Sun 22 Nov 03:00 UTC." in m.words for m in town.private(town.eli))
    assert [text for text in said(town) if f"*Secondary*: <@{town.chen.id}> on call" in text]


async def test_the_dialog_without_a_person_asks_everybody(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident oncall cover me")
    await town.submits(town.ana, length="4h")

    assert [text.split(" until")[0] for text in said(town)] == [f"🙋 Who covers *Primary* for <@{town.ana.id}>"]


async def test_the_dialog_says_under_the_field_why_not(town: Town) -> None:
    await town.says(town.eli, "#general", "/incident oncall cover me")
    outcome = await town.submits(town.eli, length="4h")

    assert "You are not on call for Primary now" in str(outcome.errors)


async def test_only_whoever_is_on_call_can_be_covered(town: Town) -> None:
    answer = await town.says(town.eli, "#general", "/incident oncall cover me 2h")

    assert f"You are not on call for Primary now. It is: <@{town.ana.id}>." in answer
    assert said(town) == []


async def test_a_question_is_too_old_when_its_time_is_over(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident oncall cover me 1h")
    await town.later(hours=1, minutes=1)
    [question] = [m for m in town.heard("incidents") if "oncall:take" in acts(m)]

    assert "The time to be covered ended" in await town.clicks(town.ben, question, "I cover")


async def test_shifts_are_swapped_and_swapped_back(town: Town) -> None:
    answer = await town.says(town.ana, "#general", "/incident oncall swap @ben")
    assert f"Swapped: <@{town.ben.id}> is on call Mon 30 Nov 09:00 UTC to Mon 7 Dec 09:00 UTC" in answer
    assert "you are Mon 23 Nov 09:00 UTC to Mon 30 Nov 09:00 UTC" in answer
    await town.until(MONDAY + timedelta(minutes=1))
    assert said(town) == [], "Ana goes on"
    await town.says(town.ben, "#general", "/incident oncall undo")

    assert f"<@{town.ben.id}> on call until" in said(town)[-1]


REFUSED = [
    ("oncall override @chen 100d", "For how long, up to 60 days"),
    ("oncall override @chen 2h kitchen", "There is no schedule *kitchen*. This team has Primary, Secondary."),
    ("oncall swap", "With whom?"),
    ("oncall swap @dana", "no shift of Primary is"),
    ("oncall dance", "What about *dance*?"),
    ("oncall undo", "There is nothing of yours to undo."),
    ("oncall cover @ben 2h", "Nobody can be asked for by name."),
]


@pytest.mark.parametrize(("words", "told"), REFUSED, ids=[words for words, _ in REFUSED])
async def test_what_cannot_be_is_refused_in_words(town: Town, words: str, told: str) -> None:
    assert told in await town.says(town.ana, "#general", f"/incident {words}")
    assert said(town) == [] and group(town, "oncall") == {"ana"}


# PagerDuty


@dataclass
class Elsewhere:
    """A roster of another service."""

    clock: StoppedClock
    people: tuple[str, ...] = ()
    silent: bool = False
    asked: list[str] = field(default_factory=list)

    async def on_call(self, schedule: str) -> tuple[str, ...]:
        self.asked.append(schedule)
        if self.silent:
            raise Busy(self.clock.now() + timedelta(minutes=5))
        return self.people


OUTSIDE = ROTA.replace("    group: oncall\n", "    pagerduty: PABC123\n")


async def with_roster(town: Town, **known: object) -> Elsewhere:
    roster = Elsewhere(town.clock, **known)  # type: ignore[arg-type]
    object.__setattr__(town.muster.desk, "roster", roster)
    return roster


async def test_pagerduty_says_who_is_on_call(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data", ours(tmp_path / "ours", OUTSIDE), at=NIGHT) as town:
        roster = await with_roster(town, people=("chen@practice.example",))
        board = await town.says(town.eli, "#general", "/incident oncall")
        await town.declares("sev1 checkout is failing", town.eli)

        assert paged(town) == {"chen"} and set(roster.asked) == {"PABC123"}
        assert f"*Primary*: <@{town.chen.id}>" in board and "As PagerDuty says." in board


async def test_while_pagerduty_is_silent_the_layers_count_and_the_room_hears_of_it(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data", ours(tmp_path / "ours", OUTSIDE), at=NIGHT) as town:
        await with_roster(town, silent=True)
        room = await town.declares("sev1 checkout is failing", town.eli)

        assert paged(town) == {"ana"}
        assert times(town, room, "PagerDuty does not say who is on call for Primary") == 1


async def test_when_nobody_is_on_call_at_pagerduty_the_fallback_is(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data", ours(tmp_path / "ours", OUTSIDE), at=NIGHT) as town:
        await with_roster(town)
        await town.declares("sev1 checkout is failing", town.eli)

        assert paged(town) == {"dana"}


async def test_who_took_over_comes_before_pagerduty(tmp_path: Path) -> None:
    async with a_town(tmp_path / "data", ours(tmp_path / "ours", OUTSIDE), at=NIGHT) as town:
        roster = await with_roster(town, people=("chen@practice.example",))
        await town.says(town.ben, "#general", "/incident oncall override me 2h")
        await town.declares("sev1 checkout is failing", town.eli)

        assert paged(town) == {"ben"} and roster.asked == []


# as it comes


async def test_a_policy_that_comes_with_muster_rotates_by_the_week(tmp_path: Path) -> None:
    async with a_town(tmp_path, "tracktion", at=NIGHT) as town:
        first = group(town, "oncall")
        await town.until(MONDAY + timedelta(minutes=1))
        second = group(town, "oncall")
        await town.later(days=7)

        assert {text.partition("*:")[0] for text in said(town)} == {"📟 *Primary", "📟 *Secondary"}
        assert len(said(town)) == 4
        assert len({frozenset(first), frozenset(second), frozenset(group(town, "oncall"))}) == 3
