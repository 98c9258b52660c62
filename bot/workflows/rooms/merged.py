"""What follows when an incident was merged: both rooms learn of it, and the people go to where work goes on."""

from __future__ import annotations

from bot.domain.incident import MUSTER, Incident
from bot.engine.outcomes import Key, Rejected
from bot.engine.runs import Run
from bot.messages import Ending, MergedAway, MergedIn
from bot.ports import Books
from bot.workflows import told
from bot.workflows.access import insiders
from bot.workflows.desk import Desk, home_lane
from bot.workflows.people import in_chat
from bot.workflows.rooms.merge import reason_of


async def spread(desk: Desk, run: Run) -> None:
    """One message to each room, one to each audience, and invitations, side by side."""
    gone, into = await desk.incident(run.subject), await desk.incident(run.data["into"])
    ending = Ending(desk.book_of(gone), gone, reason_of(into, run.data["duplicate"]), audience=True)
    audiences = (told.before(desk, run, channel, ending) for channel in run.data["audiences"])
    await run.together(away(desk, run), here(desk, run), bring_people(desk, run, gone, into), *audiences)


async def away(desk: Desk, run: Run) -> None:
    async def send(key: Key) -> str:
        gone, into = await desk.incident(run.subject), await desk.incident(run.data["into"])
        message = MergedAway(
            desk.book_of(gone), gone, into, run.data["by"], tuple(run.data["moved"]), run.data["duplicate"]
        )  # fmt: skip
        return await desk.chat.post(desk.home_of(gone), message, key)

    await run.keyed("away", send, label="Pointing to where work goes on", lane=home_lane(run.subject))


async def here(desk: Desk, run: Run) -> None:
    async def send(key: Key) -> str:
        gone, into = await desk.incident(run.subject), await desk.incident(run.data["into"])
        message = MergedIn(
            desk.book_of(into), into, gone, run.data["by"], tuple(run.data["moved"]), run.data["duplicate"]
        )  # fmt: skip
        return await desk.chat.post(desk.home_of(into), message, key)

    await run.keyed("in", send, label="Telling the other room", lane=home_lane(run.data["into"]))


async def bring_people(desk: Desk, run: Run, gone: Incident, into: Incident) -> None:
    """Everybody in the room that ended; of a thread, those who had a part in it."""
    if (room := into.room) is None or into.archived_at:
        return
    people = await present(desk, run, gone.room) if gone.room else []
    people = people or in_chat(sorted(gone.insiders - {MUSTER}))
    if people:
        if into.restricted:
            await run.decide("insiders", lambda books: welcomed(books, into.id, people))
        await run.step("invite", lambda: desk.chat.invite(room, people), label=f"Inviting the people of {gone.name}")


async def welcomed(books: Books, id: str, people: list[str]) -> None:
    await insiders.welcome(books, id, people)


async def present(desk: Desk, run: Run, room: str) -> list[str]:
    async def look() -> list[str]:
        return list(await desk.chat.people(room))

    try:
        return list(await run.step("people", look, label="Looking who is there", expected=(Rejected,)))
    except Rejected:
        return []
