"""When looks in a row become an alarm, and when they end it: properties over every sequence of looks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.observation import Fault, Look, Observation, Reading, Symptom
from bot.policy.diagnosis import Detector, Diagnosis, Probe
from bot.policy.hysteresis import Change, Patience, Subject, Suspicion, Turn, dropped, patience, weigh

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
EVERY = timedelta(seconds=30)
WORDS = ("low", "medium", "high", "critical")
USUAL = Patience(strikes=2, calm=2, wrong_for=timedelta(), gap=100 * EVERY)

#: one look: the grade of what was found, "" for nothing, "?" for a probe that could not look
looks = st.lists(st.sampled_from(["", "", "?", "low", "high", "critical"]), max_size=60)
patiences = st.builds(
    Patience, st.integers(1, 5), st.integers(1, 5), st.integers(0, 6).map(lambda n: n * EVERY), st.just(100 * EVERY)
)  # fmt: skip


def look(grade: str, at: datetime, probe: str = "health", type: str = "service_down") -> Observation:
    symptoms = (Symptom(type, grade, "no answer", "shop", probe),) if grade not in ("", "?") else ()
    how = Look.WRONG if symptoms else Look.UNKNOWN if grade == "?" else Look.WELL
    return Observation(probe, "Health", "shop", "http", how, Reading(Fault.NONE, ""), symptoms, at, 0.1)


class Watch:
    """Looks at one thing, one look after the other, and what came of each."""

    def __init__(self, patience: Patience = USUAL, quiet: bool = False) -> None:
        self.held: dict[Subject, Suspicion] = {}
        self.patience, self.quiet, self.at = patience, quiet, AT - EVERY

    def sees(self, grade: str, after: timedelta = EVERY) -> list[Change]:
        self.at += after
        self.held, changes = weigh(self.held, look(grade, self.at), self.patience, WORDS, self.quiet)
        return changes

    def turns(self, grades: Iterable[str]) -> list[list[str]]:
        return [[change.turn for change in self.sees(grade)] for grade in grades]

    def told(self, grades: Iterable[str]) -> list[str]:
        return [turn for turns in self.turns(grades) for turn in turns]


def in_a_row(grades: list[str], wrong: bool) -> int:
    """How many of the newest looks found it (or did not); those that could not look do not count."""
    counted = 0
    for grade in reversed([g for g in grades if g != "?"]):
        if bool(grade) is not wrong:
            break
        counted += 1
    return counted


def since(grades: list[str]) -> timedelta:
    """How long ago the first of the newest looks in a row found it."""
    found = [n for n, grade in enumerate(grades) if grade != "?"]
    streak = found[-in_a_row(grades, True) :]
    return (len(grades) - 1 - streak[0]) * EVERY


@given(st.sampled_from(WORDS), st.integers(2, 5), st.integers(1, 5))
def test_one_blip_never_raises(grade: str, strikes: int, calm: int) -> None:
    watch = Watch(Patience(strikes, calm, timedelta(), 100 * EVERY))
    assert watch.turns(["", "", grade, "", ""]) == [[]] * 5
    assert watch.held == {}


@given(looks, patiences)
def test_nothing_is_raised_without_the_strikes_in_a_row_and_the_time(grades: list[str], patience: Patience) -> None:
    watch = Watch(patience)
    for n, turns in enumerate(watch.turns(grades)):
        if Turn.RAISED in turns:
            so_far = grades[: n + 1]
            assert in_a_row(so_far, True) >= patience.strikes
            assert since(so_far) >= patience.wrong_for or watch_was_raised(grades[:n], patience)


def watch_was_raised(grades: list[str], patience: Patience) -> bool:
    before = Watch(patience)
    before.turns(grades)
    return any(each.raised for each in before.held.values())


@given(looks, patiences)
def test_nothing_is_over_without_the_calm_in_a_row(grades: list[str], patience: Patience) -> None:
    for n, turns in enumerate(Watch(patience).turns(grades)):
        if Turn.CLEARED in turns:
            assert in_a_row(grades[: n + 1], False) >= patience.calm


@given(looks, patiences)
def test_enough_of_either_always_tells(grades: list[str], patience: Patience) -> None:
    """However it went before: what stays wrong is raised, and what stays well is over."""
    watch = Watch(patience)
    watch.turns(grades)
    watch.turns(["critical"] * (patience.strikes + 6))
    assert [each.raised for each in watch.held.values()] == ["critical"]
    assert watch.told([""] * patience.calm) == [Turn.CLEARED]
    assert watch.held == {}


@given(looks, patiences)
def test_between_two_alarms_lie_the_strikes_and_the_calm(grades: list[str], patience: Patience) -> None:
    """So it flaps no faster than that, whatever the service does."""
    wrong = ["low" if grade not in ("", "?") else grade for grade in grades]
    raised = [n for n, turns in enumerate(Watch(patience).turns(wrong)) if Turn.RAISED in turns]
    cleared = [n for n, turns in enumerate(Watch(patience).turns(wrong)) if Turn.CLEARED in turns]
    assert all(b - a >= patience.strikes + patience.calm for a, b in pairwise(raised))
    assert all(b - a >= patience.calm for a, b in zip(raised, cleared, strict=False))


@given(st.integers(2, 5), st.integers(2, 5))
def test_what_alternates_with_every_look_never_tells(strikes: int, calm: int) -> None:
    watch = Watch(Patience(strikes, calm, timedelta(), 100 * EVERY))
    assert watch.told(["high", ""] * 20) == []
    watch.turns(["high"] * strikes)
    assert watch.told(["", "high"] * 20) == []


@given(looks)
def test_a_probe_that_cannot_look_changes_nothing(grades: list[str]) -> None:
    seeing, blind = Watch(), Watch()
    seeing.turns(grade for grade in grades if grade != "?")
    blind.turns(grades)
    assert {s: (e.grades, e.calm, e.raised) for s, e in blind.held.items()} == {
        s: (e.grades, e.calm, e.raised) for s, e in seeing.held.items()
    }


def test_it_is_as_grave_as_every_look_bears_out() -> None:
    watch = Watch()
    watch.sees("critical")
    [raised] = watch.sees("high")
    assert (raised.turn, raised.symptom.grade, raised.since) == (Turn.RAISED, "high", AT)


def test_it_is_raised_again_when_it_gets_graver_and_stays_so() -> None:
    watch = Watch()
    watch.turns(["medium", "medium"])
    assert watch.turns(["critical", "medium"]) == [[], []]
    watch.sees("critical")
    [graver] = watch.sees("critical")
    assert (graver.turn, graver.symptom.grade) == (Turn.RAISED, "critical")
    assert watch.turns(["low", "low", "low"]) == [[], [], []]
    assert [change.symptom.grade for grade in ("", "") for change in watch.sees(grade)] == ["critical"]


def test_two_blips_with_nobody_looking_in_between_are_not_in_a_row() -> None:
    watch = Watch()
    watch.sees("high")
    assert watch.sees("high", after=timedelta(hours=2)) == []
    assert [change.since for change in watch.sees("high")] == [watch.at - EVERY]


def test_what_was_raised_stays_so_however_long_nobody_looks() -> None:
    watch = Watch()
    watch.turns(["high", "high"])
    assert watch.sees("high", after=timedelta(days=2)) == []
    assert [change.turn for grade in ("", "") for change in watch.sees(grade)] == [Turn.CLEARED]


def test_under_maintenance_it_is_kept_quiet_and_raised_when_that_ends() -> None:
    watch = Watch(quiet=True)
    assert watch.turns(["high", "high", "high"]) == [[], [Turn.HUSHED], []]
    watch.quiet = False
    [raised] = watch.sees("high")
    assert (raised.turn, raised.since) == (Turn.RAISED, AT)


def test_what_recovers_under_maintenance_is_never_told() -> None:
    watch = Watch(quiet=True)
    watch.turns(["high", "high", ""])
    watch.quiet = False
    assert watch.turns(["", "high", ""]) == [[], [], []]


def test_what_was_raised_before_maintenance_may_recover_in_it() -> None:
    watch = Watch()
    watch.turns(["high", "high"])
    watch.quiet = True
    assert watch.turns(["", ""]) == [[], [Turn.CLEARED]]


def test_each_symptom_of_each_probe_stands_alone() -> None:
    held: dict[Subject, Suspicion] = {}
    for n in range(2):
        for seen in (look("high", AT + n * EVERY), look("high" if n else "", AT + n * EVERY, "ping", "slow_response")):
            held, _ = weigh(held, seen, USUAL, WORDS, False)
    assert {subject: each.raised for subject, each in held.items()} == {
        ("health", "service_down"): "high", ("ping", "slow_response"): "",
    }  # fmt: skip


def test_what_a_removed_probe_raised_is_over() -> None:
    watch = Watch()
    watch.turns(["high", "high"])
    assert list(dropped(watch.held, ["health"])) == []
    assert [(change.turn, change.symptom.probe) for change in dropped(watch.held, [])] == [(Turn.CLEARED, "health")]


def test_a_probe_has_its_own_patience_or_the_detectors() -> None:
    own = Probe(id="a", title="A", kind="http", detect=True, strikes=5, wrong_for="10m")  # type: ignore[arg-type]
    usual = Probe(id="b", title="B", kind="http", detect=True)
    diagnosis = Diagnosis(probes=(own, usual), detector=Detector(strikes=3, calm=4, most=2))
    found = patience(diagnosis, own)
    assert (found.strikes, found.calm, found.wrong_for) == (5, 4, timedelta(minutes=10))
    found = patience(diagnosis, usual)
    assert (found.strikes, found.calm, found.wrong_for) == (3, 4, timedelta())
    # a third of it: the pause, both probes hanging two at a time, and the probe itself
    assert found.gap == 3 * (EVERY + timedelta(seconds=10) + timedelta(seconds=10))
