"""The first word that a person says in a room."""

from __future__ import annotations

from bot.domain import facts
from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture, known, record


async def spoke(desk: Desk, gesture: Gesture) -> None:
    """A message in a room; of every one after the first nothing is kept."""
    here = await desk.store.incidents_in(gesture.place) if gesture.place else []
    silent = [incident.id for incident in here if waits(incident, gesture)]
    if not silent:
        return

    async def decision(books: Books) -> Sentence:
        for id in silent:
            incident = await known(books, id)
            if waits(incident, gesture):
                after, fact = incident.add(facts.Spoke(), gesture.by, gesture.at)
                await record(books, after, fact)
        return Sentence("")

    await desk.decide(gesture, decision)


def waits(incident: Incident, gesture: Gesture) -> bool:
    return incident.room == gesture.place and not (incident.spoken or incident.over)
