"""Who is meant: the policy names groups, roles and persons; the directory knows who that is today."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from bot.domain.incident import MUSTER, Incident
from bot.domain.people import by_api
from bot.engine.outcomes import Busy, Doubt, Rejected
from bot.engine.runs import Run
from bot.ports import Books
from bot.workflows.desk import Desk, known
from bot.workflows.duty import look_up, on_call

logger = logging.getLogger(__name__)


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


async def get_acquainted(desk: Desk) -> None:
    """Look up whom and what the policy names, so that nobody waits for it at 3 a.m.; say in the log what is missing."""
    asked: list[tuple[Callable[[str], Awaitable[Any]], str]]
    asked = [(desk.directory.channel, name) for name in channels(desk)]
    asked += [(desk.directory.members, name) for name in groups(desk)]
    asked += [(desk.directory.person, name) for name in on_shifts(desk)]
    for look, name in asked:
        try:
            await look(name)
        except (Busy, Doubt, Rejected) as failure:
            logger.warning("%s", failure, extra={"action": "policy.unknown"})


def channels(desk: Desk) -> list[str]:
    """Every channel the policy speaks in, besides the rooms."""
    named, said = desk.book.communications, desk.book.oncall.announce
    told = [named.incidents_channel, *([said] if said else []), *(audience.channel for audience in named.audiences)]
    offered = [desk.book.routing.channel] if desk.book.routing.channel else []
    return list(dict.fromkeys((*told, *offered, *desk.book.escalation.notices.values())))


def groups(desk: Desk) -> list[str]:
    """Every user group the policy invites or pages, puts on call, or calls later."""
    graded = (p for severity in desk.book.severities.all for p in (*severity.invite, *severity.page))
    called = (p for role in desk.book.roles.all for p in role.invite)
    principals = (*graded, *called, *desk.book.oncall.named, *desk.book.escalation.named)
    return list(dict.fromkeys(p.removeprefix("group:") for p in principals if p.startswith("group:")))


def on_shifts(desk: Desk) -> list[str]:
    """Every person whom a schedule names."""
    return [p.removeprefix("person:") for p in desk.book.oncall.named if p.startswith("person:")]
