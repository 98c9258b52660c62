"""
Marked messages: each gesture about one has it looked at anew, and what is seen then is what counts.

So it does not matter in which order gestures come, how often, or what happens to the message in between: a look that
began before a newer one ended changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain import facts
from bot.domain.errors import Refused
from bot.domain.incident import MUSTER, Incident
from bot.engine.journal import NewRun
from bot.engine.outcomes import Gone, Key, Patience, Rejected
from bot.engine.runs import Run
from bot.messages import Sentence
from bot.ports import Books, Said
from bot.workflows.access.permitted import permit
from bot.workflows.capture.kept import WORK, Hand, Look, clean, follow, list_of
from bot.workflows.desk import Desk, Gesture, record

PRIORITY = 6


@dataclass
class Trail:
    """
    What is known of a message between looks.

    `asked` counts the looks that were asked for, `shown` is the newest that counted; `by` and `how` are those of the
    newest mark, `incidents` those it is on record of, `made` the tasks that were made of it, by incident and list.
    `hands` wait for the next look, each with its incident and a `copy` of the message for when it cannot be looked at.
    """

    asked: int = 0
    shown: int = 0
    by: str = MUSTER
    how: str = "emoji"
    incidents: list[str] = field(default_factory=list)
    made: dict[str, int] = field(default_factory=dict)
    hands: list[dict[str, Any]] = field(default_factory=list)


def trail_name(message: str) -> str:
    return f"mark:{message}"


async def trail(books: Books, message: str) -> Trail:
    return Trail(**(await books.recall(trail_name(message)) or {}))


async def keep(books: Books, message: str, kept: Trail) -> None:
    await books.remember(trail_name(message), asdict(kept))


# asking for a look


async def mark(desk: Desk, gesture: Gesture, message: str, how: str) -> None:
    """Somebody marked or unmarked it; `how` is emoji or pin."""

    async def decision(books: Books) -> Sentence:
        kept = await trail(books, message)
        await ask(books, message, replace(kept, by=gesture.by, how=how), gesture.by)
        return Sentence("")

    await desk.decide(gesture, decision)


async def changed(desk: Desk, gesture: Gesture, message: str) -> None:
    """It was edited or deleted: nothing comes of it unless it is marked."""
    if await desk.store.recall(trail_name(message)) is None:
        return

    async def decision(books: Books) -> Sentence:
        await ask(books, message, await trail(books, message), None)
        return Sentence("")

    await desk.decide(gesture, decision)


async def hold(books: Books, incident: str, hand: Hand, said: Said) -> None:
    """Put on a list by hand, as part of a decision. `said` is the message as whoever did that saw it."""
    kept = await trail(books, said.message)
    copy = {"text": said.text, "author": said.author, "at": said.at.isoformat()}
    kept.hands.append({"incident": incident, "hand": asdict(hand), "copy": copy})
    if hand.task:
        kept.made[work(incident, hand.list)] = hand.task
    await ask(books, said.message, kept, hand.by)


async def belongs_to(books: Books, message: str, incident: str) -> None:
    """The message is on record of that incident, too, which follows what becomes of it."""
    kept = await trail(books, message)
    await keep(books, message, replace(kept, incidents=list(dict.fromkeys([*kept.incidents, incident]))))


async def ask(books: Books, message: str, kept: Trail, asker: str | None) -> None:
    kept = replace(kept, asked=kept.asked + 1)
    await keep(books, message, kept)
    data = {"message": message, "asked": kept.asked}
    await books.start(NewRun("mark", "", data, asker=asker, priority=PRIORITY))


def work(incident: str, list: str) -> str:
    return f"{incident}:{list}"


# the look


@dataclass(frozen=True)
class Seen:
    """`said` is None when it is gone, `home` the incident where it was said, if the marks of `by` count there."""

    said: Said | None
    home: str | None = None
    marks: bool = True


async def look(desk: Desk, run: Run) -> None:
    """Read the message and keep what it says: one step, so that nothing of it is kept anywhere else."""
    message, seen = run.data["message"], Seen(None)

    async def read() -> None:
        nonlocal seen
        seen = await see(desk, run, message)

    async def then(books: Books, result: object) -> None:
        await settle(desk, books, message, run.data["asked"], seen)

    await run.step("look", read, label="Reading a marked message", patience=Patience.FOREVER, then=then)


async def see(desk: Desk, run: Run, message: str) -> Seen:
    kept = Trail(**(await desk.store.recall(trail_name(message)) or {}))
    try:
        said = clean(await desk.chat.message(message))
    except Gone:
        return Seen(None)
    except Rejected:
        if not kept.hands:
            raise
        return Seen(remembered(message, kept.hands[0]["copy"]), marks=False)
    gesture = Gesture(kept.by, run.now, f"{trail_name(message)}:{kept.asked}", said.thread)
    return Seen(said, await home(desk, gesture, said))


def remembered(message: str, copy: Mapping[str, str]) -> Said:
    """As it was when somebody chose it, in a conversation that Muster is not in."""
    return Said(message, copy["author"], copy["text"], datetime.fromisoformat(copy["at"]))


async def home(desk: Desk, gesture: Gesture, said: Said) -> str | None:
    """The incident in whose room or thread it was said; None also when whoever marked it may not put it there."""
    room = said.message.partition("/")[0]
    owner = await desk.store.owner_of_room(room)
    found = await desk.store.incident(owner) if owner else await in_thread(desk, said)
    if found is None:
        return None
    try:
        await permit(desk, gesture, "capture", found)
    except Refused:
        return None
    return found.id


async def in_thread(desk: Desk, said: Said) -> Incident | None:
    return next(iter(await desk.store.incidents_in(said.thread)), None)


async def settle(desk: Desk, books: Books, message: str, asked: int, seen: Seen) -> None:
    """Have the incidents follow what was seen, unless a newer look has been quicker."""
    kept = await trail(books, message)
    if asked <= kept.shown:
        return
    kept.shown = asked
    hands, kept.hands = kept.hands, []
    concerned = [*kept.incidents, *([seen.home] if seen.home else []), *(hand["incident"] for hand in hands)]
    for id in dict.fromkeys(concerned):
        mine = tuple(Hand(**hand["hand"]) for hand in hands if hand["incident"] == id)
        await one(desk, books, kept, id, Look(message, seen.said, books.now, kept.by, kept.how, hands=mine), seen)
    await keep(books, message, kept)


async def one(desk: Desk, books: Books, kept: Trail, id: str, found: Look, seen: Seen) -> None:
    incident = await books.incident(id)
    if incident is None:
        return
    made = {list: kept.made[work(id, list)] for list in WORK if work(id, list) in kept.made}
    look = replace(found, marks=seen.marks, here=id == seen.home, made=made)
    after, new = follow(incident, desk.book_of(incident).capture, look)
    if not new:
        return
    await record(books, after, *new)
    kept.incidents = list(dict.fromkeys([*kept.incidents, id]))
    await tell_of_work(books, after, new, kept, found)


async def tell_of_work(books: Books, incident: Incident, new: Sequence[facts.Fact], kept: Trail, found: Look) -> None:
    """Work that came of a mark is told where the mark is, so that it can be taken."""
    for fact in new:
        if isinstance(fact.event, facts.TaskAdded) and found.said:
            kept.made[work(incident.id, list_of(fact.event))] = fact.event.id
            await answer(books, incident.id, found.said.thread, told(fact.event, None))


def told(event: facts.TaskAdded, owner: str | None) -> str:
    what = "Action item" if event.later else "Task"
    take = "" if owner else f" To take it: /incident task {event.id} @you"
    return f"{what} {event.id}: {event.text} ({owner or 'nobody yet'}).{take}"


async def answer(books: Books, incident: str, place: str, text: str) -> None:
    """Say something in the thread of a message."""
    await books.start(NewRun("aside", incident, {"place": place, "text": text}, priority=5))


async def aside(desk: Desk, run: Run) -> None:
    """Nothing of an incident that became restricted meanwhile is said outside its room of now."""
    place, sentence = run.data["place"], Sentence(run.data["text"])

    async def post(key: Key) -> str:
        incident = await desk.incident(run.subject)
        if incident.restricted and place.partition("/")[0] != incident.room:
            return ""
        return await desk.chat.post(place, sentence, key)

    await run.keyed("aside", post, label="Answering in the thread of a message")
