"""What is looked at and what it means, and what becomes of alerts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.domain.observation import Fault
from bot.policy.book import Book
from bot.policy.diagnosis import Cause, Diagnosis, Limit, Probe, Recommendation
from bot.policy.routing import Fields, Route, Routing
from bot.policy.show.pages import ALL, FACTS, NONE, Page, Row, Table, facts, length, lines, words

MEANT = {
    Fault.REFUSED: "nobody listens", Fault.TIME_OUT: "no answer in time", Fault.UNRESOLVED: "its name leads nowhere",
    Fault.UNEXPECTED: "another answer", Fault.UNTRUSTED: "a certificate not to be trusted",
    Fault.MISSING: "it is not there", Fault.DENIED: "Muster may not look", Fault.BROKEN: "the look itself fails",
}  # fmt: skip
DO = {
    "open": "opens an incident",
    "join": "joins the incident of its group, or opens one",
    "offer": "is posted with a Declare button",
    "record": "is kept",
}


def diagnosis(book: Book) -> Page:
    known = book.diagnosis
    if not known.probes:
        return Page("Diagnosis", "What is looked at", ("This policy has no probes: nothing is looked at.",))
    detector = known.detector
    notes = (
        f"The detector looks every {length(detector.every)}, {length(detector.after_error)} after a round that broke, "
        f"at {detector.most} things at a time.",
        f"It speaks up after {_looks(detector.strikes)} that found something, and is calm after "
        f"{_looks(detector.calm)} that did not. A watched scope is looked at every {length(known.watch)}.",
    )
    return Page("Diagnosis", "What is looked at, and what it may come from", notes, tuple(_tables(book)))


def _looks(times: int) -> str:
    return f"{times} looks in a row" if times > 1 else "1 look"


def _tables(book: Book) -> Iterator[Table]:
    known = book.diagnosis
    yield from _scopes(known)
    yield Table("Probes", ("Probe", "Looks", "Service", "Found wrong"), tuple(_probe(known, p) for p in known.probes))
    yield from _if_any(
        "Patterns", ("Symptom", "Lines with"), ((_graded(p.type, p.grade), p.pattern) for p in known.patterns)
    )
    yield _errors(known)
    yield from _if_any("Causes", ("Cause", "Likely", "When there is", "What to look at"), map(_cause, known.causes))
    head = ("Advice", "When", "For", "Follow")
    yield from _if_any("Recommendations", head, (_advice(known, each) for each in known.recommendations))
    yield from _triage(book)
    quiet = (
        (m.title, f"{m.start:%Y-%m-%d %H:%M %Z} to {m.end:%Y-%m-%d %H:%M %Z}", words(m.services) or ALL)
        for m in known.maintenance
    )
    yield from _if_any("Maintenance", ("What", "When", "Services"), quiet)


def _if_any(title: str, head: Row, rows: Iterable[Row]) -> Iterator[Table]:
    if table := tuple(rows):
        yield Table(title, head, table)


def _scopes(known: Diagnosis) -> Iterator[Table]:
    services = (
        (f"{s.title}{' (critical)' if s.critical else ''}", words((s.id, *s.aliases)), s.procedure or NONE)
        for s in known.services
    )
    yield from _if_any("Services", ("Service", "Words", "Procedure"), services)
    yield from _if_any(
        "Sets", ("Set", "Words", "Probes"),
        ((s.title, words((s.id, *s.aliases)), lines(p.title for p in known.probes_in(s))) for s in known.sets),
    )  # fmt: skip
    targets = ((t.title or t.id, t.id, _address(t.address)) for t in known.targets)
    yield from _if_any("Targets", ("Target", "Id", "Address"), targets)


def _address(address: str) -> str:
    """Without what may be a password."""
    name = address.rpartition("@")[2] if "@" in address else address
    return name or "unset"


def _probe(known: Diagnosis, probe: Probe) -> Row:
    service = known.service(probe.service).title if probe.service else NONE
    wrong = [f"{MEANT[fault]}: {_graded(m.symptom, m.grade)}" for fault, m in probe.faults.items()]
    wrong += [f"{_limit(each)}: {_graded(each.symptom, each.grade)}" for each in probe.limits]
    wrong += ["its text is searched"] if probe.patterns else []
    return f"{probe.title}\n{probe.id}", lines(_look(probe)), service, lines(wrong) or NONE


def _look(probe: Probe) -> Iterator[str]:
    yield f"{probe.kind}{f' at {probe.target}' if probe.target else ''}, {length(probe.time_out)} at most"
    yield from (f"{name}: {_option(value)}" for name, value in probe.options.items())
    if probe.detect:
        patience = [_looks(probe.strikes)] if probe.strikes else []
        patience += [f"for {length(probe.wrong_for)}"] if probe.wrong_for else []
        yield f"the detector, too{f': {words(patience)}' if patience else ''}"


def _option(value: Any) -> str:
    return words(map(_option, value)) if isinstance(value, list | tuple) else f"{value}"


def _limit(limit: Limit) -> str:
    said = (("above", limit.above), ("from", limit.at_least), ("below", limit.below))
    return next(f"{limit.value} {word} {bound:g}" for word, bound in said if bound is not None)


def _graded(symptom: str, grade: str) -> str:
    return f"{symptom} ({grade})"


def _errors(known: Diagnosis) -> Table:
    errors = known.errors
    return facts(
        "Errors in logs",
        ("Lines with", words(errors.words)),
        ("Are", _graded(errors.symptom, errors.grade) + (f" from {errors.least} on" if errors.least > 1 else "")),
        ("Shown", f"the last {errors.last}, and the {errors.top} most repeated"),
    )


def _cause(cause: Cause) -> Row:
    there = [words(cause.symptoms)]
    there += [f"and {words(cause.needs)}"] if cause.needs else []
    there += [f"but not {words(cause.unless)}"] if cause.unless else []
    return cause.title, cause.likelihood, lines(there), lines(cause.steps) or NONE


def _advice(known: Diagnosis, advice: Recommendation) -> Row:
    causes = [cause.title for cause in known.causes if cause.id in advice.causes]
    told = words((*advice.symptoms, *causes)) or "always"
    return advice.title, advice.priority.replace("_", " "), told, advice.procedure or NONE


def _triage(book: Book) -> Iterator[Table]:
    triage = book.diagnosis.triage
    counted = words(s.title for s in book.diagnosis.services if s.id in triage.services) or "all services"
    rows = tuple((f"{count.down} or more", book.words.severity(count.severity)) for count in triage.counts)
    if rows:
        yield Table("Triage", ("Down", "Severity"), (*rows, ("Counted", counted)))


def routing(book: Book) -> Page:
    known = book.routing
    if not (known.rules or known.sources):
        return Page("Routing", "What becomes of alerts", ("This policy takes no alerts: each is only kept.",))
    channel = known.channel or book.communications.incidents_channel
    notes = (
        "The first rule that fits counts; without one an alert is only kept.",
        f"Alerts within {length(known.together)} of each other belong together. Those outside incidents are told of in "
        f"#{channel}, at most once in {length(known.settle)}, and kept for {length(known.keep)}.",
    )
    return Page("Routing", "What becomes of an alert from outside", notes, tuple(_routes(book, known)))


def _routes(book: Book, known: Routing) -> Iterator[Table]:
    yield from _if_any("Rules", ("Rule", "When", "Then"), (_rule(book, rule) for rule in known.rules))
    yield from _if_any(
        "Sources", ("Source", "Sends to", "In the form of"),
        ((s.title, f"/webhooks/alerts/{s.id}", s.form) for s in known.sources),
    )  # fmt: skip
    for source in known.sources:
        if source.fields != Fields():
            named = source.fields.model_dump(exclude_unset=True).items()
            yield Table(f"Fields of {source.title}", FACTS, tuple((name, _option(path)) for name, path in named))


def _rule(book: Book, rule: Route) -> Row:
    when = rule.when
    named = (("from", when.source), ("type", when.type), ("name", when.name), ("service", when.service))
    said = [f"{what} {' or '.join(patterns)}" for what, patterns in named if patterns]
    said += [f"graded {' or '.join(when.grades)}"] if when.grades else []
    said += [f"{label} is {pattern}" for label, pattern in when.labels.items()]
    return rule.title or rule.id, lines(said) or "any other alert", lines(_then(book, rule))


def _then(book: Book, rule: Route) -> Iterator[str]:
    yield f"it {DO[rule.do]}"
    if rule.severity:
        yield f"as {book.words.severity(rule.severity)}"
    if rule.by:
        yield f"together by {words(rule.by)}"
    if rule.page is not None:
        yield "somebody is paged" if rule.page else "nobody is paged"
