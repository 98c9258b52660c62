"""What a reading is a symptom of, what symptoms speak for, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.observation import Fault, Look, Observation, Reading, Symptom
from bot.policy.diagnosis import (
    LIKELIHOODS,
    PRIORITIES,
    Cause,
    Diagnosis,
    Errors,
    Limit,
    Pattern,
    Probe,
    Recommendation,
)
from bot.policy.judging import LONGEST_LINE, errors_in, find, gravity, observe, recommended, repeated, suspected

AT = datetime(2026, 11, 24, 20, tzinfo=UTC)
GRADES = ("low", "medium", "high", "critical")
BARE = Diagnosis()


def limit(value: str = "used", symptom: str = "full", grade: str = "high", **bound: float) -> Limit:
    return Limit(value=value, symptom=symptom, grade=grade, **bound)


def probe(*limits: Limit, faults: Mapping[str, tuple[str, str]] | None = None, patterns: bool = False) -> Probe:
    meanings = {fault: {"symptom": symptom, "grade": grade} for fault, (symptom, grade) in (faults or {}).items()}
    return Probe.model_validate({
        "id": "p", "title": "P", "kind": "http", "service": "shop", "faults": meanings, "limits": limits,
        "patterns": patterns,
    })  # fmt: skip


def seen(probe: Probe, reading: Reading, diagnosis: Diagnosis = BARE) -> Observation:
    return observe(diagnosis, probe, reading, AT, 0.5)


def symptoms(probe: Probe, fault: str = "", text: str = "", **values: float) -> list[tuple[str, str]]:
    found = seen(probe, Reading(Fault(fault), "said", values, text)).symptoms
    return [(symptom.type, symptom.grade) for symptom in found]


# faults and limits


@pytest.mark.parametrize(
    ("bound", "measured", "broken"),
    [
        ({"above": 85}, 85, False),
        ({"above": 85}, 85.1, True),
        ({"at_least": 95}, 94.9, False),
        ({"at_least": 95}, 95, True),
        ({"below": 1}, 1, False),
        ({"below": 1}, 0, True),
        ({"below": 0}, -0.1, True),
        ({"below": 0}, 0, False),
        ({"above": 0}, 0, False),
    ],
)
def test_a_limit_is_broken_beyond_its_bound(bound: dict[str, float], measured: float, broken: bool) -> None:
    assert limit(**bound).broken(measured) is broken
    assert symptoms(probe(limit(**bound)), used=measured) == ([("full", "high")] if broken else [])


@pytest.mark.parametrize(
    "bounds", [{}, {"above": 1, "below": 2}, {"above": 1, "at_least": 2}, {"at_least": 1, "below": 2}]
)
def test_a_limit_has_one_bound(bounds: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="above, at_least or below a number"):
        limit(**bounds)


@pytest.mark.parametrize(
    ("measured", "grade"), [(80, None), (85, None), (86, "high"), (94.9, "high"), (95, "critical"), (100, "critical")]
)
def test_of_several_limits_on_one_value_the_last_that_is_broken_counts(measured: float, grade: str | None) -> None:
    memory = probe(limit(above=85), limit(at_least=95, grade="critical"))
    assert symptoms(memory, used=measured) == ([("full", grade)] if grade else [])


def test_limits_on_one_value_may_be_of_different_symptoms() -> None:
    disk = probe(limit(above=85, symptom="high_disk_usage"), limit(at_least=98, symptom="disk_full", grade="critical"))
    assert symptoms(disk, used=99) == [("high_disk_usage", "high"), ("disk_full", "critical")]


def test_a_value_that_was_not_measured_breaks_no_limit() -> None:
    assert symptoms(probe(limit(below=1)), other=0) == []


def test_what_is_said_is_the_limits_text_or_the_figure() -> None:
    own = Limit(value="used_percent", above=1, symptom="full", grade="high", text="It is full.")
    plain = own.model_copy(update={"text": None})
    reading = Reading(Fault.NONE, "fine", {"used_percent": 97.25})
    [told], [counted] = (seen(probe(each), reading).symptoms for each in (own, plain))
    assert (told.text, counted.text) == ("It is full.", "used percent is 97.25")
    assert (counted.service, counted.probe, counted.count) == ("shop", "p", 1)


FAULTS: list[tuple[str, list[tuple[str, str]], Look]] = [
    ("", [], Look.WELL),
    ("refused", [("down", "critical")], Look.WRONG),
    ("time_out", [("slow", "high")], Look.WRONG),
    ("broken", [], Look.UNKNOWN),
    ("denied", [], Look.UNKNOWN),
    ("unset", [], Look.UNSET),
]


@pytest.mark.parametrize(("fault", "expected", "look"), FAULTS)
def test_a_fault_that_the_policy_does_not_name_is_no_proof(
    fault: str, expected: list[tuple[str, str]], look: Look
) -> None:
    there = probe(faults={"refused": ("down", "critical"), "time_out": ("slow", "high")})
    assert symptoms(there, fault) == expected
    assert seen(there, Reading(Fault(fault), "said")).look is look


def test_nobody_looked_where_no_address_is_even_if_the_policy_says_something_of_it() -> None:
    found = seen(probe(faults={"unset": ("down", "critical")}), Reading(Fault.UNSET, "no address"))
    assert (found.look, found.symptoms) == (Look.UNSET, ())


def test_a_fault_and_a_limit_may_both_speak() -> None:
    both = probe(limit("seconds", "slow", above=5), faults={"unexpected": ("error", "critical")})
    assert symptoms(both, "unexpected", seconds=6.0) == [("error", "critical"), ("slow", "high")]


def test_an_observation_says_when_and_how_long() -> None:
    found = seen(probe(), Reading(Fault.NONE, "fine"))
    assert (found.probe, found.title, found.service, found.kind, found.at, found.took) == (
        "p",
        "P",
        "shop",
        "http",
        AT,
        0.5,
    )


# text

SEARCHED = Diagnosis(
    patterns=(
        Pattern(type="connection_refused", pattern="ECONNREFUSED", title="Refused"),
        Pattern(type="port_conflict", pattern="port.*already in use", grade="critical"),
    ),
    errors=Errors(least=2, last=2, top=2),
)
LOG = """\
12:00:01 INFO started
12:00:02 ERROR connect econnrefused 10.0.0.7:5432
12:00:03 ERROR connect ECONNREFUSED 10.0.0.8:5432
12:00:04 INFO Port 8002 is already in use
12:00:05 WARN nothing"""


def test_lines_that_fit_a_pattern_are_one_symptom_with_their_count_whatever_their_case() -> None:
    found = seen(probe(patterns=True), Reading(Fault.NONE, "5 lines", text=LOG), SEARCHED).symptoms
    assert [(s.type, s.grade, s.count, s.text) for s in found] == [
        ("connection_refused", "high", 2, "Refused: 12:00:03 ERROR connect ECONNREFUSED 10.0.0.8:5432"),
        ("port_conflict", "critical", 1, "port conflict: 12:00:04 INFO Port 8002 is already in use"),
        ("recent_errors", "medium", 2, "12:00:03 ERROR connect ECONNREFUSED 10.0.0.8:5432"),
    ]


def test_only_probes_that_ask_for_it_have_their_text_searched() -> None:
    reading = Reading(Fault.NONE, "5 lines", text=LOG)
    assert seen(probe(), reading, SEARCHED).look is Look.WELL
    assert find(SEARCHED, [seen(probe(), reading, SEARCHED)], GRADES).errors == ()


def test_fewer_errors_than_least_are_none() -> None:
    text = "ERROR once"
    assert seen(probe(patterns=True), Reading(Fault.NONE, "1 line", text=text), SEARCHED).symptoms == ()


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("an Error", True), ("FATAL: gone", True), ("java.lang.Exception", True), ("it failed", True),
        ("all is well", False), ("", False), ("fail", False),
    ],
)  # fmt: skip
def test_errors_are_lines_with_one_of_the_words_in_any_case(line: str, is_one: bool) -> None:
    assert errors_in(BARE, [line]) == ([line] if is_one else [])


def test_errors_that_differ_in_numbers_times_and_ids_are_the_same() -> None:
    lines = [
        "12:00:01 ERROR order 17 failed (0x7f3a)", "12:00:02 ERROR no such user",
        "12:03:09 ERROR order 4711 failed (0xbeef1)", "INFO fine",
    ]  # fmt: skip
    assert [(each.line, each.count) for each in repeated(BARE, lines)] == [(lines[2], 2), (lines[1], 1)]


def test_of_the_most_repeated_only_the_top_are_shown() -> None:
    words = "abcdefghijklmnop"
    lines = [f"ERROR {word * 3}xyz" for n, word in enumerate(words) for _ in range(n + 1)]
    found = repeated(BARE, lines)
    assert len(found) == BARE.errors.top == 10
    assert [each.count for each in found] == list(range(len(words), len(words) - 10, -1))
    assert repeated(Diagnosis(errors=Errors(top=0)), lines) == []


def test_a_line_is_cut_and_stays_one_line() -> None:
    found = seen(probe(patterns=True), Reading(Fault.NONE, "", text=f"ECONNREFUSED\t{'x' * 900}"), SEARCHED).symptoms
    assert len(found[0].text) <= LONGEST_LINE and found[0].text.endswith("…") and "\t" not in found[0].text


@given(st.lists(st.text(max_size=40), max_size=30))
def test_no_error_is_lost_or_counted_twice(lines: list[str]) -> None:
    known = Diagnosis(errors=Errors(top=20))
    found = repeated(known, lines)
    wrong = errors_in(known, lines)
    assert sum(each.count for each in found) <= len(wrong)
    assert len(found) == 20 or sum(each.count for each in found) == len(wrong)
    assert [each.count for each in found] == sorted((each.count for each in found), reverse=True)


@given(st.text(max_size=300))
def test_whatever_a_log_holds_it_is_judged(text: str) -> None:
    found = seen(probe(patterns=True), Reading(Fault.NONE, "", text=text), SEARCHED)
    assert all(0 < symptom.count <= len(text.splitlines()) for symptom in found.symptoms)


# causes

SYMPTOMS = ("a", "b", "c", "d")


def cause(id: str, *symptoms: str, likelihood: str = "high", needs: str = "", unless: str = "") -> Cause:
    return Cause.model_validate({
        "id": id, "title": id, "likelihood": likelihood, "symptoms": symptoms, "needs": (*needs,), "unless": (*unless,)
    })  # fmt: skip


def there(*types: str) -> list[Symptom]:
    return [Symptom(type, "high", type) for type in types]


@pytest.mark.parametrize(
    ("known", "found", "named"),
    [
        (cause("x", "a", "b"), "a", True),
        (cause("x", "a", "b"), "b", True),
        (cause("x", "a", "b"), "c", False),
        (cause("x", "a"), "", False),
        (cause("x", "a", needs="b"), "a", False),
        (cause("x", "a", needs="b"), "b", False),
        (cause("x", "a", needs="b"), "ab", True),
        (cause("x", "a", needs="bc"), "ab", False),
        (cause("x", "a", unless="b"), "a", True),
        (cause("x", "a", unless="b"), "ab", False),
        (cause("x", "a", unless="bc"), "ac", False),
        (cause("x", "a", needs="b", unless="c"), "abc", False),
    ],
)
def test_a_cause_comes_up_with_a_symptom_all_needs_and_nothing_against_it(
    known: Cause, found: str, named: bool
) -> None:
    assert [each.cause.id for each in suspected(Diagnosis(causes=(known,)), there(*found))] == (["x"] if named else [])


def test_the_likeliest_comes_first_then_what_more_symptoms_speak_for() -> None:
    known = (
        cause("low", *SYMPTOMS, likelihood="low"), cause("medium", "a", likelihood="medium"), cause("one", "a"),
        cause("two", "a", "b"), cause("needs", "a", needs="bc"), cause("also-one", "b"),
    )  # fmt: skip
    found = suspected(Diagnosis(causes=known), there("a", "b", "c"))
    assert [each.cause.id for each in found] == ["needs", "two", "one", "also-one", "medium", "low"]


def test_a_cause_comes_with_the_symptoms_that_speak_for_it() -> None:
    [found] = suspected(Diagnosis(causes=(cause("x", "a", needs="b"),)), there("a", "b", "c", "a"))
    assert [symptom.type for symptom in found.symptoms] == ["a", "b", "a"]


def test_a_symptom_that_was_seen_often_is_one() -> None:
    known = (cause("often", "a"), cause("both", "b", "c"))
    found = suspected(Diagnosis(causes=known), there("a", "a", "a", "b", "c"))
    assert [each.cause.id for each in found] == ["both", "often"]


CAUSES = st.lists(
    st.builds(
        Cause, id=st.uuids().map(lambda id: f"{id}"), title=st.just("x"), likelihood=st.sampled_from(LIKELIHOODS),
        symptoms=st.lists(st.sampled_from(SYMPTOMS), min_size=1, unique=True).map(tuple),
        needs=st.lists(st.sampled_from(SYMPTOMS), unique=True).map(tuple),
        unless=st.lists(st.sampled_from(SYMPTOMS), unique=True).map(tuple),
    ),
    max_size=12,
)  # fmt: skip


@given(CAUSES, st.lists(st.sampled_from(SYMPTOMS), max_size=6))
def test_causes_are_those_and_only_those_that_the_policy_says(causes: list[Cause], types: list[str]) -> None:
    found = [each.cause for each in suspected(Diagnosis(causes=tuple(causes[:100])), there(*types))]
    for each in causes:
        fits = (
            any(s in types for s in each.symptoms)
            and all(s in types for s in each.needs)
            and not any(s in types for s in each.unless)
        )
        assert (each in found) is fits
    order = [LIKELIHOODS.index(each.likelihood) for each in found]
    assert order == sorted(order)


@given(CAUSES, st.lists(st.sampled_from(SYMPTOMS), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_symptoms_changes_nothing(causes: list[Cause], types: list[str], dice: Random) -> None:
    known = Diagnosis(causes=tuple(causes))
    shuffled = list(types)
    dice.shuffle(shuffled)
    assert [e.cause for e in suspected(known, there(*types))] == [e.cause for e in suspected(known, there(*shuffled))]


# recommendations


def advice(id: str, priority: str = "high", symptoms: str = "", causes: tuple[str, ...] = ()) -> Recommendation:
    return Recommendation.model_validate(
        {"id": id, "title": id, "priority": priority, "symptoms": (*symptoms,), "causes": causes}
    )


def test_advice_comes_with_a_symptom_with_a_cause_or_always_the_most_urgent_first() -> None:
    known = Diagnosis(
        causes=(cause("x", "a"), cause("y", "c")),
        recommendations=(
            advice("later", "post_incident"), advice("b", "ongoing", symptoms="b"), advice("never", symptoms="d"),
            advice("x", "short_term", causes=("x",)), advice("not-y", causes=("y",)),
            advice("now", "immediate", symptoms="ad"), advice("either", "high", symptoms="d", causes=("x",)),
        ),
    )  # fmt: skip
    found = there("a", "b")
    told = recommended(known, found, suspected(known, found))
    assert [each.id for each in told] == ["now", "either", "x", "b", "later"]
    assert [each.id for each in recommended(known, [], [])] == ["later"]


@given(st.lists(st.sampled_from(PRIORITIES), max_size=10))
def test_advice_of_one_priority_keeps_the_policys_order(priorities: list[str]) -> None:
    known = Diagnosis(recommendations=tuple(advice(f"r{n}", priority) for n, priority in enumerate(priorities)))
    told = [(PRIORITIES.index(each.priority), int(each.id[1:])) for each in recommended(known, [], [])]
    assert told == sorted(told) and len(told) == len(priorities)


# all of it


def test_a_finding_has_the_gravest_symptoms_first_and_those_of_a_grade_as_they_were_found() -> None:
    first = Observation("p", "P", "s", "http", Look.WRONG, Reading(Fault.NONE, ""), (
        Symptom("a", "low", "1"), Symptom("b", "critical", "2"), Symptom("c", "high", "3"),
    ), AT, 0)  # fmt: skip
    second = Observation("q", "Q", "s", "http", Look.WRONG, Reading(Fault.NONE, ""), (
        Symptom("d", "high", "4"), Symptom("e", "purple", "5"),
    ), AT, 0)  # fmt: skip
    found = find(BARE, [first, second], GRADES)
    assert [symptom.text for symptom in found.symptoms] == ["2", "3", "4", "1", "5"]
    assert found.observations == (first, second)


def test_the_repeated_errors_are_those_of_all_logs() -> None:
    both = Diagnosis(probes=tuple(probe(patterns=True).model_copy(update={"id": id}) for id in ("one", "two")))
    seen_twice = [
        observe(both, each, Reading(Fault.NONE, "", text=f"ERROR pool is empty {n}"), AT, 0)
        for n, each in enumerate(both.probes)
    ]
    [error] = find(both, seen_twice, GRADES).errors
    assert (error.count, error.line) == (2, "ERROR pool is empty 1")


def test_of_nothing_nothing_is_found() -> None:
    found = find(BARE, [], GRADES)
    assert (found.symptoms, found.causes, found.recommendations, found.errors) == ((), (), (), ())


@pytest.mark.parametrize(("grade", "weighs"), [("low", 0), ("critical", 3), ("purple", -1), ("", -1)])
def test_a_grade_weighs_what_its_place_says(grade: str, weighs: int) -> None:
    assert gravity(GRADES, grade) == weighs
