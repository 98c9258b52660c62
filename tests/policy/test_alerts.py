from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.policy.alerts import Alerts, AlertSeverity, PagerDuty
from bot.policy.book import Book, load

ALERTS = Alerts(page_from="high", severities=(
    AlertSeverity(id="informational", title="Informational", severity="p4", pagerduty="info"),
    AlertSeverity(id="low", title="Low", severity="p3", pagerduty="info"),
    AlertSeverity(id="medium", title="Medium", severity="p2", pagerduty="warning", aliases=("Warning",)),
    AlertSeverity(id="high", title="High", severity="p1", pagerduty="error"),
    AlertSeverity(id="urgent", title="Urgent", severity="p1", pagerduty="critical"),
    AlertSeverity(id="critical", title="Critical", severity="p0", pagerduty="critical"),
))  # fmt: skip
WORDS = st.sampled_from(sorted({word for alert in ALERTS.severities for word in alert.words} | {"", "odd", "P0"}))


@pytest.mark.parametrize(
    ("word", "id"),
    [("critical", "critical"), (" HIGH ", "high"), ("warning", "medium"), ("odd", None), ("", None), ("p0", None)],
)
def test_an_alert_severity_is_found_by_what_monitoring_calls_it(word: str, id: str | None) -> None:
    found = ALERTS.find(word)
    assert (found and found.id) == id


@given(st.lists(WORDS, max_size=6))
def test_the_gravest_of_several_is_none_of_the_lesser(words: list[str]) -> None:
    found = [alert for word in words if (alert := ALERTS.find(word))]
    gravest = ALERTS.gravest(*words)
    assert (gravest is None) == (not found)
    if gravest:
        assert gravest in found
        assert all(ALERTS.severities.index(one) <= ALERTS.severities.index(gravest) for one in found)


@given(st.lists(WORDS, max_size=6), st.randoms())
def test_the_gravest_does_not_depend_on_the_order(words: list[str], random: Any) -> None:
    shuffled = random.sample(words, len(words))
    assert ALERTS.gravest(*words) == ALERTS.gravest(*shuffled)


@pytest.mark.parametrize(
    ("severity", "id"), [("p0", "critical"), ("p1", "urgent"), ("p4", "informational"), ("p9", None)]
)
def test_an_incident_is_told_by_the_gravest_that_stands_for_it(severity: str, id: str | None) -> None:
    found = ALERTS.of(severity)
    assert (found and found.id) == id


def test_what_pages_begins_at_one_and_goes_up() -> None:
    assert [alert.id for alert in ALERTS.severities if ALERTS.pages(alert)] == ["high", "urgent", "critical"]
    everything = ALERTS.model_copy(update={"page_from": None})
    assert all(everything.pages(alert) for alert in everything.severities)


HIGH = {"id": "high", "title": "High", "severity": "p1", "pagerduty": "error"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"page_from": "worst"}, 'page_from is "worst"; right would be informational, low'),
        ({"severities": [HIGH, {**HIGH, "id": "x"}]}, '"high" means more than one'),
        ({"severities": [{**HIGH, "pagerduty": "high"}]}, "severities.0.pagerduty"),
    ],
)  # fmt: skip
def test_words_that_mean_two_things_are_mistakes(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Alerts.model_validate({**ALERTS.model_dump(), **changed})
    assert told in str(raised.value)


def rising(book: Book) -> None:
    alerts, four = book.alerts.severities, get_args(PagerDuty)
    ranks = [book.severities.rank(alert.severity) for alert in alerts]
    assert ranks == sorted(ranks, reverse=True), "a graver alert means a lesser incident"
    to_pagerduty = [four.index(alert.pagerduty) for alert in alerts]
    assert to_pagerduty == sorted(to_pagerduty), "a graver alert is told as a lesser one"


def test_in_the_default_policy_every_alert_is_graver_than_the_one_before(book: Book) -> None:
    rising(book)
    assert {alert.pagerduty for alert in book.alerts.severities} == set(get_args(PagerDuty))
    assert {alert.severity for alert in book.alerts.severities} == set(book.severities.ids)


def test_a_policy_without_alerts_finds_none() -> None:
    nothing = load("default").alerts.model_copy(update={"severities": ()})
    assert (nothing.find("high"), nothing.gravest("high", "low"), nothing.of("sev1")) == (None, None, None)
