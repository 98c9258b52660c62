"""`/incident declare sev1 checkout is failing`: one transaction, and everything else follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from ulid import ULID

from bot.domain import facts, incident
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.messages import Button, Sentence
from bot.policy.book import Book
from bot.policy.classification import Answers
from bot.policy.severities import Severity
from bot.ports import Books
from bot.workflows import checklist, deadlines, escalate, inform, judge, nudge, page, shelf, show
from bot.workflows.access import insiders
from bot.workflows.capture import origin
from bot.workflows.desk import Desk, Gesture, channel_lane, record
from bot.workflows.diagnosis import triage
from bot.workflows.rooms import similar

#: the same words by the same person within this time are the same incident
SAME_WORDS = timedelta(minutes=2)
LONGEST_TITLE = 120
MANUAL, MONITORING = "manual", "monitoring"
#: who may have noticed, as people call it
SOURCES = (MONITORING, "customer", "team", "third party", MANUAL)


@dataclass(frozen=True)
class Order:
    """
    What was asked for.

    `severity` None means the one that `answers` (to the policy's questions) propose, else the policy's default;
    `reason` says why another than the proposed one was taken. `another` declares in spite of the same words.
    `assessment` holds answers in words, by the id of the open question. `source` is who noticed, one of SOURCES;
    `pages` false leaves it to the clocks to call people. `room` is a channel that people have already, which becomes
    its room, `origin` the message that it is declared about. `restricted` lets only those know of it who work on it.
    """

    title: str
    severity: str | None = None
    another: bool = False
    details: str = ""
    answers: Answers = field(default_factory=dict)
    reason: str = ""
    assessment: Mapping[str, str] = field(default_factory=dict)
    source: str = MANUAL
    pages: bool = True
    room: str = ""
    origin: str = ""
    restricted: bool = False


async def declare(desk: Desk, gesture: Gesture, order: Order) -> Sentence:
    """
    Open an incident. Refused without a title or with a severity the policy does not know, or for another than the
    answers propose when nobody says why.
    """
    words = " ".join(order.title.split())
    if not words:
        raise Refused("What is failing? For example: /incident declare sev1 checkout is failing")

    like = await similar.open_ones(desk, gesture.by, words, gesture.at)

    async def decision(books: Books) -> Sentence:
        proposed = judge.proposal(desk.book, order.answers)
        severity = severity_of(desk, order.severity or (proposed.severity if proposed else None))
        if not order.another:
            twin = await books.recent(gesture.by, fingerprint(words), gesture.at - SAME_WORDS)
            if twin and (not twin.restricted or gesture.by in twin.insiders):
                return already_open(twin, severity, f"restricted {words}" if order.restricted else words)
        opened = await open_incident(desk, books, gesture, words, severity, order)
        told = opening(opened, severity, order.severity is not None, not gesture.unseen) + similar.sentence(like)
        return Sentence(told, (*similar.buttons(like), *triage.offer(desk)), opened.id)

    return await desk.decide(gesture, decision)


def severity_of(desk: Desk, word: str | None) -> Severity:
    severities = desk.book.severities
    return severity_in(desk.book, word) if word else severities.get(severities.default)


def severity_in(book: Book, word: str) -> Severity:
    """The severity that the word means in that policy. Refused when there is none."""
    found = book.severities.find(word)
    if found is None:
        raise Refused(f"There is no severity *{word}*. This team uses {book.severities.names()}.")
    return found


def fingerprint(words: str) -> str:
    """
    The same words, however they are cased and spaced.

    >>> fingerprint("Checkout  is FAILING")
    'checkout is failing'
    """
    return " ".join(words.casefold().split())


async def open_incident(
    desk: Desk, books: Books, gesture: Gesture, words: str, severity: Severity, order: Order
) -> Incident:
    id, number = str(ULID()), await books.next_number()
    label = await label_for(desk.book, books, gesture, id, number, severity)
    title = titled(words)
    event = facts.Declared(
        id=id, number=number, title=title, severity=severity.id, status=desk.book.lifecycle.start,
        policy=desk.book.hash, words=fingerprint(words), source=order.source, label=label,
        visibility="restricted" if order.restricted else "open",
    )  # fmt: skip
    opened, declared = incident.declare(event, gesture.by, gesture.at)
    history = [declared]
    if classified := judge.judged(desk.book, order.answers, severity.id, order.reason):
        opened, judged = opened.add(classified, gesture.by, gesture.at)
        history.append(judged)
    assessed = judge.assessed(desk.book, order.assessment)
    for text in filter(None, (words if title != words else "", order.details.strip(), *assessed)):
        opened, noted = opened.note(text, gesture.by, gesture.at)
        history.append(noted)
    await shelf.keep(books, desk.book)
    await record(books, opened, *history)
    await follow_up(desk, books, gesture, opened, severity, order.pages, order.room)
    if order.origin:
        await origin.start(books, opened, order.origin, gesture.by)
    return opened


def titled(words: str) -> str:
    """As much of the words as a title holds."""
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1].rstrip() + "…"


async def label_for(book: Book, books: Books, gesture: Gesture, id: str, number: int, severity: Severity) -> str:
    """What the incident is called: by the policy's pattern, with an ending if another is called so, now reserved."""
    base = book.naming.label(number, gesture.at, severity.id) or f"#{number}"
    label, n = base, 1
    while not await books.reserve_label(label, id):
        n += 1
        label = book.naming.another_label(base, n)
    return label


async def follow_up(
    desk: Desk,
    books: Books,
    gesture: Gesture,
    opened: Incident,
    severity: Severity,
    pages: bool = True,
    room: str = "",
) -> None:
    """Start what an open incident needs: pages, a place to work, and its clocks."""
    if pages:
        await page.start(desk, books, opened, gesture.by)
    await escalate.plan(desk, books, opened, gesture.at)
    channel = desk.book.communications.incidents_channel
    announced = (channel_lane(channel), "announcement")
    own = severity.room or bool(room) or opened.restricted
    where = "" if own else show.THREAD
    home = show.seats(desk, opened, where)
    data = {"hook": gesture.hook, "declarer": gesture.by, "channel": channel}
    if own:
        data |= {"name": await room_name(desk, books, opened), "room": room}
    seats = home if opened.restricted else (announced, *home)
    kind = "adopted" if room else "war_room" if own else "thread"
    await books.start(NewRun(kind, opened.id, data, asker=gesture.by, seats=seats, priority=1))
    await inform.start(desk, books, opened, gesture.by)
    armed = await nudge.arm(desk, books, opened, gesture.at)
    begun = await checklist.plan(desk, books, armed, gesture.at)
    await deadlines.plan(desk, books, begun, gesture.at)


async def room_name(desk: Desk, books: Books, opened: Incident) -> str:
    """A room name by the policy's pattern that no incident of ours has, now reserved."""
    naming = desk.book.naming
    base = naming.room(opened.number, insiders.discreet(opened), opened.declared_at, opened.severity, opened.name)
    name, n = base, 1
    while not await books.reserve_room(name, opened.id):
        n += 1
        name = naming.another(base, n)
    return name


def opening(opened: Incident, severity: Severity, said: bool, linked: bool = True) -> str:
    taken = "" if said else " (none was said; the card changes it with one click)"
    place = "Its room is opening" if severity.room else "Its thread is opening"
    if opened.restricted:
        place = "Only those who work on it know of it. Its private room is opening"
    link = "; the link follows here" if linked else ""
    return f"{opened.name} is declared: {severity.title}{taken}, {opened.title}. {place}{link}."


def already_open(twin: Incident, severity: Severity, words: str) -> Sentence:
    where = f" in #{twin.room_name}" if twin.room_name else ""
    text = f"That is already open as {twin.name}{where}: {twin.title}."
    return Sentence(text, (Button("Open another", "another", f"{severity.id} {words}"),), twin.id)
