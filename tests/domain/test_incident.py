"""What an incident lets people do, and that its facts add up to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import codec, facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.facts import Fact, Stage
from bot.domain.incident import Incident, declare, fold

T0 = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ANA, BEN = "slack:U1", "slack:U2"
MOVES = {
    "investigating": ("mitigating", "resolved", "cancelled"),
    "mitigating": ("investigating", "resolved", "cancelled"),
    "resolved": ("closed", "investigating"),
    "closed": ("investigating",),
    "cancelled": ("investigating",),
}
STAGES = {
    "investigating": Stage.ACTIVE, "mitigating": Stage.MITIGATED, "resolved": Stage.RESOLVED,
    "closed": Stage.CLOSED, "cancelled": Stage.CANCELLED,
}  # fmt: skip


def opened() -> tuple[Incident, Fact]:
    event = facts.Declared("01J", 12, "checkout is failing", "sev1", "investigating", "hash", "checkout is failing")
    return declare(event, ANA, T0)


def minutes(n: int) -> datetime:
    return T0 + timedelta(minutes=n)


def moved(incident: Incident, status: str, at: datetime, by: str = ANA) -> Incident:
    return incident.move(status, STAGES[status], MOVES[incident.status], by, at)[0]


def test_the_first_acknowledgement_counts() -> None:
    """Whoever comes second learns who was first, and when."""
    incident, _ = opened()[0].acknowledge(BEN, minutes(3))

    with pytest.raises(AlreadyDone, match=r"slack:U2 acknowledged it at 03:03 UTC"):
        incident.acknowledge(ANA, minutes(4))


def test_a_move_the_policy_does_not_know_is_refused_with_what_would_be_right() -> None:
    incident = moved(opened()[0], "cancelled", minutes(1))

    with pytest.raises(Refused, match="#12 is cancelled; from there it can become: investigating"):
        moved(incident, "mitigating", minutes(2))


def test_resolving_twice_names_the_first_resolver() -> None:
    incident, _ = opened()[0].resolve("resolved", MOVES["investigating"], "fix", "restarted", BEN, minutes(9))

    with pytest.raises(AlreadyDone, match="slack:U2 resolved it at 03:09 UTC"):
        incident.resolve("resolved", MOVES["resolved"], "fix", "me too", ANA, minutes(9))


def test_reopening_forgets_the_end_but_not_the_record() -> None:
    incident, _ = opened()[0].resolve("resolved", MOVES["investigating"], "fix", "restarted", BEN, minutes(9))
    incident = moved(incident, "investigating", minutes(20))

    assert (incident.resolution, incident.ended_at, incident.over) == (None, None, False)
    assert incident.stages == {Stage.ACTIVE: T0}
    assert incident.reopened == 1


def test_a_stage_is_reached_once() -> None:
    """Going back and forth does not move the time of mitigation."""
    incident = moved(opened()[0], "mitigating", minutes(10))
    incident = moved(moved(incident, "investigating", minutes(15)), "mitigating", minutes(30))

    assert incident.stages[Stage.MITIGATED] == minutes(10)


def test_a_role_clicked_as_vacant_is_not_taken_from_its_holder() -> None:
    incident, _ = opened()[0].take_role("commander", BEN, BEN, minutes(1))

    with pytest.raises(AlreadyDone, match="slack:U2 was faster"):
        incident.take_role("commander", ANA, ANA, minutes(1), only_if_vacant=True)
    handed, fact = incident.take_role("commander", ANA, BEN, minutes(5))
    assert handed.roles == {"commander": ANA}
    assert fact.event == facts.RoleTaken("commander", ANA, BEN)


def test_updates_are_numbered_and_carry_the_state_they_were_written_in() -> None:
    incident = moved(opened()[0], "mitigating", minutes(5))
    incident, _ = incident.tell(facts.Updated(0, "", "", "half of it works", next_at=minutes(20)), ANA, minutes(6))
    incident, _ = incident.tell(facts.Updated(0, "", "", "all of it works"), ANA, minutes(7))

    assert [(u.number, u.status) for u in incident.updates] == [(1, "mitigating"), (2, "mitigating")]
    assert incident.next_update is None


@pytest.mark.parametrize(
    ("attempt", "sentence"),
    [
        (lambda i: i.note("  ", ANA, T0), "A note needs words"),
        (lambda i: i.add_task("", None, ANA, T0), "A task needs words"),
        (lambda i: i.finish_task(3, ANA, T0), "#12 has no task 3"),
        (lambda i: i.leave_role("scribe", ANA, T0), "Nobody holds that role"),
        (lambda i: i.untick("x", "text", ANA, T0), "not ticked"),
        (lambda i: i.regrade("sev1", ANA, T0), "#12 is sev1 already"),
    ],
)
def test_a_refusal_is_a_sentence(attempt: Any, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        attempt(opened()[0])


PEOPLE = st.sampled_from([ANA, BEN, "slack:U3"])
TEXT = st.text(max_size=40)
STATUS = st.sampled_from([*MOVES])
DECISIONS = st.one_of(
    st.builds(lambda by: lambda i, at: i.acknowledge(by, at), PEOPLE),
    st.builds(lambda by, s: lambda i, at: i.move(s, STAGES[s], MOVES[i.status], by, at), PEOPLE, STATUS),
    st.builds(lambda by, t: lambda i, at: i.resolve("resolved", MOVES[i.status], "fix", t, by, at), PEOPLE, TEXT),
    st.builds(lambda by, r: lambda i, at: i.take_role(r, by, by, at), PEOPLE, st.sampled_from(["commander", "scribe"])),
    st.builds(lambda by: lambda i, at: i.leave_role("commander", by, at), PEOPLE),
    st.builds(lambda by, t: lambda i, at: i.note(t, by, at), PEOPLE, TEXT),
    st.builds(lambda by, t: lambda i, at: i.add_task(t, by, by, at), PEOPLE, TEXT),
    st.builds(lambda by, n: lambda i, at: i.finish_task(n, by, at), PEOPLE, st.integers(0, 3)),
    st.builds(lambda by, n: lambda i, at: i.take_task(n, by, by, at), PEOPLE, st.integers(0, 3)),
    st.builds(lambda by, n: lambda i, at: i.tick(n, n, by, at), PEOPLE, st.sampled_from("ab")),
    st.builds(lambda by, n: lambda i, at: i.untick(n, n, by, at), PEOPLE, st.sampled_from("ab")),
    st.builds(lambda by, t: lambda i, at: i.tell(facts.Updated(0, "", "", t, next_at=at), by, at), PEOPLE, TEXT),
    st.builds(lambda s: lambda i, at: i.regrade(s, ANA, at), st.sampled_from(["sev1", "sev2"])),
    st.builds(lambda t: lambda i, at: i.witness(facts.RoomOpened(t, t), at), TEXT),
)  # fmt: skip


@given(st.lists(DECISIONS, max_size=25))
def test_the_incident_is_what_its_facts_add_up_to(decisions: list[Any]) -> None:
    """Whatever people do in whatever order, the stored facts and the stored row give the same incident."""
    incident, first = opened()
    history = [first]
    for n, decide in enumerate(decisions):
        try:
            incident, fact = decide(incident, minutes(n))
        except Refused:
            continue
        history.append(fact)
    stored = [Fact(facts.decode(facts.encode(f.event)), f.at, f.by) for f in history]

    assert fold(stored) == incident
    assert codec.from_json(codec.to_json(incident)) == incident
    assert incident.version == len(history)


def test_a_fact_of_a_later_release_is_named() -> None:
    with pytest.raises(LookupError, match="teleported"):
        facts.decode({"type": "teleported", "v": 1, "data": {}})
