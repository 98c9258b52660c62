"""Where Muster speaks while nobody else does: under the card, so that a room stays one that can be read."""

from __future__ import annotations

from bot.engine.runs import Run
from bot.ports import Books
from bot.workflows.desk import Desk, known


async def aside(desk: Desk, run: Run, name: str) -> str:
    """
    Where step `name` says what nobody asked for: under the card while nobody has said or done anything yet, so that
    whoever comes into the room finds the card; then where people work, which is "".

    A step of the run, as every try has to look in the same place.
    """

    async def decide(books: Books) -> str:
        incident = await known(books, run.subject)
        silent = incident.room and not (incident.spoken or incident.over)
        return str(await books.recall(card_of(incident.id)) or "") if silent else ""

    return str(await run.decide(f"where:{name}", decide))


def card_of(incident: str) -> str:
    """Under which name it is kept where the card in the room is."""
    return f"card:{incident}"
