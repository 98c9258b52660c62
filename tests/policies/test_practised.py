"""One incident from declaration to postmortem under every bundled policy: what the policy says is what happens."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.incident import OVER
from bot.policy.book import Book, bundled, load
from bot.policy.document.analysis import BRANCHES
from bot.policy.postmortem import Section
from bot.simulator import Channel, Message
from bot.simulator.views import View
from tests.policies.asking import calls
from tests.policy.conftest import outline
from tests.stories.policies import a_policy, priorities
from tests.town import Town, a_town, acts, labels

TITLE = "checkout is failing"
CAUSE = "the connection pool was too small"
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=bundled())
def book(request: pytest.FixtureRequest) -> Book:
    return load(request.param)


@pytest.fixture
async def town(book: Book, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path, book.name) as town:
        yield town


def gravest(book: Book) -> str:
    return f"{book.severities.ids[0]}: {TITLE}"


def shown(message: Message) -> list[str]:
    """The lines one reads in the channel; the text for notifications comes before them."""
    return message.words.removeprefix(message.text).lstrip("\n").splitlines()


def lists(town: Town, where: object) -> list[str]:
    """The first lines of the checklists that stand there, in their order."""
    said = [shown(m)[:1] for m in town.heard(where)]
    return [first for line in said for first in line if re.search(r" · \d+ of \d+ done$", first)]


def heads(book: Book, ids: list[str]) -> list[str]:
    """What stands over these lists while nothing on them is done."""
    found = [listed for id in ids if (listed := book.checklists.get(id))]
    return [f"*{listed.title}* · 0 of {len(listed.items)} done" for listed in found]


def status_line(book: Book, id: str) -> str:
    """As the card says it."""
    status, placed = book.lifecycle.get(id), book.lifecycle.place(id)
    if placed is None:
        return f"{status.emoji} *{status.title}*"
    number, phase = placed
    titled = f": {phase.title}" if phase.title != status.title else " · "
    return f"{status.emoji} *{status.title}* · phase {number} of {len(book.lifecycle.phases)}{titled}"


def way(book: Book) -> list[str]:
    """The policy's own path: its open statuses in their order."""
    path = [status.id for status in book.lifecycle.all if status.stage not in OVER]
    steps = itertools.pairwise([*path, book.lifecycle.resolved, book.lifecycle.closed])
    assert path[0] == book.lifecycle.start
    assert [(a, b) for a, b in steps if b not in book.lifecycle.after(a)] == []
    return path


def headings(book: Book, updates: list[str]) -> list[tuple[int, str]]:
    """What the postmortem must consist of, level by level."""

    def below(section: Section, level: int) -> Iterator[tuple[int, str]]:
        yield level, section.title
        own = {"updates": updates, "fishbone": list(BRANCHES)}.get(section.source, [])
        yield from ((level + 1, title) for title in own)
        for part in section.parts:
            yield from below(part, level + 1)

    return [heading for section in book.postmortem.sections for heading in below(section, 2)]


async def card(town: Town, where: object) -> Message:
    """The card once it shows all that happened."""
    await town.later(seconds=5)
    return town.card(where)


async def menu(town: Town, where: object, name: str, choice: str) -> None:
    """Ben chooses from a menu of the card."""
    await town.chooses(town.ben, await card(town, where), name, choice)


async def on_record(town: Town) -> None:
    """Nothing waits or was given up, and the record of every incident agrees with its facts."""
    for incident in await town.muster.store.incidents(open=None, limit=100):
        assert await town.troubles(incident.number) == []
        assert await town.muster.store.verify(incident.id) == []


# the whole way


async def test_from_the_declaration_to_the_postmortem(town: Town, book: Book) -> None:
    room = await town.declares(gravest(book))
    await as_declared(town, book, room)
    await commanded(town, book, room)
    await worked_on(town, book, room)
    await asked_and_told(town, book, room)
    await regraded(town, book, room)
    await moved_along(town, book, room)
    await resolved(town, book, room)
    await written_up(town, book, room)
    await on_record(town)


async def as_declared(town: Town, book: Book, room: Channel) -> None:
    incident, severity = await town.incident(), book.severities.all[0]
    named = book.naming.label(1, incident.declared_at, severity.id)
    assert severity.room
    assert (incident.name, incident.severity, incident.status) == (named, severity.id, book.lifecycle.start)
    assert room.name == book.naming.room(1, TITLE, incident.declared_at, severity.id, named)
    first, second, *more = shown(await card(town, room))
    assert first == f"{severity.emoji} *{named} {severity.title}* {TITLE}"
    assert second.startswith(status_line(book, book.lifecycle.start))
    bridge = book.bridge(incident)
    assert [way for way in (bridge or ())[1:] if way not in "".join(more)] == [], "where people speak to each other"
    assert lists(town, room) == heads(book, [c.id for c in book.checklists.at_start(severity.id)])
    assert room.topic.value and named in room.purpose.value
    assert len(room.pins) == 1
    marks = {mark.title for mark, _ in book.links(incident)}
    assert marks <= {mark["title"] for mark in room.bookmarks}
    told = book.communications.audience(severity.id, "declared")
    assert set(told) <= {*incident.told, book.communications.incidents_channel}
    for channel in {*told, book.communications.incidents_channel}:
        assert any(named in m.words and TITLE in m.words for m in town.heard(channel)), channel


async def commanded(town: Town, book: Book, room: Channel) -> None:
    lead = book.roles.get(book.roles.lead)
    await town.clicks(town.ben, await card(town, room), "Acknowledge")
    await town.clicks(town.ben, await card(town, room), "Take command")
    incident = await town.incident()
    assert incident.roles == {lead.id: f"slack:{town.ben.id}"}
    assert f"{lead.title}: {town.ben.mention}" in (await card(town, room)).words
    assert lead.duties[0] in town.told(town.ben)[-1].words


async def worked_on(town: Town, book: Book, room: Channel) -> None:
    first = book.checklists.at_start(book.severities.ids[0])[0]
    posted = next(m for m in town.heard(room) if m.words and shown(m)[0].startswith(f"*{first.title}*"))
    await town.clicks(town.ben, posted, "Done")
    await town.later(seconds=5)
    assert set((await town.incident()).ticks) == {first.items[0].id}
    assert shown(posted)[0].startswith(f"*{first.title}* · 1 of {len(first.items)} done")

    await menu(town, room, "menu:more", "Impact")
    view = town.ben.views[-1]
    assert (await town.incident()).name in f"{view.title} {view.blocks[0]}"
    assert not view.title.endswith(" of")
    field = next(f for f in book.impact.fields if f.on_card)
    value = {"number": "1200", "choice": field.choices[-1] if field.choices else ""}.get(field.kind, "a few of them")
    assert (await town.submits(town.ben, **{field.id: value})).ok
    assert f"{field.title}: {value}" in (await card(town, room)).words


async def asked_and_told(town: Town, book: Book, room: Channel) -> None:
    await town.says(town.dana, room, "/incident go fail over to the second region")
    [question] = [m for m in town.heard(room) if "go:yes" in acts(m)]
    await town.clicks(town.ben, question, "GO")
    assert (await town.incident()).questions[0].go is True

    await town.clicks(town.ben, await card(town, room), "Post update")
    fields = book.communications.update_fields
    assert labels(town.ben.views[-1])[:-1] == [field.title for field in fields]
    said = {field.id: f"words of {field.id.replace('_', ' ')}" for field in fields}
    assert (await town.submits(town.ben, **said)).ok
    for where in (room, *book.communications.audience(book.severities.ids[0])):
        post = next(m.words for m in reversed(town.heard(where)) if said["state"] in m.words)
        assert [words for words in said.values() if words not in post] == [], where


async def regraded(town: Town, book: Book, room: Channel) -> None:
    severity = book.severities.all[1]
    await menu(town, room, "menu:severity", f"{severity.emoji} {severity.title} {severity.name}")
    incident = await town.incident()
    assert incident.severity == severity.id
    assert severity.title in shown(await card(town, room))[0]
    assert incident.name in town.card(room).words, "what it is called does not change with it"


async def moved_along(town: Town, book: Book, room: Channel) -> None:
    for id in way(book)[1:]:
        status = book.lifecycle.get(id)
        await menu(town, room, "menu:status", f"{status.emoji} {status.title}")
        incident = await town.incident()
        assert (incident.status, incident.stage) == (id, status.stage)
        assert status_line(book, id) in (await card(town, room)).words
        expected = {listed.id for listed in book.checklists.on(incident.severity, id)}
        assert expected <= set(incident.checklists)


async def resolved(town: Town, book: Book, room: Channel) -> None:
    incident = await town.incident()
    await town.clicks(town.ben, await card(town, room), "Resolve")
    kind = book.lifecycle.resolutions[-1]
    done = closing(town.ben.views[-1])
    given: dict[str, Any] = {"how": kind.title, "summary": "it is larger now", "cause": CAUSE, **done}
    assert (await town.submits(town.ben, **given)).ok
    await town.later(seconds=5)

    after = await town.incident()
    assert (after.status, after.resolution and after.resolution.how) == (book.lifecycle.resolved, kind.id)
    ticked = {item for items in done.values() for item in items}
    assert ticked == {c.items[0].id for c in book.checklists.closing(incident.severity)} <= set(after.ticks)
    for channel in book.communications.audience(incident.severity, "resolved"):
        assert "it is larger now" in town.heard(channel)[-1].words


def closing(view: View) -> dict[str, list[str]]:
    """The first item of each closing list, as one ticks it in the dialog."""
    first = [b for b in view.blocks if b.get("block_id", "").startswith("done-") and b["block_id"].endswith("-0")]
    return {block["block_id"]: [block["element"]["options"][0]["value"]] for block in first}


async def written_up(town: Town, book: Book, room: Channel) -> None:
    incident = await town.incident()
    document = town.file(town.files(room)[-1])
    title, *sections = outline(document)
    assert title == (1, f"{book.postmortem.called} {incident.name}: {TITLE}")
    updates = [name for _, name in sections if name.startswith("Update 1, ")]
    assert sections == headings(book, updates[:1])
    due = book.postmortem.due(incident.severity, incident.ended_at or town.clock.now())
    assert [target.title for target, _ in due if target.title not in town.files(room)[-1].words] == []
    await town.clicks(town.ben, town.card(room), "Close")
    assert (await town.incident()).status == book.lifecycle.closed


# what is small, what comes at once, what is interrupted


async def test_the_least_grave_has_its_own_place(town: Town, book: Book) -> None:
    severity = book.severities.all[-1]
    opens = town.declares if severity.room else town.announces
    where: Any = await opens(f"{severity.id}: an icon is wrong")

    incident = await town.incident()
    assert incident.name in (await card(town, where)).words
    assert severity.title in town.card(where).words
    assert lists(town, where) == heads(book, [c.id for c in book.checklists.at_start(severity.id)])
    assert bool(incident.paged) is bool(severity.page)
    await ends(town, incident.name)


async def ends(town: Town, name: str) -> None:
    """The shortest way to an end that every policy allows."""
    await town.says(town.ana, "#general", f"/incident cancel {name} it was none")
    assert [i.name for i in await town.muster.store.incidents()].count(name) == 0
    await on_record(town)


@pytest.fixture
async def undated(book: Book, tmp_path: Path) -> AsyncIterator[Town]:
    """The policy without its deadlines, which call people as well."""
    nothing = {part: f"{part}: []\n" for part in ("deadlines", "conflicts")}
    policy = a_policy(tmp_path / "undated", extends=book.name, **nothing)
    async with a_town(tmp_path / "data", policy) as town:
        yield town


async def test_while_nobody_answers_the_levels_are_called_as_the_policy_says(undated: Town, book: Book) -> None:
    town, severity, hours = undated, book.severities.ids[0], timedelta(hours=2)
    room = await town.declares(gravest(book))
    await town.later(hours=2, minutes=1)

    incident = await town.incident()
    came = [((call.at - incident.declared_at) // MINUTE * MINUTE, call.level) for call in incident.called]
    assert sorted(came) == sorted((after, level) for after, level in calls(book, severity) if after <= hours)
    for call in incident.called:
        assert f"*{call.title}* is called: {call.reason}" in town.words(room)
        told = book.escalation.level(call.level).tell
        where = book.escalation.notices[told] if told else book.communications.incidents_channel
        assert call.reason in town.words(where), (where, call.level)
    await ends(town, incident.name)


async def test_two_at_once_have_each_their_own(town: Town, book: Book) -> None:
    await asyncio.gather(*(person.runs("#general", f"/incident declare {gravest(book)}") for person in
                           (town.ana, town.ben)))  # fmt: skip
    await town.settle()
    await town.later(seconds=5)

    first, second = await town.incident(1), await town.incident(2)
    assert first.declared_at == second.declared_at
    rooms = {room.id: room for room in town.rooms()}
    assert len(rooms) == 2
    assert first.name != second.name
    for incident in (first, second):
        room = rooms[(incident.room or "").removeprefix("slack:")]
        assert room.name == incident.room_name
        assert shown(town.card(room))[0].endswith(f"*{incident.name} {book.severities.all[0].title}* {TITLE}")
        assert lists(town, room) == heads(book, [c.id for c in book.checklists.at_start(incident.severity)])
        assert incident.name in await town.says(town.ana, "#general", f"/incident status {incident.name}")
    await on_record(town)


async def test_a_restart_in_the_middle_loses_and_repeats_nothing(town: Town, book: Book) -> None:
    await town.ana.runs("#general", f"/incident declare {gravest(book)}")
    await town.restarts()
    await town.later(minutes=1)
    [room] = town.rooms()
    await as_declared(town, book, room)

    await town.says(town.ben, room, "/incident role commander")
    for id in way(book)[1:]:
        await town.ben.runs(room, f"/incident status {id}")
        await town.restarts()
    await town.ben.runs(room, "/incident resolve it is larger now")
    await town.restarts()
    await town.later(minutes=1)

    begun = {c.id for id in way(book) for c in book.checklists.on(book.severities.ids[0], id)}
    begun |= {c.id for c in book.checklists.at_start(book.severities.ids[0])}
    begun |= {c.id for c in book.checklists.closing(book.severities.ids[0])}
    assert sorted(lists(town, room)) == sorted(heads(book, list(begun)))
    assert len(town.files(room)) == 1
    assert [m.words.count("it is larger now") for m in town.heard(room)].count(1) >= 1
    await on_record(town)


async def test_under_another_policy_from_a_restart_on_it_keeps_its_own_words(
    town: Town, book: Book, tmp_path: Path
) -> None:
    room = await town.declares(gravest(book))
    name = (await town.incident()).name
    town.runs_under(priorities(tmp_path / "other"))
    await town.restarts()

    await town.says(town.ben, room, "/incident role commander")
    await town.says(town.ben, room, "/incident update")
    assert labels(town.ben.views[-1])[:-1] == [field.title for field in book.communications.update_fields]
    await town.ben.closes()
    await moved_along(town, book, room)
    await town.says(town.ben, room, "/incident resolve it is larger now")
    await town.later(seconds=5)

    incident = await town.incident()
    assert (incident.name, incident.severity, incident.status) == (
        name,
        book.severities.ids[0],
        book.lifecycle.resolved,
    )
    assert outline(town.file(town.files(room)[-1]))[1:] == headings(book, [])
    await on_record(town)
