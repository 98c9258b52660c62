"""Rehearsals: who is told, paged and called, when and by which rule."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.contextvars import get_contextvars

from bot.domain import facts
from bot.domain.errors import Refused
from bot.policy import book
from bot.policy.book import Book
from bot.policy.scenario import Deed, Kind, Scenario
from bot.rehearsal import Rehearsals, rehearse
from bot.rehearsal.causes import of_rule
from bot.workflows import index
from tests.rehearsal.quay import NIGHT, deeds, minutes, when
from tests.town import a_town


async def test_nobody_acknowledges(policy: Book) -> None:
    found = await rehearse(policy, Scenario("sev1", NIGHT))

    assert when(found, Kind.PAGED, "oncall") == [0, 5]
    assert when(found, Kind.ESCALATED) == [15, 60]
    assert when(found, Kind.PAGED, "managers") == [15, 20] and when(found, Kind.PAGED, "manager") == [15, 20]
    assert when(found, Kind.TOLD, "#management") == [15]
    assert when(found, Kind.PAGED, "directors") == [60, 65]


async def test_each_line_says_how_and_by_which_rule(policy: Book) -> None:
    found = await rehearse(policy, Scenario("sev1", NIGHT))
    pages = [told for told in found.told if told.kind is Kind.PAGED and told.level == "manager"]

    assert {(told.how, told.rule, told.reason) for told in pages[:2]} == {
        ("slack", "escalation manager-15m", "nobody acknowledged"),
        ("sms", "escalation manager-15m", "nobody acknowledged"),
    }
    assert {(told.rule, told.reason) for told in pages[2:]} == {
        ("escalation pages", "nobody answered: again every 5m")
    }  # fmt: skip
    assert all(told.rule or told.reason for told in found.told)
    [first] = [told for told in found.told if told.kind is Kind.PAGED and not told.offset and told.how == "slack"]
    assert first.rule == "severities sev1" and "checkout is failing" in first.text


async def test_an_acknowledgement_stops_what_it_stops(policy: Book) -> None:
    found = await rehearse(policy, Scenario("sev1", NIGHT, deeds=deeds("12m @ana ack")))

    assert when(found, Kind.PAGED, "manager") == []
    assert when(found, Kind.ESCALATED, "director") == [60]
    assert [told.text for told in found.told if told.rule == "by hand" and told.offset] == [
        "@ana acknowledged this and is looking."
    ]  # fmt: skip


async def test_an_alarm_of_the_paging_service_opens_and_ends_with_the_incident(policy: Book) -> None:
    found = await rehearse(policy, Scenario("sev1", NIGHT, deeds=deeds("12m ack", "30m resolve fix it is back")))
    alarms = [(told.offset, told.kind, told.reason) for told in found.told if told.how == "pagerduty"]

    assert alarms == [
        (timedelta(), Kind.PAGED, "an alarm is raised"),
        (timedelta(minutes=12), Kind.TOLD, "the alarm is acknowledged"),
        (timedelta(minutes=30), Kind.TOLD, "the alarm is over"),
    ]


async def test_after_it_is_resolved_nobody_is_called(policy: Book) -> None:
    found = await rehearse(policy, Scenario("sev1", NIGHT, deeds=deeds("10m resolve fix it is back")))

    assert found.until == NIGHT + timedelta(hours=72, minutes=10)
    assert when(found, Kind.ESCALATED) == [] and max(when(found, Kind.PAGED)) < 10
    assert when(found, Kind.TOLD, "#status-updates") == [10]


async def test_whatever_falls_due_at_the_moment_of_a_gesture_happens_before_it(policy: Book) -> None:
    found = await rehearse(policy, Scenario("sev1", NIGHT, deeds=deeds("15m ack")))

    assert when(found, Kind.ESCALATED, "manager") == [15]


async def test_gestures_are_those_of_the_chat(policy: Book) -> None:
    """Regrading, roles, updates: each by its own verb, by whoever is named or the first who was paged."""
    said = deeds("3m severity sev2 only one region", "4m role commander @ben", "6m update half of it works")
    found = await rehearse(policy, Scenario("sev1", NIGHT, deeds=said))

    assert [deed.by for deed in found.scenario.deeds] == ["oncall"] * 3
    assert when(found, Kind.ESCALATED) == []
    assert when(found, Kind.TOLD, "ben") == [4]
    assert 6 in when(found, Kind.TOLD, "#status-updates")


async def test_a_refused_gesture_is_told_and_the_rest_goes_on(policy: Book) -> None:
    found = await rehearse(policy, Scenario("sev1", NIGHT, deeds=deeds("2m ack", "4m @ben ack", "6m note")))
    refused = [told for told in found.told if told.kind is Kind.REFUSED]

    assert [told.offset for told in refused] == [timedelta(minutes=4), timedelta(minutes=6)]
    assert "acknowledged it at 03:02" in refused[0].text and refused[0].whom == ("ben",)
    assert when(found, Kind.ESCALATED, "director") == [60]


@pytest.mark.parametrize(
    ("scenario", "sentence"),
    [
        (Scenario("sev9", NIGHT), "There is no severity *sev9*. This team uses sev1, sev2, sev3, sev4."),
        (
            Scenario("sev1", NIGHT, deeds=deeds("5m acknowlege")),
            "/incident does not know the word acknowlege. Did you mean acknowledge?",
        ),
    ],
)
async def test_what_cannot_be_rehearsed_is_a_sentence(policy: Book, scenario: Scenario, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        await rehearse(policy, scenario)

    assert refusal.value.sentence == sentence


@pytest.mark.parametrize(
    ("scenario", "hours"),
    [
        (Scenario("sev1", NIGHT), 4),
        (Scenario("sev1", NIGHT, deeds=deeds("6h ack")), 6),
        (Scenario("sev1", NIGHT, deeds=deeds("1h resolve fix it is back")), 73),
        (Scenario("sev1", NIGHT, deeds=deeds("1h resolve"), until=timedelta(hours=2)), 2),
        (Scenario("sev1", NIGHT, until=timedelta()), 0),
        (Scenario("sev1", NIGHT, until=timedelta(days=400)), 40 * 24),
    ],
)
def test_how_far_it_looks(scenario: Scenario, hours: int) -> None:
    assert scenario.end == NIGHT + timedelta(hours=hours)


async def test_nothing_of_it_is_left(policy: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    await rehearse(policy, Scenario("sev1", NIGHT, until=timedelta(minutes=1)))

    assert list((tmp_path / "temporary").iterdir()) == []


async def test_a_workflow_that_breaks_ends_the_rehearsal(
    policy: Book, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(index.RUNS, "nudge", breaks)
    with pytest.raises(Refused, match="The rehearsal stopped at Sat 06 Jun 03:02 UTC: nudge failed"):
        await rehearse(policy, Scenario("sev1", NIGHT))

    assert sum("could not perform nudge" in record.getMessage() for record in caplog.records) == 1


async def test_its_log_lines_are_marked(policy: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    marks: list[dict[str, Any]] = []

    async def look(*_: Any) -> None:
        marks.append(get_contextvars())

    monkeypatch.setitem(index.RUNS, "nudge", look)
    await Rehearsals().rehearse(policy, Scenario("sev1", NIGHT, until=timedelta(minutes=3)))

    assert marks == [{"rehearsal": True}]
    assert get_contextvars() == {}


lengths = st.integers(0, 100).map(lambda n: timedelta(minutes=n))
said = st.sampled_from(
    ["ack", "resolve", "severity sev2 less", "severity sev1 worse", "update it goes on", "cancel no"]
)
gestures = st.lists(st.builds(Deed, lengths, said, st.sampled_from(["", "ana", "ben"])), max_size=4).map(tuple)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(severity=st.sampled_from(["sev1", "sev2", "sev3", "sev4"]), deeds=gestures)
async def test_the_same_rehearsal_gives_the_same_record(policy: Book, severity: str, deeds: tuple[Deed, ...]) -> None:
    scenario = Scenario(severity, NIGHT, deeds=deeds, until=timedelta(hours=2))
    one, other = await rehearse(policy, scenario), await rehearse(policy, scenario)

    assert one == other
    assert [told.at for told in one.told] == sorted(told.at for told in one.told)
    assert all(NIGHT <= told.at <= one.until for told in one.told)


async def test_it_says_what_really_happens(tmp_path: Path) -> None:
    """The same incident in the practice workspace, with the whole real bot: the same pages and calls, to the minute."""
    name = "tracktion"
    async with a_town(tmp_path, name, at=NIGHT) as town:
        await town.says(town.ana, "#general", "/incident declare p1 checkout is failing")
        await town.later(hours=2, minutes=5)
        real = await town.muster.store.facts((await town.incident()).id)
    found = await rehearse(book.load(name), Scenario("p1", NIGHT, until=timedelta(hours=2, minutes=5)))

    def since(fact: facts.Fact) -> int:
        return (fact.at - NIGHT) // timedelta(minutes=1)

    def when_real(kind: type[facts.Event]) -> list[int]:
        return sorted(since(f) for f in real if isinstance(f.event, kind))

    def when_rehearsed(kind: Kind, reason: str) -> list[int]:
        return sorted(minutes(t) for t in found.told if t.kind is kind and reason not in t.reason)

    escalated = [(since(f), of_rule(f.event.rule)) for f in real if isinstance(f.event, facts.Escalated)]
    assert [(minutes(told), told.rule) for told in found.told if told.kind is Kind.ESCALATED] == escalated != []
    assert set(when(found, Kind.PAGED)) == set(when_real(facts.Paged)) != set()
    # a deadline that was missed is on record as such, and told
    assert when_rehearsed(Kind.NUDGED, ": it was missed") == when_real(facts.Nudged) != []
    assert [minutes(t) for t in found.told if t.text.endswith(": missed")] == when_real(facts.DeadlineMissed) != []
