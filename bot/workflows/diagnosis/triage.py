"""Initial triage: look at the services, count those that are down, and propose a severity by that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.observation import Look, Observation
from bot.messages import Button, Counted, Triaged
from bot.policy.book import Book
from bot.policy.diagnosis import Probe, Service
from bot.workflows.desk import Desk
from bot.workflows.diagnosis import looking


def offer(desk: Desk) -> tuple[Button, ...]:
    """A way to look, where there is something to look at."""
    return (Button("Check the services", "triage", ""),) if asked(desk, desk.book) else ()


def ready(desk: Desk, book: Book) -> None:
    """Refused when there is nothing to look at."""
    if not book.diagnosis.triage.counts:
        raise Refused("This policy says nothing of triage. The part triage of its diagnosis.yml can.")
    if not asked(desk, book):
        raise Refused(
            "None of the services of this policy has an address here. docs/diagnosis.md says how to set them."
        )


def services(book: Book) -> list[Service]:
    """Those that are counted, the critical ones first."""
    chosen, known = book.diagnosis.triage.services, book.diagnosis.services
    return sorted((each for each in known if not chosen or each.id in chosen), key=lambda each: not each.critical)


def asked(desk: Desk, book: Book) -> list[Probe]:
    """The probes of these services that have somewhere to look."""
    if desk.prober is None or not book.diagnosis.triage.counts:
        return []
    found = [probe for service in services(book) for probe in book.diagnosis.probes_of(service.id)]
    return [probe for probe in found if desk.prober.sees(book.diagnosis.target(probe))]


async def look(desk: Desk, book: Book, incident: Incident | None, now: datetime) -> Triaged:
    """What is down, and what that makes of it."""
    assert desk.prober is not None
    found = await looking.all_of(desk.prober, book.diagnosis, asked(desk, book), lambda: now)
    counted = [count(book, service, found) for service in services(book)]
    seen = [each for each in counted if each.look in (Look.WELL, Look.WRONG)]
    down = [each for each in seen if each.look is Look.WRONG]
    severity = book.diagnosis.triage.severity(len(down)) if seen else None
    because = reason(down, len(seen))
    buttons = offers(book, incident, severity, because) if severity else ()
    return Triaged(book, incident, now, tuple(counted), severity, because, buttons)


def count(book: Book, service: Service, found: Sequence[Observation]) -> Counted:
    """WRONG is down. A service is down when one of its probes found nothing there, or what is as grave as can be."""
    own = [each for each in found if each.service == service.id]
    if down := next((each for each in own if is_down(book, each)), None):
        return Counted(service.title, Look.WRONG, f"{down.title}: {down.symptoms[0].text}")
    if any(each.look in (Look.WELL, Look.WRONG) for each in own):
        return Counted(service.title, Look.WELL, ill(own))
    blind = next((each for each in own if each.look is Look.UNKNOWN), None)
    return Counted(service.title, Look.UNKNOWN if blind else Look.UNSET, blind.reading.summary if blind else "")


def is_down(book: Book, seen: Observation) -> bool:
    gravest = book.alerts.severities[-1].id if book.alerts.severities else None
    grave = any(symptom.grade == gravest for symptom in seen.symptoms)
    return seen.look is Look.WRONG and (bool(seen.reading.fault) or grave)


def ill(own: Iterable[Observation]) -> str:
    """What is wrong with one that is not down."""
    return next((symptom.text for each in own for symptom in each.symptoms), "")


def reason(down: Sequence[Counted], seen: int) -> str:
    """
    >>> reason([Counted("Checkout", Look.WRONG), Counted("Database", Look.WRONG)], 5)
    '2 of 5 services are down: Checkout, Database'
    >>> reason([], 5), reason([], 1), reason([Counted("Checkout", Look.WRONG)], 1)
    ('none of 5 services is down', 'the only service is not down', '1 of 1 service is down: Checkout')
    """
    if not down:
        return f"none of {seen} services is down" if seen > 1 else "the only service is not down"
    some = f"{len(down)} of {seen} service{'s' if seen > 1 else ''} {'are' if len(down) > 1 else 'is'} down"
    return f"{some}: {', '.join(each.title for each in down)}"


def offers(book: Book, incident: Incident | None, severity: str, because: str) -> tuple[Button, ...]:
    title = book.words.severity(severity)
    if incident is None:
        return (Button(f"Declare as {title}", "triage:declare", f"{severity} {because}"),)
    if incident.over:
        return ()
    label = f"Keep {title}" if incident.severity == severity else f"Make it {title}"
    return (Button(label, "triage:take", f"{severity} {because}"),)
