"""What Muster says of its own accord: to the room, to one person, and about what it could not do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.domain import facts
from bot.domain.facts import Fact
from bot.domain.incident import MUSTER, Incident
from bot.domain.people import by_api
from bot.engine.journal import NewRun, Trouble
from bot.engine.outcomes import Key
from bot.engine.runs import Run, Then
from bot.messages import Ending, Message, Sentence, Worded
from bot.policy.book import Book
from bot.policy.escalation import Level, Summoned
from bot.policy.texts import Person
from bot.ports import Books
from bot.workflows import deadlines, shelf
from bot.workflows.beneath import beneath
from bot.workflows.desk import Desk, channel_lane, home_lane, known, record

#: the step of a trouble with a surface
EDIT = "edit"
#: what a tick and a busy minute may cost
ON_TIME = timedelta(minutes=1)


async def say(books: Books, incident: Incident, text: str) -> None:
    """Post a sentence where people work on the incident."""
    await books.start(NewRun("say", incident.id, {"text": text}, seats=((home_lane(incident.id), "say"),), priority=4))


async def tell(books: Books, incident: str, person: str, text: str) -> None:
    """Say a sentence to one person, in a direct message; nothing to Muster itself, or to whom nobody can write."""
    if person == MUSTER or by_api(person):
        return
    await books.start(NewRun("tell", incident, {"text": text, "person": person}, priority=3))


async def word(
    books: Books, incident: Incident, template: str, fact: Fact, fields: dict[str, str], known_as: str = ""
) -> None:
    """Say a change where people work on it, in the policy's words."""
    data = {"template": template, "fields": {"by": fact.by, **fields}}
    seats = ((home_lane(incident.id), "say"),)
    await books.start(NewRun("word", incident.id, data, seats=seats, priority=4, known_as=known_as))


async def say_run(desk: Desk, run: Run) -> None:
    await at_home(desk, run, "say", Sentence(run.data["text"]))


async def word_run(desk: Desk, run: Run) -> None:
    incident = await desk.incident(run.subject)
    book, template, stored = desk.book_of(incident), run.data["template"], run.data["fields"]
    fields: dict[str, Any] = {**stored, "by": Person(stored["by"])}
    if template == "escalated":
        fields |= summoned(book, stored)
    if "was" in stored:
        kinds = book.severities if template == "regraded" else book.lifecycle
        fields["was"] = shelf.thing(kinds, stored["was"])
    await at_home(desk, run, "say", Worded(book, incident, template, fields))


def summoned(book: Book, stored: Mapping[str, str]) -> dict[str, Any]:
    """Who was called, and how late; a moment late is on time."""
    late = timedelta(seconds=float(stored["late"]))
    called = book.escalation.find(stored["level"])
    title = Person(stored["level"]) if stored["level"].startswith("slack:") else stored["level"]
    role = called.role if isinstance(called, Level) else None
    return {"level": Summoned(title, role), "late": late if late >= ON_TIME else timedelta()}


async def tell_run(desk: Desk, run: Run) -> None:
    person, sentence = run.data["person"], Sentence(run.data["text"])
    place = await run.step("direct", lambda: desk.chat.direct(person), label=f"Writing to {person}")
    await run.keyed("tell", lambda key: desk.chat.post(place, sentence, key), label=f"Writing to {person}")


async def at_home(desk: Desk, run: Run, name: str, message: Message, then: Then | None = None) -> None:
    """Post where people work on the incident, in its turn."""
    place = await beneath(desk, run, name)

    async def send(key: Key) -> str:
        return await desk.chat.post(place(await desk.incident(run.subject)), message, key)

    await run.keyed(name, send, label="Posting in the room", lane=home_lane(run.subject), then=then)


async def ending_run(desk: Desk, run: Run) -> None:
    """Say that it is over: in the room and before the audiences, side by side."""
    incident = await desk.incident(run.subject)
    inside = Ending(desk.book_of(incident), incident, run.data["reason"])
    outside = replace(inside, audience=True)
    audiences = (before(desk, run, channel, outside) for channel in run.data["audiences"])
    await run.together(at_home(desk, run, "room", inside, partial(ended, desk, run, None)), *audiences)


async def before(desk: Desk, run: Run, channel: str, message: Message) -> None:
    async def send(key: Key) -> str | None:
        if (await desk.incident(run.subject)).restricted:
            return None
        return await desk.chat.post(await desk.directory.channel(channel), message, key)

    label, then = f"Telling #{channel}", partial(ended, desk, run, channel)
    await run.keyed(f"audience:{channel}", send, label=label, lane=channel_lane(channel), then=then)


async def ended(desk: Desk, run: Run, channel: str | None, books: Books, posted: Any) -> None:
    """They know that it is over: those in the room, or in that channel."""
    if posted is None:
        return
    incident = await known(books, run.subject)
    if channel:
        incident, fact = incident.witness(facts.UpdateTold(0, channel), books.now)
        await record(books, incident, fact)
    await deadlines.mark(desk, books, incident, "ended", books.now, channel)


async def trouble(desk: Desk, books: Books, trouble: Trouble) -> None:
    """
    A step waits long or was given up: the card shows it; giving up is a fact, and whoever asked is told.

    Several runs may give up the same for the same reason: that is said once, and again only after a Retry.
    """
    incident = await books.incident(trouble.subject)
    if incident is None:
        return
    if trouble.step == EDIT:
        await unshown(desk, books, incident, trouble)
        return
    await books.want(incident.id, "card")
    if not trouble.final or (trouble.label, trouble.sentence) in incident.gave_up:
        return
    after, fact = incident.witness(facts.GaveUp(trouble.label, trouble.sentence), books.now)
    await record(books, after, fact)
    outsider = after.restricted and trouble.asker not in after.insiders
    if trouble.asker and trouble.kind != "tell" and not outsider:
        remedy = f"To try again: /incident retry {incident.name}"
        sentence = f"{incident.name}: {trouble.label} failed. {trouble.sentence} {remedy}"
        await tell(books, incident.id, trouble.asker, sentence)


async def unshown(desk: Desk, books: Books, incident: Incident, trouble: Trouble) -> None:
    """
    Something could not be brought up to date: said once for each reason, to the record and to whoever is in charge.

    It does not go on the card, which may be what cannot be edited.
    """
    name = f"unshown:{incident.id}:{trouble.kind}"
    if not trouble.final or await books.recall(name) == trouble.sentence:
        return
    await books.remember(name, trouble.sentence)
    after, fact = incident.witness(facts.GaveUp(trouble.label, trouble.sentence), books.now)
    await record(books, after, fact)
    if not incident.over:
        sentence = f"{incident.name}: Muster could not {trouble.label}. {trouble.sentence}"
        in_charge = incident.roles.get(desk.book_of(incident).roles.lead, incident.declared_by)
        await tell(books, incident.id, in_charge, sentence)
