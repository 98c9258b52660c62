"""One blip is no alarm, and one good look no recovery: what looks in a row add up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.observation import Look, Observation, Symptom
from bot.policy.diagnosis import Diagnosis, Probe
from bot.policy.judging import gravity

#: a probe, and the type of one of its symptoms
Subject = tuple[str, str]


class Turn(StrEnum):
    #: it is wrong; said again when it turns out to be graver
    RAISED = "raised"
    #: it would be raised, but the service is under maintenance
    HUSHED = "hushed"
    #: it is well again
    CLEARED = "cleared"


@dataclass(frozen=True)
class Patience:
    """
    How long to wait before believing it: `strikes` looks in a row that found it and `wrong_for` since the first of
    them; `calm` looks in a row that did not. After `gap` without any look what is not raised begins anew.
    """

    strikes: int
    calm: int
    wrong_for: timedelta
    gap: timedelta


@dataclass(frozen=True)
class Suspicion:
    """
    What is remembered of one symptom of one probe.

    `grades` are those of the newest looks in a row that found it, as many as count; `calm` counts those since that did
    not. `since` is when it was first found, `seen` when anybody looked last. `raised` is the grade that was raised, ""
    while none was; `hushed` says that it would have been.
    """

    symptom: Symptom
    grades: tuple[str, ...]
    calm: int
    since: datetime
    seen: datetime
    raised: str = ""
    hushed: bool = False


@dataclass(frozen=True)
class Change:
    """`symptom` has the grade that holds; `since` is when it was first found."""

    turn: Turn
    symptom: Symptom
    since: datetime


def patience(diagnosis: Diagnosis, probe: Probe) -> Patience:
    """The probe's own, else the detector's. Even when every probe hangs the next look comes within a third of `gap`."""
    detector = diagnosis.detector
    longest = sum((each.time_out for each in diagnosis.detected()), timedelta()) / detector.most
    return Patience(
        probe.strikes or detector.strikes, detector.calm, probe.wrong_for or timedelta(),
        3 * (detector.every + longest + probe.time_out),
    )  # fmt: skip


def weigh(
    held: Mapping[Subject, Suspicion], seen: Observation, patience: Patience, words: Sequence[str], quiet: bool
) -> tuple[dict[Subject, Suspicion], list[Change]]:
    """
    What is held after a look, and what changed by it. `words` are the grades in rising order; while `quiet` nothing is
    raised. A probe that could not look proves nothing: all stays as it was.
    """
    if seen.look not in (Look.WELL, Look.WRONG):
        return dict(held), []
    found = gravest(seen, words)
    own = {subject: each for subject, each in held.items() if subject[0] == seen.probe}
    after = {subject: each for subject, each in held.items() if subject not in own}
    changes: list[Change] = []
    for subject in dict.fromkeys((*own, *found)):
        now = looked(own.get(subject), found.get(subject), patience, seen.at)
        kept, change = judged(now, patience, words, quiet) if now else (None, None)
        after |= {subject: kept} if kept else {}
        changes += [change] if change else []
    return after, changes


def looked(before: Suspicion | None, symptom: Symptom | None, patience: Patience, at: datetime) -> Suspicion | None:
    """A suspicion that nobody looked after for long counts for nothing, unless it was raised."""
    known = before if before and (before.raised or at - before.seen <= patience.gap) else None
    return struck(known, symptom, patience, at) if symptom else calmed(known, at)


def gravest(seen: Observation, words: Sequence[str]) -> dict[Subject, Symptom]:
    """Of several symptoms of one type the gravest."""
    rising = sorted(seen.symptoms, key=lambda symptom: gravity(words, symptom.grade))
    return {(seen.probe, symptom.type): symptom for symptom in rising}


def struck(before: Suspicion | None, symptom: Symptom, patience: Patience, at: datetime) -> Suspicion:
    if before is None:
        return Suspicion(symptom, (symptom.grade,), 0, at, at)
    since = before.since if before.grades or before.raised else at
    grades = (*before.grades, symptom.grade)[-patience.strikes :]
    return replace(before, symptom=symptom, grades=grades, calm=0, since=since, seen=at)


def calmed(before: Suspicion | None, at: datetime) -> Suspicion | None:
    """One that was never raised is forgotten at the first look that does not find it."""
    if before is None or not before.raised:
        return None
    return replace(before, grades=(), calm=before.calm + 1, seen=at)


def judged(
    now: Suspicion, patience: Patience, words: Sequence[str], quiet: bool
) -> tuple[Suspicion | None, Change | None]:
    if now.raised and now.calm >= patience.calm:
        return None, Change(Turn.CLEARED, replace(now.symptom, grade=now.raised), now.since)
    grade = settled(now, patience, words)
    if grade is None or (now.raised and gravity(words, grade) <= gravity(words, now.raised)):
        return now, None
    change = Change(Turn.HUSHED if quiet else Turn.RAISED, replace(now.symptom, grade=grade), now.since)
    if quiet:
        return replace(now, hushed=True), None if now.hushed else change
    return replace(now, raised=grade, hushed=False), change


def settled(now: Suspicion, patience: Patience, words: Sequence[str]) -> str | None:
    """The grade that all looks in a row bear out; None while they are too few, or too short a time apart."""
    if len(now.grades) < patience.strikes or now.seen - now.since < patience.wrong_for:
        return None
    return min(now.grades, key=lambda grade: gravity(words, grade))


def dropped(held: Mapping[Subject, Suspicion], watched: Sequence[str]) -> Iterator[Change]:
    """What was raised by probes that nobody asks any more: it is over as far as anybody knows."""
    for (probe, _), each in held.items():
        if probe not in watched and each.raised:
            yield Change(Turn.CLEARED, replace(each.symptom, grade=each.raised), each.since)
