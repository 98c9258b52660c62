from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.policy.book import Book
from bot.policy.model import written
from bot.policy.postmortem import Postmortem, Promise, Rule, Sla, Target

FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
SECTIONS = [{"id": "a", "title": "A"}]
TARGETS = [
    {"id": "first", "title": "First look", "within": "24h"},
    {"id": "draft", "title": "Draft", "within": "5 business days"},
    {"id": "review", "title": "Review", "within": "3d", "follows": "draft"},
    {"id": "paper", "title": "Paper", "within": "next business day", "severities": ["sev1"]},
]


def of(**given: object) -> Postmortem:
    return Postmortem.model_validate({"sections": SECTIONS, **given})


def test_what_is_due_counts_from_the_end_or_from_what_it_follows() -> None:
    due = {target.id: f"{at:%a %d %H:%M}" for target, at in of(targets=TARGETS).due("sev1", FRIDAY)}
    assert due == {"first": "Sat 21 15:00", "draft": "Fri 27 15:00", "review": "Mon 30 15:00", "paper": "Mon 23 15:00"}


def test_a_target_of_other_severities_is_not_due() -> None:
    assert [target.id for target, _ in of(targets=TARGETS).due("sev2", FRIDAY)] == ["first", "draft", "review"]


def test_a_target_is_found_by_its_id() -> None:
    assert written(of(targets=TARGETS).target("draft").within) == "5 business days"
    with pytest.raises(LookupError, match="first, draft, review, paper"):
        of(targets=TARGETS).target("second")


def a_rule(**conditions: object) -> Rule:
    given = {"id": "r", "item": "look again", "team": "SRE", "due": "14d", "priority": "high", **conditions}
    return Rule.model_validate(given)


@pytest.mark.parametrize(
    ("conditions", "applies"),
    [
        ({}, True),
        ({"longer_than": "60m"}, False),
        ({"longer_than": "59m"}, True),
        ({"severities": ["sev1", "sev2"]}, True),
        ({"severities": ["sev3"]}, False),
        ({"cause_has": "resource exhaustion"}, True),
        ({"cause_has": "configuration"}, False),
        ({"severities": ["sev1"], "cause_has": "configuration"}, False),
    ],
)
def test_all_conditions_of_a_rule_must_hold(conditions: dict[str, object], applies: bool) -> None:
    assert a_rule(**conditions).applies("sev1", timedelta(minutes=60), "Resource Exhaustion of the pool") is applies


def promise(resolution: str) -> Promise:
    return Promise.model_validate({"detection": "5m", "response": "15m", "resolution": resolution})


@pytest.mark.parametrize(
    ("alert", "minutes", "verdict"),
    [("critical", 120, "Met"), ("critical", 121, "Exceeded"), ("low", 480, "Met"), (None, 481, "Exceeded")],
)
def test_a_promise_is_met_in_its_last_minute(alert: str | None, minutes: int, verdict: str) -> None:
    sla = Sla(targets={"critical": promise("120m"), "medium": promise("480m")}, otherwise="medium")
    assert sla.verdict(alert, timedelta(minutes=minutes)) == verdict


def test_without_targets_nothing_is_due(book: Book) -> None:
    assert of().due("sev1", FRIDAY) == []
    assert book.postmortem.called == "Postmortem"


def test_a_section_needs_a_source_that_exists() -> None:
    with pytest.raises(ValidationError, match="five_whys"):
        of(sections=[{"id": "a", "title": "A", "source": "six_whys"}])
    assert isinstance(of(targets=TARGETS).targets[0], Target)


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("timeline", 'a section of timeline has no column "owner"; it can have time, event, action, who, notes'),
        ("roles", 'a section of roles has no column "owner"; only timeline and actions have columns'),
    ],
)
def test_a_table_has_only_the_columns_of_its_source(source: str, wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        of(
            sections=[
                {"id": "a", "title": "A", "parts": [{"id": "b", "title": "B", "source": source, "columns": ["owner"]}]}
            ]
        )
