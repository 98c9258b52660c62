"""An incident turns out to be a part of another: it ends, and its people and its work go on there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.messages import Button, Sentence
from bot.ports import Books
from bot.workflows import checklist, deadlines, escalate, lifecycle
from bot.workflows.alerts import belonging
from bot.workflows.capture import marks
from bot.workflows.desk import Desk, Gesture, channel_lane, home_lane, known, record


async def merge(
    desk: Desk, gesture: Gesture, id: str, into: str, *, duplicate: bool = False, sure: bool = False
) -> Sentence:
    """Where something could be lost it is asked first, unless `sure`; a `duplicate` was the same all along."""

    async def decision(books: Books) -> Sentence:
        gone, into_one = await known(books, id), await known(books, into)
        check(gone, into_one)
        if (stake := at_stake(desk, gone, into_one)) and not sure:
            return question(gone, into_one, stake, duplicate)
        return await join(desk, books, gesture, gone, into_one, duplicate)

    return await desk.decide(gesture, decision)


def check(gone: Incident, into: Incident) -> None:
    """Refused for itself, for what has ended, and where it would tell of a restricted incident."""
    if gone.id == into.id:
        raise Refused(f"That is {gone.name} itself. Say which other one: /incident duplicate of #12")
    if gone.merged_into:
        raise AlreadyDone(f"{gone.name} was merged into {gone.merged_into[1]} already.")
    for one in (gone, into):
        if one.over:
            link = f"To link the two: /incident related {into.name}, said for {gone.name}."
            raise Refused(f"{one.name} is over; only open incidents are merged. {link}")
    if gone.restricted != into.restricted or (gone.restricted and not gone.insiders <= into.insiders):
        raise Refused(f"Not all who may know of {gone.name} may know of {into.name}, or the other way round.")


def at_stake(desk: Desk, gone: Incident, into: Incident) -> list[str]:
    """What people should know before it ends."""
    severities, named = desk.book_of(into).severities.ids, desk.book_of(gone).words
    open_tasks = sum(task.done_by is None for task in gone.tasks)
    waiting = sum(question.go is None for question in gone.questions)
    graver = {gone.severity, into.severity} <= set(severities) and severities.index(gone.severity) < severities.index(
        into.severity
    )
    return [
        *([counted(open_tasks, "open task") + " and their owners move there"] if open_tasks else []),
        *([counted(waiting, "question") + " of go or no-go will not be answered"] if waiting else []),
        *([f"{counted(len(gone.updates), 'update')} told people of it"] if gone.updates else []),
        *([f"it is {named.severity(gone.severity)}, graver than {into.name}"] if graver else []),
    ]


def question(gone: Incident, into: Incident, stake: Sequence[str], duplicate: bool) -> Sentence:
    text = f"{gone.name} ({gone.title}) ends when it goes into {into.name} ({into.title}): {'; '.join(stake)}."
    verb, word = ("duplicate", "of") if duplicate else ("merge", "into")
    button = Button(f"Merge {gone.name} into {into.name}", verb, f"sure {gone.name} {word} {into.name}")
    return Sentence(text, (button,))


async def join(
    desk: Desk, books: Books, gesture: Gesture, gone: Incident, into: Incident, duplicate: bool
) -> Sentence:  # fmt: skip
    moved = await take_over(books, gesture, gone, into, duplicate)
    ended = await end(desk, books, gesture, gone, into, duplicate)
    audiences = list(desk.book_of(gone).communications.audience(gone.severity, "resolved"))
    data = {"into": into.id, "by": gesture.by, "moved": moved, "duplicate": duplicate, "audiences": audiences}
    seats = (
        (home_lane(gone.id), "away"), (home_lane(into.id), "in"),
        *((channel_lane(channel), f"audience:{channel}") for channel in audiences),
    )  # fmt: skip
    await books.start(NewRun("merged", gone.id, data, asker=gesture.by, seats=seats, priority=2))
    what = f" {', '.join(moved)} moved there." if moved else ""
    return Sentence(f"{ended.name} is a part of {into.name} now.{what} Its people are invited there.", incident=into.id)


async def end(
    desk: Desk, books: Books, gesture: Gesture, gone: Incident, into: Incident, duplicate: bool
) -> Incident:  # fmt: skip
    """Whatever its status allows: nobody works on it any more, and all its clocks stop."""
    status = desk.book_of(gone).lifecycle.get(desk.book_of(gone).lifecycle.cancelled)
    reason = reason_of(into, duplicate)
    merged, first = gone.add(facts.Merged(into.id, into.name, duplicate), gesture.by, gesture.at)
    ended, second = merged.move(status.id, status.stage, (status.id,), gesture.by, gesture.at, reason)
    await record(books, ended, first, second)
    await lifecycle.stand_down(desk, books, ended)
    await escalate.plan(desk, books, ended, gesture.at)
    ended = await checklist.plan(desk, books, ended, gesture.at)
    await deadlines.plan(desk, books, ended, gesture.at)
    return ended


def reason_of(into: Incident, duplicate: bool) -> str:
    return f"{'a duplicate of' if duplicate else 'merged into'} {into.name}"


async def take_over(books: Books, gesture: Gesture, gone: Incident, into: Incident, duplicate: bool) -> list[str]:
    """What was open there is open here. What moved, in words."""
    history: list[Fact] = []
    into, fact = into.add(facts.Absorbed(gone.id, gone.name, gone.title, duplicate), gesture.by, gesture.at)
    history.append(fact)
    tasks = [task for task in gone.tasks if task.done_by is None]
    for task in tasks:
        text = f"{task.text} (from {gone.name})"
        into, fact = into.add_task(text, task.owner, gesture.by, gesture.at, later=task.later)
        history.append(fact)
    captures = {id: kept for id, kept in gone.captures.items() if id not in into.captures}
    for id, kept in captures.items():
        event = facts.Captured(
            id, kept.message, kept.how, kept.list, kept.text, kept.author, kept.link, kept.files
        )  # fmt: skip
        into, fact = into.add(event, kept.by, kept.at)
        history.append(fact)
        await marks.belongs_to(books, kept.message, into.id)
    await record(books, into, *history)
    groups = await bring_alerts(books, gone, into)
    counts = ((len(tasks), "task"), (len(captures), "message"), (groups, "alert"))
    return [counted(n, what) for n, what in counts if n]


async def bring_alerts(books: Books, gone: Incident, into: Incident) -> int:
    """Alerts that fire belong to the other from now on, and those that are still to come go there; how many groups."""
    firing = await books.firing(incident=gone.id)
    if firing:
        kept = [replace(each, incident=into.id, told=True) for each in firing]
        await books.keep_alerts(kept)
        await belonging.attach(books, into, kept)
    ids = await books.recall(belonging.NAME) or []
    if gone.id in ids:
        await books.remember(belonging.NAME, [id for id in ids if id != gone.id])
    return len({each.group for each in firing})


def counted(n: int, what: str) -> str:
    """
    >>> counted(1, "task"), counted(2, "task")
    ('1 task', '2 tasks')
    """
    return f"{n} {what}{'' if n == 1 else 's'}"
