"""Who is meant: the policy names groups, roles and persons; the directory knows who that is today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain.incident import MUSTER, Incident
from bot.domain.people import by_api
from bot.engine.runs import Run
from bot.policy.book import Book
from bot.ports import Books
from bot.workflows.desk import Desk, known
from bot.workflows.duty import look_up, on_call


async def responders(desk: Desk, run: Run) -> list[str]:
    """Whom the policy invites for the severity, each once. Groups that cannot be read are told and left out."""
    incident = await desk.incident(run.subject)
    severity = desk.book_of(incident).severities.get(incident.severity)
    found = await run.together(*(members(desk, run, incident, principal) for principal in severity.invite))
    return list(dict.fromkeys(person for people in found if people for person in people))


async def members(desk: Desk, run: Run, incident: Incident, principal: str) -> list[str]:
    """The persons behind `oncall:primary`, `group:oncall`, `role:commander`, `person:ana@example.org` or `declarer`."""
    kind, _, name = principal.partition(":")
    if kind == "oncall":
        return await on_call(desk, run, incident, name)
    if kind in ("group", "person"):
        return await look_up(desk, run, f"who:{principal}", principal)
    if kind == "role":
        held: list[str] = await run.decide(f"who:{principal}", lambda books: holder(books, run, name))
        return in_chat(held)
    return in_chat([incident.declared_by] if incident.declared_by != MUSTER else [])


def in_chat(people: Iterable[str]) -> list[str]:
    """Those whom Muster can call: nobody who speaks through the API."""
    return [person for person in people if not by_api(person)]


async def holder(books: Books, run: Run, role: str) -> list[str]:
    """Who has the role now, as recorded: a handover later does not change whom this run meant."""
    incident = await known(books, run.subject)
    return [incident.roles[role]] if role in incident.roles else []


def channels(book: Book) -> list[str]:
    """Every channel the policy speaks in, besides the rooms."""
    named, said = book.communications, book.oncall.announce
    told = [named.incidents_channel, *([said] if said else []), *(audience.channel for audience in named.audiences)]
    offered = [book.routing.channel] if book.routing.channel else []
    return list(dict.fromkeys((*told, *offered, *book.escalation.notices.values())))


def groups(book: Book) -> list[str]:
    """Every user group the policy invites or pages, puts on call or calls later, or whose members are those on call."""
    kept = [schedule.group for schedule in book.oncall.all if schedule.group]
    return list(dict.fromkeys([*_named(book, "group:"), *kept]))


def persons(book: Book) -> list[str]:
    """Every person the policy names."""
    return list(dict.fromkeys(_named(book, "person:")))


def _named(book: Book, kind: str) -> Iterator[str]:
    graded = (who for severity in book.severities.all for who in (*severity.invite, *severity.page))
    called = (who for role in book.roles.all for who in role.invite)
    for who in (*graded, *called, *book.oncall.named, *book.escalation.named):
        if who.startswith(kind):
            yield who.removeprefix(kind)
