"""Who is meant: the policy names groups, roles and persons; the directory knows who that is today."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.incident import Incident
from bot.engine.runs import Run
from bot.workflows.desk import Desk


async def responders(desk: Desk, run: Run) -> list[str]:
    """Whom the policy invites for the severity, each once. Groups that cannot be read are told and left out."""
    incident = await desk.incident(run.subject)
    severity = desk.book_of(incident).severities.get(incident.severity)
    return await resolve(desk, run, incident, severity.invite)


async def resolve(desk: Desk, run: Run, incident: Incident, principals: Iterable[str]) -> list[str]:
    """The persons behind principals such as `group:oncall`, `role:commander`, `person:ana@example.org`, `declarer`."""
    found = await run.together(*(members(desk, run, incident, p) for p in principals))
    return list(dict.fromkeys(person for people in found if people for person in people))


async def members(desk: Desk, run: Run, incident: Incident, principal: str) -> list[str]:
    kind, _, name = principal.partition(":")
    if kind == "group":
        step = run.step(f"who:{principal}", lambda: group(desk, name), label=f"Looking up who @{name} is")
        return list(await step)
    if kind == "person":
        return [await run.step(f"who:{principal}", lambda: desk.directory.person(name), label=f"Looking up {name}")]
    if kind == "role":
        return [incident.roles[name]] if name in incident.roles else []
    return [incident.declared_by]


async def group(desk: Desk, name: str) -> list[str]:
    return list(await desk.directory.members(name))
