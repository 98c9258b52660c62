"""The postmortem: written from the record, put where people worked on the incident as a file."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

from bot.domain import facts
from bot.domain.incident import Incident
from bot.domain.timeline import Entry, entries
from bot.engine.journal import NewRun
from bot.engine.runs import Run
from bot.messages import Document, Sentence
from bot.policy import document
from bot.policy.markdown import line
from bot.ports import Books
from bot.workflows import deadlines, follow_up
from bot.workflows.desk import Desk, Gesture, home_lane, known, record
from bot.workflows.evidence import whys
from bot.workflows.rooms import canvas

#: people by reference → what they are called
Names = Callable[[Sequence[str]], Awaitable[dict[str, str]]]
#: what a person's reference looks like among other words, which are escaped
REFERENCE = re.compile(r"\b[a-z]+:(?:[A-Z0-9]{2,}\b(?!-[A-Z0-9])|[A-Za-z0-9]+(?:\\?[_-][A-Za-z0-9]+)*)")


async def write(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    """`/incident postmortem`: the record as it stands now, also while the incident is open."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        await start(books, incident, gesture.by)
        return Sentence(f"{called(desk, incident)} is being written.", incident=id)

    return await desk.decide(gesture, decision)


async def start(books: Books, incident: Incident, by: str) -> None:
    # no seat in the lane of the room until there is a file to show: a slow upload keeps nobody waiting
    await books.start(NewRun("postmortem", incident.id, asker=by, priority=6))


async def share(desk: Desk, run: Run) -> None:
    """
    Write it, bring it to the chat, show it in the room, beside a canvas where there are any; the fishbone as a picture
    after it, if there is one.
    """
    incident = await desk.incident(run.subject)
    staged = await run.step("stage", lambda: stage(desk, incident), label="Writing the postmortem")
    title = called(desk, incident)
    besides = await canvas.write(desk, run, title, lambda: as_text(desk, incident, desk.directory.names))
    comment = f"{told(desk, incident)} {besides}".strip()
    await run.keyed(
        "share",
        lambda key: desk.chat.share_file(desk.home_of(incident), staged, title, comment, key),
        label="Putting the postmortem into the room",
        lane=home_lane(run.subject),
        then=lambda books, message: written(desk, books, run.subject),
    )
    await canvas.mark(desk, run)
    if incident.bones and desk.charts and desk.book_of(incident).postmortem.has("fishbone"):
        await whys.share(desk, run, desk.charts)


def called(desk: Desk, incident: Incident) -> str:
    """The title of the document."""
    book = desk.book_of(incident)
    return f"{book.postmortem.called} {book.label(incident)}"


def told(desk: Desk, incident: Incident) -> str:
    due = follow_up.promised(desk.book_of(incident), incident)
    written = f"{called(desk, incident)}, from the record. What people must write is marked in it."
    return f"{written} {due}".strip()


async def written(desk: Desk, books: Books, id: str) -> None:
    incident = await known(books, id)
    after, fact = incident.witness(facts.PostmortemWritten(file_name(incident)), books.now)
    await record(books, after, fact)
    await deadlines.mark(desk, books, after, "postmortem", books.now)


async def stage(desk: Desk, incident: Incident) -> str:
    text = await as_text(desk, incident, desk.directory.names)
    return await desk.chat.stage_file(Document(file_name(incident), called(desk, incident), text))


async def as_text(desk: Desk, incident: Incident, names_of: Names) -> str:
    """The document in Markdown; `names_of` says what people are called."""
    book = desk.book_of(incident)
    lines = entries(await desk.store.facts(incident.id), book.words)
    names = await names_of(sorted(people(incident, lines)))
    return await named(names_of, document.write(book, incident, lines, names))


async def named(names_of: Names, text: str) -> str:
    """The document with names also for the people in what was typed; what is nobody's reference stays as it is."""
    refs = {found: found.replace("\\", "") for found in REFERENCE.findall(text)}
    names = await names_of(sorted(set(refs.values())))
    known = {found: line(names[ref]) for found, ref in refs.items() if names[ref] != ref}
    return REFERENCE.sub(lambda found: known.get(found.group(), found.group()), text)


def file_name(incident: Incident) -> str:
    return f"postmortem-{incident.number}.md"


def people(incident: Incident, lines: list[Entry]) -> set[str]:
    owners = {task.owner for task in incident.tasks}
    said = {line.by for line in lines} | {line.whom for line in lines}
    everyone = said | owners | set(incident.roles.values()) | {incident.declared_by}
    return {person for person in everyone if person and ":" in person}
