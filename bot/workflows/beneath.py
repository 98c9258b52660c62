"""Where Muster speaks while nobody else does: beneath the card, so that a room stays one that can be read."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.incident import Incident
from bot.engine.runs import Run
from bot.ports import Books
from bot.workflows.desk import Desk, known


async def beneath(desk: Desk, run: Run, name: str) -> Callable[[Incident], str]:
    """
    Where step `name` says what nobody asked for: beneath the card while nobody has said or done anything yet, so that
    whoever comes into the room finds the card; else where people work. That is also so once the room is another.

    Decided in a step of the run, as every try has to look in the same place.
    """

    async def decide(books: Books) -> dict[str, str]:
        incident = await known(books, run.subject)
        silent = incident.room and not (incident.spoken or incident.over)
        card = await books.recall(card_of(incident.id)) if silent else None
        return {"card": card or "", "room": incident.room or ""}

    found = await run.decide(f"where:{name}", decide)

    def place(incident: Incident) -> str:
        stands = found["card"] and incident.room == found["room"]
        return str(found["card"]) if stands else desk.home_of(incident)

    return place


def card_of(incident: str) -> str:
    """Under which name it is kept where the card in the room is."""
    return f"card:{incident}"
