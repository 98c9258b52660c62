"""What alerts do to the incident that they belong to: its facts, its severity, whom it pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain import facts
from bot.domain.incident import MUSTER, Incident
from bot.policy.book import Book
from bot.policy.routing import Route
from bot.policy.severities import Severity
from bot.ports import Books, KeptAlert
from bot.workflows import page
from bot.workflows.desk import Desk, Gesture, record
from bot.workflows.replan import replan
from bot.workflows.told import word

#: groups that are facts of an incident; more are a storm, and those are only on the store's record
MOST_GROUPS = 100
#: the ids of the incidents that alerts belong to, as far as they are open or ended a moment ago
NAME = "alerts:incidents"
FEW = 3


async def gathered(desk: Desk, books: Books) -> list[Incident]:
    """The incidents that alerts belong to, newest first: open, or ended so short a time ago that alerts may echo."""
    ids = await books.recall(NAME) or []
    found = [incident for id in ids if (incident := await books.incident(id)) and not is_past(desk, books, incident)]
    if len(found) < len(ids):
        await books.remember(NAME, [incident.id for incident in found])
    return sorted(found, key=lambda incident: incident.number, reverse=True)


def is_past(desk: Desk, books: Books, incident: Incident) -> bool:
    ended = incident.ended_at
    return incident.over and (ended is None or books.now - ended > desk.book.routing.together)


async def remember(books: Books, incident: Incident) -> None:
    ids = await books.recall(NAME) or []
    if incident.id not in ids:
        await books.remember(NAME, [*ids, incident.id])


async def attach(books: Books, incident: Incident, alerts: Iterable[KeptAlert]) -> Incident:
    """The first alert of each group that fires is a fact of the incident."""
    new = []
    for kept in alerts:
        raised = incident.alerts.get(kept.group)
        if (raised and raised.cleared_at is None) or (raised is None and len(incident.alerts) >= MOST_GROUPS):
            continue
        said = kept.alert
        event = facts.AlertRaised(
            kept.group, said.name, kept.grade, said.source, said.service, said.summary, said.link
        )  # fmt: skip
        incident, fact = incident.witness(event, books.now)
        new.append(fact)
    if new:
        await record(books, incident, *new)
    await remember(books, incident)
    return incident


async def detach(books: Books, incident: Incident, groups: Iterable[str]) -> Incident:
    """Those of the groups in which no alert fires any more are well."""
    raised = [g for g in dict.fromkeys(groups) if g in incident.alerts and incident.alerts[g].cleared_at is None]
    still, new = await books.groups_firing(incident.id, raised), []
    for group in (group for group in raised if group not in still):
        was = incident.alerts[group]
        incident, fact = incident.witness(facts.AlertCleared(group, was.name, was.service), books.now)
        new.append(fact)
    if new:
        await record(books, incident, *new)
    return incident


# how grave


def severity_of(book: Book, grade: str, rule: Route | None) -> Severity:
    """What the rule says, else what alerts.yml makes of the grade, else the policy's default."""
    known = book.alerts.find(grade)
    id = (rule.severity if rule else None) or (known.severity if known else None) or book.severities.default
    return book.severities.get(id)


def gravest(book: Book, alerts: Iterable[tuple[KeptAlert, Route | None]]) -> Severity:
    return min((severity_of(book, kept.grade, rule) for kept, rule in alerts), key=book.severities.all.index)


def pages(book: Book, grade: str, rule: Route | None) -> bool:
    """Whether an incident that it opens pages people."""
    if rule and rule.page is not None:
        return rule.page
    known = book.alerts.find(grade)
    return known is None or book.alerts.pages(known)


def mark(incident: Incident) -> str:
    """Under which name it is kept how grave alerts made it, and whether they paged."""
    return f"alerts:grade:{incident.id}"


async def opened_as(books: Books, incident: Incident, paged: bool) -> None:
    await books.remember(mark(incident), {"severity": incident.severity, "paged": paged})


async def aggravate(desk: Desk, books: Books, incident: Incident, severity: Severity, paging: bool) -> Incident:
    """
    Alerts are as grave as `severity`: that counts while no person has said how grave it is.

    An incident that was opened without pages pages now if `paging`.
    """
    kept = await books.recall(mark(incident))
    if kept is None or incident.over:
        return incident
    grades = desk.book_of(incident).severities
    untouched = kept["severity"] == incident.severity and severity.id in grades.ids and incident.severity in grades.ids
    if untouched and grades.rank(severity.id) < grades.rank(incident.severity):
        incident = await regrade(desk, books, incident, severity.id, paging)
        await opened_as(books, incident, kept["paged"] or paging)
        return incident
    if paging and not kept["paged"]:
        await opened_as(books, incident, paged=True)
        await page.start(desk, books, incident, MUSTER)
    return incident


async def regrade(desk: Desk, books: Books, incident: Incident, severity: str, paging: bool) -> Incident:
    reason, gesture = "a graver alert came", Gesture(MUSTER, books.now, "")
    after, fact = incident.regrade(severity, MUSTER, books.now, reason)
    await record(books, after, fact)
    await word(books, after, "regraded", fact, {"was": incident.severity, "reason": reason})
    return await replan(desk, books, gesture, after, graver=paging)


# words


def title(alerts: Sequence[KeptAlert]) -> str:
    """What is wrong and where, for an incident that these open."""
    names = counted([kept.alert.name for kept in alerts])
    services = counted([kept.alert.service for kept in alerts if kept.alert.service])
    return f"{names} on {services}" if services else names


def counted(words: Iterable[str]) -> str:
    """
    >>> counted(["a", "b", "a"]), counted("abcde")
    ('a, b', 'a, b, c and 2 more')
    """
    once = list(dict.fromkeys(words))
    rest = f" and {len(once) - FEW} more" if len(once) > FEW else ""
    return ", ".join(once[:FEW]) + rest
