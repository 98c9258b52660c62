"""What a new severity asks for, or a new policy: all of it is planned again, and nothing that ran is lost."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.ports import Books
from bot.workflows import checklist, deadlines, escalate, inform, nudge, page, quiet, war_room
from bot.workflows.desk import Desk, Gesture


async def replan(desk: Desk, books: Books, gesture: Gesture, incident: Incident, graver: bool) -> Incident:
    """
    Clocks, checklists, room, people and audiences by the severity and the policy of now.

    Whoever is in stays, whoever was told is not told again, and what was promised stays promised.
    """
    incident = await nudge.rearm(desk, books, incident, gesture.at)
    incident = await checklist.plan(desk, books, incident, gesture.at)
    incident = await deadlines.plan(desk, books, incident, gesture.at)
    await quiet.arm(desk, books, incident)
    await escalate.plan(desk, books, incident, gesture.at)
    await bring(desk, books, gesture, incident, graver)
    return incident


async def bring(desk: Desk, books: Books, gesture: Gesture, incident: Incident, graver: bool) -> None:
    """A room if there was none, what belongs into it, its responders and audiences, and pages if it is graver."""
    graded = desk.book_of(incident).severities.get(incident.severity)
    if graded.room and incident.room is None:
        await war_room.start_room(desk, books, incident, gesture)
    elif incident.room and not incident.archived_at:
        await books.start(NewRun("seat", incident.id, asker=gesture.by))
    await inform.start(desk, books, incident, gesture.by)
    if graver:
        await page.start(desk, books, incident, gesture.by)
