"""A role passes to somebody else with a written handoff: they learn all of it privately, the room in one message."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import facts
from bot.domain.errors import Refused
from bot.engine.journal import NewRun
from bot.engine.outcomes import Key
from bot.engine.runs import Run
from bot.messages import HandedOver, Sentence
from bot.ports import Books
from bot.workflows import nudge
from bot.workflows.desk import Desk, Gesture, home_lane, known, record
from bot.workflows.roles import besides, bring, role_of
from bot.workflows.rooms import catchup

EXAMPLE = "For example: /incident handoff @ben the rollback runs, watch the queue"


async def hand_off(desk: Desk, gesture: Gesture, id: str, role: str, person: str, words: str) -> Sentence:
    """`role` as a word of the policy; "" is the one that leads."""
    if person == gesture.by:
        raise Refused(f"A handoff goes to somebody else. {EXAMPLE}")

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        book = desk.book_of(incident)
        meant = role_of(book, role) if role else book.roles.get(book.roles.lead)
        before = incident.roles.get(meant.id)
        taken, first = incident.take_role(meant.id, person, gesture.by, gesture.at)
        handed, second = taken.add(facts.HandedOff(meant.id, person, words.strip()), gesture.by, gesture.at)
        await record(books, handed, first, second)
        await catchup.first_in_a_while(books, id, person)
        data = {"role": meant.id, "person": person, "before": before, "by": gesture.by, "words": words.strip()}
        seats = ((home_lane(id), "handover"),)
        await books.start(NewRun("handoff", id, data, asker=gesture.by, seats=seats, priority=2))
        if meant.id == book.roles.lead:
            await nudge.arm_lead(desk, books, handed, gesture.at)
        return Sentence(f"{person} is {meant.title} of {incident.name} now, and has your words.", incident=id)

    return await desk.decide(gesture, decision)


async def brief(desk: Desk, run: Run) -> None:
    """Tell them privately, tell the room, and bring in them and whom the role calls besides."""
    incident, person = await desk.incident(run.subject), run.data["person"]
    work = [privately(desk, run, person), publicly(desk, run)]
    if room := incident.room:
        invite = run.step(f"invite:{person}", lambda: desk.chat.invite(room, [person]), label=f"Inviting {person}")
        work += [invite, *(bring(desk, run, incident, room, principal) for principal in besides(desk, incident, run))]
    await run.together(*work)


async def privately(desk: Desk, run: Run, person: str) -> None:
    label = f"Handing over to {person}"
    place = await run.step("direct", lambda: desk.chat.direct(person), label=label)

    async def send(key: Key) -> str:
        known = await catchup.newest(desk, run)
        message = replace(known, role=run.data["role"], by=run.data["by"], words=run.data["words"])
        return await desk.chat.post(place, message, key)

    await run.keyed("briefing", send, label=label)


async def publicly(desk: Desk, run: Run) -> None:
    async def send(key: Key) -> str:
        incident = await desk.incident(run.subject)
        message = HandedOver(desk.book_of(incident), incident, **run.data)
        return await desk.chat.post(desk.home_of(incident), message, key)

    await run.keyed("handover", send, label="Announcing the handoff", lane=home_lane(run.subject))
