from __future__ import annotations

from datetime import timedelta

from bot.domain.facts import Stage
from bot.domain.measures import Measure, measures, time_to_acknowledge, time_to_mitigate, time_to_resolve

from .conftest import AT, an_incident

MIN = timedelta(minutes=1)
ANYTHING = ("monitoring", "resolved", "closed", "investigating", "cancelled")


def test_nothing_has_happened_yet() -> None:
    assert [m.took for m in measures(an_incident(), {})] == [None, None, None]


def test_each_time_counts_from_the_declaration() -> None:
    incident = an_incident().acknowledge("slack:U2", AT + 4 * MIN)[0]
    incident = incident.move("monitoring", Stage.MITIGATED, ANYTHING, "slack:U2", AT + 50 * MIN)[0]
    incident = incident.resolve("resolved", ANYTHING, "fix", "", "slack:U2", AT + 90 * MIN)[0]
    assert time_to_acknowledge(incident) == 4 * MIN
    assert time_to_mitigate(incident) == 50 * MIN
    assert time_to_resolve(incident) == 90 * MIN


def test_resolved_at_once_was_mitigated_then() -> None:
    incident = an_incident().resolve("resolved", ANYTHING, "fix", "", "slack:U2", AT + 9 * MIN)[0]
    assert time_to_mitigate(incident) == 9 * MIN


def test_a_reopened_incident_is_not_resolved_and_later_counts_the_whole_time() -> None:
    incident = an_incident().resolve("resolved", ANYTHING, "fix", "", "slack:U2", AT + 9 * MIN)[0]
    incident = incident.move("investigating", Stage.ACTIVE, ANYTHING, "slack:U2", AT + 20 * MIN)[0]
    assert time_to_resolve(incident) is None
    incident = incident.resolve("resolved", ANYTHING, "fix", "", "slack:U2", AT + 60 * MIN)[0]
    assert time_to_resolve(incident) == 60 * MIN


def test_a_cancelled_incident_took_nothing() -> None:
    incident = an_incident().move("cancelled", Stage.CANCELLED, ANYTHING, "slack:U2", AT + 5 * MIN)[0]
    assert time_to_resolve(incident) is None


def test_met_missed_or_neither() -> None:
    assert (Measure("resolve", 5 * MIN, 5 * MIN).met, Measure("resolve", 5 * MIN, 5 * MIN).missed_by) == (True, None)
    assert (Measure("resolve", 7 * MIN, 5 * MIN).met, Measure("resolve", 7 * MIN, 5 * MIN).missed_by) == (
        False,
        2 * MIN,
    )
    assert Measure("resolve", None, 5 * MIN).met is None
    assert Measure("resolve", 5 * MIN, None).met is None
    assert Measure("resolve", 5 * MIN, None).missed_by is None
