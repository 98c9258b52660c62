"""A diagnosis on a phone: what is wrong first, within Slack's limits, and nothing that a log holds is markup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.slack.views import render
from bot.adapters.slack.views.diagnosis import MOST_SYMPTOMS
from bot.adapters.slack.views.limits import weight
from bot.domain.observation import Fault, Look, Observation, Reading, Symptom
from bot.messages import Button, Diagnosis, Message, Readings, Sight, Sights
from bot.policy.diagnosis import Cause, Recommendation, Service
from bot.policy.judging import Finding, Repeated, Suspected
from bot.simulator.blocks import check_message
from tests.adapters.slack.faces import AT, BOOK, HOSTILE, ID, TEXTS

GRADES = [grade.id for grade in BOOK.alerts.severities]
TRIES = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def symptom(text: str = "nobody listens", grade: str = "critical", **more: object) -> Symptom:
    return Symptom("service_down", grade, text, "shop", "web", **more)  # type: ignore[arg-type]


def observation(look: Look = Look.WELL, title: str = "Shop answers", probe: str = "web") -> Observation:
    return Observation(probe, title, "shop", "http", look, Reading(Fault.NONE, "200 in 20 ms"), (), AT, 0.02)


def finding(**more: object) -> Finding:
    made = Finding(
        (observation(Look.WRONG), observation(Look.WELL, "Database answers", "db")), (symptom(),), (), (), ()
    )
    return replace(made, **more)  # type: ignore[arg-type]


def diagnosis(found: Finding | None = None, **more: object) -> Diagnosis:
    return Diagnosis(BOOK, "Shop", "slack:U1", AT, found or finding(), **more)  # type: ignore[arg-type]


def text(message: Message) -> str:
    shown = render(message).blocks
    return "\n".join(b["text"]["text"] if "text" in b else b["elements"][0].get("text", "") for b in shown
                     if b["type"] in ("section", "context"))  # fmt: skip


def test_while_probes_look_it_says_which_and_offers_nothing() -> None:
    message = diagnosis(waiting=("Cache answers", "Payments answer"))

    assert text(message).startswith(
        "🔎 *Looking at Shop*: 2 of 4 answered. Still looking: Cache answers, Payments answer"
    )
    assert "nobody listens" in text(message)
    assert not [b for b in render(message).blocks if b["type"] == "actions"]


def test_many_that_still_look_are_counted() -> None:
    assert "a1, a2, a3, a4, a5 and 45 more" in text(diagnosis(waiting=tuple(f"a{n}" for n in range(1, 51))))


@pytest.mark.parametrize(
    ("looks", "verdict"),
    [((Look.WELL, Look.UNSET), "nothing wrong found by 1 probe"), ((Look.WELL, Look.WELL), "by 2 probes"),
     ((Look.UNKNOWN, Look.UNSET), "no probe could look, so nothing is known"),
     ((Look.WRONG, Look.UNKNOWN), "*1 of 2 probes found something wrong*")],
)  # fmt: skip
def test_the_verdict(looks: tuple[Look, ...], verdict: str) -> None:
    found = finding(observations=tuple(observation(look) for look in looks), symptoms=())

    assert verdict in text(diagnosis(found)).splitlines()[0]


def test_the_colour_says_how_grave() -> None:
    symptoms = tuple(symptom(f"it is {grade}", grade) for grade in reversed(GRADES))
    lines = [line for line in text(diagnosis(finding(symptoms=symptoms))).splitlines() if "it is" in line]

    assert [line[0] for line in lines] == ["🔴", "🟠", *["🟡"] * (len(GRADES) - 2)]


def test_what_is_wrong_stands_over_why_and_what_to_do() -> None:
    cause = Cause(id="full", title="The disk is full", likelihood="high", symptoms=("service_down",), steps=("df -h",))
    advice = tuple(
        Recommendation(id=id, title=title, priority=priority, procedure=how)  # type: ignore[arg-type]
        for id, title, priority, how in [
            ("a", "Free space", "immediate", "rm /tmp/x"),
            ("b", "Restart", "immediate", None),
            ("c", "Rotate logs", "short_term", None),
        ]
    )
    found = finding(causes=(Suspected(cause, (symptom(),)),), recommendations=advice, errors=(Repeated("boom", 14),))
    told = text(diagnosis(found, since=("New: boom",)))

    parts = ["found something wrong", "New: boom", "*Shop answers*: nobody listens", "• The disk is full (_high_)",
             "1. df -h", "*Now*: Free space (_rm /tmp/x_) · Restart", "*In the next days*: Rotate logs",
             "14 times: boom", "Asked by <@U1>"]  # fmt: skip
    places = [told.index(part) for part in parts]
    assert places == sorted(places)


def test_the_procedure_of_a_service_that_is_ill_is_named() -> None:
    shop = Service(id="shop", title="Shop", procedure="Follow the runbook")
    eyes = BOOK.diagnosis.model_copy(update={"services": (shop,)})

    assert "*Follow for Shop*: Follow the runbook" in text(replace(diagnosis(), book=replace(BOOK, diagnosis=eyes)))


def test_the_message_stays_short() -> None:
    many = tuple(symptom(f"wrong {n}") for n in range(40))
    told = text(diagnosis(finding(symptoms=many)))

    assert f"and {40 - MOST_SYMPTOMS} more" in told
    assert len(told.splitlines()) < 20


def test_whoever_could_not_look_is_told_in_one_line() -> None:
    found = finding(observations=(observation(Look.UNKNOWN, "Cache"), observation(Look.UNSET, "TLS")), symptoms=())

    assert text(diagnosis(found)).splitlines()[-1] == "Asked by <@U1> · could not look: Cache · not set up: TLS"


def test_the_readings_come_worst_first() -> None:
    seen = tuple(observation(look, look.value) for look in Look)
    told = text(Readings("Shop", seen)).splitlines()

    assert [line[:1] for line in told[1:]] == ["🔴", "❔", "✅", "⚪"]


@st.composite
def anything(draw: Callable[..., object]) -> Message:
    """A diagnosis full of whatever a probe may have read."""
    words, many = str(draw(TEXTS)), int(str(draw(st.integers(0, 60))))
    seen = tuple(
        replace(observation(list(Look)[n % 4], words), reading=Reading(Fault.NONE, words)) for n in range(many)
    )
    symptoms = tuple(symptom(words, grade, count=n) for n in range(many) for grade in ("critical", words))
    cause = Cause.model_construct(title=words, likelihood="high", steps=(words,) * 9, symptoms=("x",))
    to_do = Recommendation.model_construct(title=words, priority="ongoing", procedure=words)
    found = Finding(seen, symptoms, (Suspected(cause, ()),) * many, (to_do,) * many, (Repeated(words, 3),) * many)
    buttons = (Button("Diagnose again", "diagnose", words), Button("Watch", "diagnose", words))
    waiting, since = (words,) * (many % 7), (words,) * (many % 3)
    sight = Sight("shop", words, many, many, (words,) * many)
    made = [
        Diagnosis(BOOK, words, "slack:U1", AT, found, waiting, since, ID, buttons),
        Readings(words, seen),
        Sights((sight,) * many, (sight,) * many),
    ]
    return draw(st.sampled_from(made))  # type: ignore[return-value]


@TRIES
@given(anything())
def test_slack_takes_it_whatever_was_read(message: Message) -> None:
    shown = render(message)
    check_message(shown.blocks)
    assert shown.text.strip() and len(shown.blocks) <= 50
    assert weight(shown.blocks) + len(shown.text) <= 12_000


def test_nothing_that_was_read_notifies_anybody() -> None:
    found = finding(symptoms=(symptom(HOSTILE),), errors=(Repeated(HOSTILE, 2),))
    told = text(diagnosis(found, since=(HOSTILE,), waiting=())) + text(Readings(HOSTILE, (observation(title=HOSTILE),)))

    assert "<!channel" not in told and "&lt;!channel&gt;" in told


def test_what_several_probes_found_alike_stands_in_one_line() -> None:
    twice = (symptom("nobody listens"), replace(symptom("nobody listens"), probe="db"))
    told = text(diagnosis(finding(symptoms=twice)))

    assert "🔴 *Shop answers, Database answers*: nobody listens" in told
    assert told.count("nobody listens") == 1


def test_what_a_pattern_says_of_a_line_is_not_said_of_the_line_again() -> None:
    told = text(diagnosis(finding(symptoms=(symptom("out of memory: killed 12"), symptom("killed 12", "low")))))

    assert told.count("killed 12") == 1


def test_a_symptom_with_a_colon_says_it_itself() -> None:
    assert "error: e" in text(diagnosis(finding(symptoms=(symptom("error: e"), symptom("everything: else")))))
