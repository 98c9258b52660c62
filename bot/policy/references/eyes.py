"""What is looked at, what it is a symptom of and where that leads; what becomes of alerts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.policy.diagnosis import Diagnosis, Limit, Probe
from bot.policy.model import Findable
from bot.policy.parts import Parts
from bot.policy.reading import Path
from bot.policy.references.finding import Found, Looks, ids, known, unique
from bot.policy.routing import DETECTOR, Route, When

#: what people say for all probes of the policy
EVERYTHING = ("everything", "all")


def _ids(parts: Parts) -> Iterator[Found]:
    kinds = {"targets": "target", "probes": "probe", "causes": "cause", "recommendations": "recommendation"}
    for key, kind in kinds.items():
        yield from unique("diagnosis", (key,), ids(getattr(parts.diagnosis, key)), kind)


def _scopes(parts: Parts) -> Iterator[Found]:
    """People type one word for a service or a set."""
    things: tuple[Findable, ...] = (*parts.diagnosis.services, *parts.diagnosis.sets)
    named = [{w.casefold() for w in (t.id, t.title, *t.aliases)} for t in things]
    yield from unique("diagnosis", ("services",), (word for words in named for word in words), "service or set")
    for word in EVERYTHING:
        if any(word in words for words in named):
            told = f'"{word}" means all probes there are. Right is another word for this service or set.'
            yield "diagnosis", ("services",), told


def _probes(parts: Parts) -> Iterator[Found]:
    diagnosis = parts.diagnosis
    targets, services = ids(diagnosis.targets), ids(diagnosis.services)
    for n, probe in enumerate(diagnosis.probes):
        path = ("probes", n)
        yield from known("diagnosis", (*path, "target"), _said(probe.target), targets, "target")
        yield from known("diagnosis", (*path, "service"), _said(probe.service), services, "service")
    for n, chosen in enumerate(diagnosis.sets):
        yield from known("diagnosis", ("sets", n, "probes"), chosen.probes, ids(diagnosis.probes), "probe")


def _said(name: str | None) -> list[str]:
    return [name] if name else []


def _services(parts: Parts) -> Iterator[Found]:
    diagnosis = parts.diagnosis
    services = ids(diagnosis.services)
    yield from known("diagnosis", ("triage", "services"), diagnosis.triage.services, services, "service")
    for n, quiet in enumerate(diagnosis.maintenance):
        yield from known("diagnosis", ("maintenance", n, "services"), quiet.services, services, "service")


def _grades(parts: Parts) -> Iterator[Found]:
    """A policy that has no words of monitoring weighs nothing by them."""
    grades = ids(parts.alerts.severities)
    for path, grade in _graded(parts.diagnosis) if grades else ():
        yield from known("diagnosis", path, [grade], grades, "alert severity")


def _graded(diagnosis: Diagnosis) -> Iterator[tuple[Path, str]]:
    for n, probe in enumerate(diagnosis.probes):
        for fault, meaning in probe.faults.items():
            yield ("probes", n, "faults", fault, "grade"), meaning.grade
        for m, limit in enumerate(probe.limits):
            yield ("probes", n, "limits", m, "grade"), limit.grade
    for n, pattern in enumerate(diagnosis.patterns):
        yield ("patterns", n, "grade"), pattern.grade
    if any(probe.patterns for probe in diagnosis.probes):
        yield ("errors", "grade"), diagnosis.errors.grade


def _triage(parts: Parts) -> Iterator[Found]:
    severities, counts = ids(parts.severities.all), parts.diagnosis.triage.counts
    for n, count in enumerate(counts):
        path = ("triage", "counts", n, "severity")
        yield from known("diagnosis", path, [count.severity], severities, "severity")
    if any(after.down <= before.down for before, after in pairwise(counts)):
        yield "diagnosis", ("triage", "counts"), "the numbers of services that are down do not rise. Right is 0, 1, 3."


def _advice(parts: Parts) -> Iterator[Found]:
    causes = ids(parts.diagnosis.causes)
    for n, advice in enumerate(parts.diagnosis.recommendations):
        yield from known("diagnosis", ("recommendations", n, "causes"), advice.causes, causes, "cause")


def _rules(parts: Parts) -> Iterator[Found]:
    sources = [*ids(parts.routing.sources), DETECTOR]
    for n, rule in enumerate(parts.routing.rules):
        path = ("rules", n)
        yield from known("routing", (*path, "when", "source"), rule.when.source, sources, "source")
    for n, source in enumerate(parts.routing.sources):
        if source.id == DETECTOR:
            told = f'"{DETECTOR}" is Muster\'s own, and nobody else sends as that. Right is another id.'
            yield "routing", ("sources", n, "id"), told


def _rule_severities(parts: Parts) -> Iterator[Found]:
    severities = ids(parts.severities.all)
    for n, rule in enumerate(parts.routing.rules):
        path = ("rules", n, "severity")
        yield from known("routing", path, _said(rule.severity), severities, "severity")


def _rule_grades(parts: Parts) -> Iterator[Found]:
    grades = ids(parts.alerts.severities)
    if not grades:
        return
    for n, rule in enumerate(parts.routing.rules):
        yield from known("routing", ("rules", n, "when", "grades"), rule.when.grades, grades, "alert severity")
    for n, source in enumerate(parts.routing.sources):
        if source.grade and not parts.alerts.find(source.grade):
            yield from known("routing", ("sources", n, "grade"), [source.grade], grades, "alert severity")


NEEDED: Looks = {
    _ids: frozenset({"diagnosis"}),
    _scopes: frozenset({"diagnosis"}),
    _probes: frozenset({"diagnosis"}),
    _services: frozenset({"diagnosis"}),
    _grades: frozenset({"diagnosis", "alerts"}),
    _triage: frozenset({"diagnosis", "severities"}),
    _advice: frozenset({"diagnosis"}),
    _rules: frozenset({"routing"}),
    _rule_severities: frozenset({"routing", "severities"}),
    _rule_grades: frozenset({"routing", "alerts"}),
}


def produced(diagnosis: Diagnosis) -> frozenset[str]:
    """Every type of symptom that some look can find."""
    faults = {meaning.symptom for probe in diagnosis.probes for meaning in probe.faults.values()}
    limits = {limit.symptom for probe in diagnosis.probes for limit in probe.limits}
    read = {*(pattern.type for pattern in diagnosis.patterns), diagnosis.errors.symptom}
    return frozenset(faults | limits | (read if any(probe.patterns for probe in diagnosis.probes) else set()))


def _symptoms(parts: Parts) -> Iterator[Found]:
    found = produced(parts.diagnosis)
    for path, named in _named(parts.diagnosis):
        for symptom in named:
            if symptom not in found:
                right = "a fault or limit of a probe, or a pattern, that makes it"
                yield "diagnosis", path, f'no look ever finds "{symptom}". Right is {right}.'


def _named(diagnosis: Diagnosis) -> Iterator[tuple[Path, Iterable[str]]]:
    for n, cause in enumerate(diagnosis.causes):
        for key in ("symptoms", "needs", "unless"):
            yield ("causes", n, key), getattr(cause, key)
    for n, advice in enumerate(diagnosis.recommendations):
        yield ("recommendations", n, "symptoms"), advice.symptoms


def _idle(parts: Parts) -> Iterator[Found]:
    """Probes that nobody asks, or of whose answers nothing follows."""
    diagnosis = parts.diagnosis
    chosen = {id for each in diagnosis.sets for id in each.probes}
    for n, probe in enumerate(diagnosis.probes):
        if not (probe.service or probe.detect or probe.id in chosen):
            yield "diagnosis", ("probes", n), f'nobody asks "{probe.id}". Right is a service, a set, or detect: true.'
        if probe.detect and not (probe.faults or probe.limits or probe.patterns):
            told = f'the detector looks at "{probe.id}" and nothing follows. Right are faults, limits or patterns.'
            yield "diagnosis", ("probes", n, "detect"), told


def _milder(parts: Parts) -> Iterator[Found]:
    """Of limits on one value the last counts: a milder one would hide a graver."""
    grades = ids(parts.alerts.severities)
    for n, probe in enumerate(parts.diagnosis.probes):
        for m, limit in _hiding(probe, grades):
            told = f"this hides the graver limit on {limit.value} before it. Right is the mildest limit first."
            yield "diagnosis", ("probes", n, "limits", m, "grade"), told


def _hiding(probe: Probe, grades: list[str]) -> Iterator[tuple[int, Limit]]:
    before: dict[tuple[str, str], int] = {}
    for m, limit in enumerate(probe.limits):
        key, gravity = (limit.value, limit.symptom), grades.index(limit.grade) if limit.grade in grades else -1
        if gravity < before.get(key, -1):
            yield m, limit
        before[key] = max(gravity, before.get(key, -1))


def _reached(parts: Parts) -> Iterator[Found]:
    """Rules behind one that takes everything, and what a rule says without use."""
    rules = parts.routing.rules
    all = next((n for n, rule in enumerate(rules) if rule.when == When()), len(rules))
    for n, rule in enumerate(rules):
        if n > all:
            told = (
                f'no alert ever comes to "{rule.id}": "{rules[all].id}" before it takes all. Right is the other order.'
            )
            yield "routing", ("rules", n), told
        for key in _useless(rule):
            yield "routing", ("rules", n, key), f"a rule that is to {rule.do} opens nothing. Right is to leave it out."


def _useless(rule: Route) -> Iterator[str]:
    if rule.do == "record" and rule.severity:
        yield "severity"
    if rule.do in ("record", "offer") and rule.page:
        yield "page"


FURTHER: Looks = {
    _symptoms: frozenset({"diagnosis"}),
    _idle: frozenset({"diagnosis"}),
    _milder: frozenset({"diagnosis", "alerts"}),
    _reached: frozenset({"routing"}),
}
