"""What stands in the record, on demand. Each answer is for one viewer."""

from __future__ import annotations

from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.timeline import entries
from bot.messages import About, IncidentList, RoleList, Status, TaskList, TimelinePage
from bot.workflows.ahead import standings, upcoming
from bot.workflows.desk import Desk

#: entries that a phone shows without a file; the postmortem holds all
PAGE = 30


async def find(desk: Desk, viewer: str, place: str | None, word: str | None) -> Incident:
    """The incident that a person means: by what it is called or `#12`, or the one whose room or thread they are in."""
    if word:
        return await called(desk, viewer, word)
    here = await desk.store.incidents_in(place, viewer) if place else []
    open_here = [incident for incident in here if not incident.over]
    if len(open_here) > 1:
        listed = ", ".join(f"{i.name} {i.title}" for i in open_here[:5])
        example = f"/incident status {here[0].name}"
        raise Refused(f"Several incidents are open here: {listed}. Say which, for example: {example}")
    if not here:
        raise Refused("Which incident? Say its number, as in /incident status #12. /incident list shows the open ones.")
    return (open_here or here)[0]


async def called(desk: Desk, viewer: str, word: str) -> Incident:
    """The incident of that name or number. Refused when there is none."""
    said = word.strip()
    digits = said.lstrip("#")
    number = int(digits) if digits.isdecimal() and len(digits) < 10 else None
    name = said if number is None else f"#{digits}"
    found = await desk.store.incident_labelled(name, viewer)
    if found is None and number is not None:
        found = await desk.store.incident_numbered(number, viewer)
    if found is None:
        raise Refused(f"There is no incident {name}. /incident list shows the open ones.")
    return found


async def status(desk: Desk, viewer: str, incident: Incident) -> Status:
    troubles = await desk.store.troubles(incident.id)
    stands_in = desk.stands_in(incident)
    book = desk.book_of(incident)
    return Status(
        book, incident, tuple(troubles), incident.next_update, stands_in, upcoming(book, incident),
        standings(book, incident),
    )  # fmt: skip


async def listing(desk: Desk, viewer: str, all: bool = False) -> IncidentList:
    found = await desk.store.incidents(viewer, open=None if all else True)
    return IncidentList(tuple(About(desk.book_of(incident), incident) for incident in found), all)


async def timeline(desk: Desk, viewer: str, incident: Incident) -> TimelinePage:
    book = desk.book_of(incident)
    lines = entries(await desk.store.facts(incident.id, viewer), book.words)
    return TimelinePage(book, incident, tuple(lines[-PAGE:]), max(0, len(lines) - PAGE))


async def tasks(desk: Desk, viewer: str, incident: Incident) -> TaskList:
    return TaskList(desk.book_of(incident), incident)


async def roles(desk: Desk, viewer: str, incident: Incident) -> RoleList:
    return RoleList(desk.book_of(incident), incident)
