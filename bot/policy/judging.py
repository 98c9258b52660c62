"""From readings to symptoms, from symptoms to causes and recommendations: by the policy alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.observation import Fault, Look, Observation, Reading, Symptom
from bot.policy.diagnosis import LIKELIHOODS, PRIORITIES, Cause, Diagnosis, Limit, Probe, Recommendation

LONGEST_LINE = 300
#: what tells one occurrence of an error from another: times, numbers, ids in hex
VARYING = re.compile(r"\b(?:0x)?[0-9a-f]*\d[0-9a-f]*\b", re.IGNORECASE)


@dataclass(frozen=True)
class Repeated:
    """An error that occurred `count` times; `line` is its newest occurrence."""

    line: str
    count: int


@dataclass(frozen=True)
class Suspected:
    """A cause of the policy, and the symptoms that speak for it."""

    cause: Cause
    symptoms: tuple[Symptom, ...]


@dataclass(frozen=True)
class Finding:
    """
    What comes of a round of probes: the gravest symptoms first, the likeliest cause first, the most urgent
    recommendation first.
    """

    observations: tuple[Observation, ...]
    symptoms: tuple[Symptom, ...]
    causes: tuple[Suspected, ...]
    recommendations: tuple[Recommendation, ...]
    errors: tuple[Repeated, ...]


def observe(diagnosis: Diagnosis, probe: Probe, reading: Reading, at: datetime, took: float) -> Observation:
    """The reading by the limits, faults and patterns of the policy."""
    symptoms = () if reading.fault is Fault.UNSET else tuple(_symptoms(diagnosis, probe, reading))
    return Observation(
        probe.id, probe.title, probe.service or "", probe.kind, _look(reading, symptoms), reading, symptoms, at, took
    )


def _look(reading: Reading, symptoms: Sequence[Symptom]) -> Look:
    if reading.fault is Fault.UNSET:
        return Look.UNSET
    if symptoms:
        return Look.WRONG
    return Look.UNKNOWN if reading.fault else Look.WELL


def _symptoms(diagnosis: Diagnosis, probe: Probe, reading: Reading) -> Iterator[Symptom]:
    service = probe.service or ""
    if meaning := probe.faults.get(reading.fault):
        yield Symptom(meaning.symptom, meaning.grade, reading.summary, service, probe.id)
    for limit in _beyond(probe.limits, reading):
        measured = reading.values[limit.value]
        said = limit.text or f"{limit.value.replace('_', ' ')} is {number(measured)}"
        yield Symptom(limit.symptom, limit.grade, said, service, probe.id)
    if probe.patterns:
        yield from _in_text(diagnosis, probe, reading.text)


def number(measured: float) -> str:
    """
    >>> number(36.3636), number(95.0), number(0.1234), number(1234567.0)
    ('36.36', '95', '0.12', '1,234,567')
    """
    rounded = round(measured, 2 if abs(measured) < 100 else 1)
    return f"{int(rounded):,}" if rounded == int(rounded) else f"{rounded:,}"


def _beyond(limits: Iterable[Limit], reading: Reading) -> Iterator[Limit]:
    """Of several limits with one value and one symptom the last that is broken."""
    broken: dict[tuple[str, str], Limit] = {}
    for limit in limits:
        if limit.value in reading.values and limit.broken(reading.values[limit.value]):
            broken[limit.value, limit.symptom] = limit
    yield from broken.values()


def _in_text(diagnosis: Diagnosis, probe: Probe, text: str) -> Iterator[Symptom]:
    lines, service = text.splitlines(), probe.service or ""
    for pattern in diagnosis.patterns:
        fits = [line for line in lines if re.search(pattern.pattern, line, re.IGNORECASE)]
        if fits:
            said = _short(f"{pattern.title or pattern.type.replace('_', ' ')}: {fits[-1]}")
            yield Symptom(pattern.type, pattern.grade, said, service, probe.id, len(fits))
    wrong, errors = errors_in(diagnosis, lines), diagnosis.errors
    if len(wrong) >= errors.least:
        yield Symptom(errors.symptom, errors.grade, _short(wrong[-1]), service, probe.id, len(wrong))


def errors_in(diagnosis: Diagnosis, lines: Iterable[str]) -> list[str]:
    """The lines that are errors by the words of the policy."""
    words = [word.casefold() for word in diagnosis.errors.words]
    return [line for line in lines if any(word in line.casefold() for word in words)]


def repeated(diagnosis: Diagnosis, lines: Iterable[str]) -> list[Repeated]:
    """
    The most repeated errors, most often first. Occurrences differ only in numbers, times and ids.
    """
    counts: Counter[str] = Counter()
    newest: dict[str, str] = {}
    for line in errors_in(diagnosis, lines):
        shape = VARYING.sub("#", line)
        counts[shape] += 1
        newest[shape] = line
    return [Repeated(_short(newest[shape]), n) for shape, n in counts.most_common(diagnosis.errors.top)]


def find(diagnosis: Diagnosis, observations: Sequence[Observation], grades: Sequence[str]) -> Finding:
    """What these observations add up to. `grades` are the words of alerts.yml, in rising order."""
    symptoms = tuple(sorted((s for o in observations for s in o.symptoms), key=lambda s: -gravity(grades, s.grade)))
    causes = tuple(suspected(diagnosis, symptoms))
    texts = [o.reading.text for o in observations if diagnosis_reads(diagnosis, o)]
    errors = tuple(repeated(diagnosis, (line for text in texts for line in text.splitlines())))
    return Finding(tuple(observations), symptoms, causes, tuple(recommended(diagnosis, symptoms, causes)), errors)


def gravity(grades: Sequence[str], grade: str) -> int:
    """
    >>> gravity(("low", "high"), "high"), gravity(("low", "high"), "purple")
    (1, -1)
    """
    return grades.index(grade) if grade in grades else -1


def diagnosis_reads(diagnosis: Diagnosis, observation: Observation) -> bool:
    """Whether the probe's text is searched."""
    return any(probe.id == observation.probe and probe.patterns for probe in diagnosis.probes)


def suspected(diagnosis: Diagnosis, symptoms: Sequence[Symptom]) -> list[Suspected]:
    """The causes that the symptoms speak for: the likeliest first, of equals the one with more of its symptoms."""
    there = {symptom.type for symptom in symptoms}
    found = [
        Suspected(cause, tuple(s for s in symptoms if s.type in (*cause.symptoms, *cause.needs)))
        for cause in diagnosis.causes
        if there & {*cause.symptoms} and there >= {*cause.needs} and not there & {*cause.unless}
    ]
    return sorted(found, key=lambda each: (LIKELIHOODS.index(each.cause.likelihood), -_speaking(each, there)))


def _speaking(found: Suspected, there: set[str]) -> int:
    return len(there & {*found.cause.symptoms, *found.cause.needs})


def recommended(diagnosis: Diagnosis, symptoms: Sequence[Symptom], causes: Sequence[Suspected]) -> list[Recommendation]:
    """What to do, the most urgent first."""
    there, blamed = {symptom.type for symptom in symptoms}, {each.cause.id for each in causes}
    found = [
        each
        for each in diagnosis.recommendations
        if (not each.symptoms and not each.causes) or there & {*each.symptoms} or blamed & {*each.causes}
    ]
    return sorted(found, key=lambda each: PRIORITIES.index(each.priority))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
