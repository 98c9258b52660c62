"""Two incidents have to do with each other: each says so."""

from __future__ import annotations

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.ports import Books
from bot.workflows.desk import Desk, Gesture, known, record
from bot.workflows.told import say


async def relate(desk: Desk, gesture: Gesture, id: str, other: str) -> Sentence:
    async def decision(books: Books) -> Sentence:
        one, two = await both(books, id, other)
        if any(known == other for known, _ in one.related):
            raise AlreadyDone(f"{one.name} and {two.name} are linked already.")
        for here, there in ((one, two), (two, one)):
            after, fact = here.add(facts.Related(there.id, there.name), gesture.by, gesture.at)
            await record(books, after, fact)
            if not here.over:
                await say(books, after, f"🔗 {gesture.by} linked this to {there.name}: {there.title}")
        undo = f"To take it back: /incident unrelated {two.name}"
        return Sentence(f"{one.name} and {two.name} are linked. {undo}", incident=id)

    return await desk.decide(gesture, decision)


async def unrelate(desk: Desk, gesture: Gesture, id: str, other: str) -> Sentence:
    async def decision(books: Books) -> Sentence:
        one, two = await both(books, id, other)
        if all(known != other for known, _ in one.related):
            raise AlreadyDone(f"{one.name} and {two.name} are not linked.")
        for here, there in ((one, two), (two, one)):
            after, fact = here.add(facts.Unrelated(there.id, there.name), gesture.by, gesture.at)
            await record(books, after, fact)
        return Sentence(f"{one.name} and {two.name} are not linked any more.", incident=id)

    return await desk.decide(gesture, decision)


async def both(books: Books, id: str, other: str) -> tuple[Incident, Incident]:
    """Refused for one and the same, and where a link would tell of a restricted incident."""
    one, two = await known(books, id), await known(books, other)
    if one.id == two.id:
        raise Refused(f"That is {one.name} itself. Say which other one: /incident related #12")
    if one.restricted != two.restricted or (one.restricted and one.insiders != two.insiders):
        hidden = one if one.restricted else two
        raise Refused(f"{hidden.name} is restricted; a link would tell of it to those who may not know of it.")
    return one, two
