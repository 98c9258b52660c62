"""
First-run set-up: what the policy's names stand for in this workspace, chosen by people and kept in the store.

The policy stays as it is: the directory asks these choices before it asks the chat.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.errors import Misfilled, Refused
from bot.engine.journal import NewRun
from bot.engine.outcomes import Busy, Doubt, Patience, Rejected
from bot.engine.runs import Run
from bot.messages import Missing, Sentence
from bot.policy.book import Book
from bot.ports import WHEREABOUTS, Books, Whereabouts
from bot.workflows import people
from bot.workflows.desk import Desk, Gesture
from bot.workflows.home import stirring

logger = logging.getLogger(__name__)

#: what was found when the policy's names were looked up last, in the store
LOOKED = "setup:looked"
#: the subject of what belongs to no incident here
SETUP = "setup"
CHANNEL, GROUP, CREW, PERSON = "channel", "group", "people", "person"
#: begins what the dialog is given besides its fields
HANDLE = "@"
SIGNS = {CHANNEL: "#", GROUP: "@", PERSON: ""}
#: a look-up this old is made anew when somebody looks
STALE = timedelta(minutes=10)
#: Slack waits 3 s for the answer to a dialog
LOOK_SECONDS = 2.0
MOST_GROUPS = 100
BOTH = "Choose people or a user group for @{name}, not both."
INVITE = "Say /invite @Muster there, then choose it again; or choose a public channel."
UNSURE = "The chat does not answer just now, so nobody knows whether Muster may speak there. Press Save again."


class Memory(Protocol):
    """A transaction, or the store itself."""

    async def recall(self, name: str) -> Any: ...


@dataclass(frozen=True)
class Looked:
    """`at` is None while nobody has looked; `groups` are the user groups of the workspace by handle."""

    at: datetime | None = None
    missing: tuple[Missing, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    settled: bool = False


async def looked(memory: Memory) -> Looked:
    kept, chosen = await memory.recall(LOOKED), await memory.recall(WHEREABOUTS)
    if kept is None:
        return Looked(settled=bool(chosen))
    missing = tuple(Missing(**each) for each in kept["missing"])
    return Looked(datetime.fromisoformat(kept["at"]), missing, kept["groups"], bool(chosen))


# looking up what the policy names


def named(book: Book) -> list[tuple[str, str]]:
    """Every channel, user group and person that the policy names, each once, as (kind, name); first the incidents'."""
    kinds = ((CHANNEL, people.channels(book)), (GROUP, people.groups(book)), (PERSON, people.persons(book)))
    return list(dict.fromkeys((kind, name) for kind, names in kinds for name in names))


async def acquaint(desk: Desk, at: datetime) -> None:
    """Look up whom and what the policy names, so that nobody waits for it at 3 a.m.; the log says what is missing."""
    found = await look_up(desk)
    for each in found["missing"]:
        logger.warning("%s", each["why"], extra={"action": "policy.unknown"})
    await desk.store.transact(lambda books: keep(books, found), at)


async def look_up(desk: Desk) -> dict[str, Any]:
    """What the workspace lacks, and the user groups it has. What cannot be looked up now counts as it did before."""
    before = {(each.kind, each.name): each for each in (await looked(desk.store)).missing}
    found = await asyncio.gather(*(lacks(desk, *each, before.get(each)) for each in named(desk.book)))
    return {"missing": [asdict(each) for each in found if each], "groups": await groups(desk)}


async def lacks(desk: Desk, kind: str, name: str, before: Missing | None) -> Missing | None:
    try:
        if kind == CHANNEL:
            await there(desk, name)
        elif kind == GROUP:
            await desk.directory.members(name)
        else:
            await desk.directory.person(name)
    except Rejected as refusal:
        return Missing(kind, name, refusal.sentence)
    except (Busy, Doubt):
        return before
    return None


async def there(desk: Desk, name: str) -> None:
    """Rejected when there is no such channel, or Muster cannot speak in the one that was chosen."""
    room = await desk.directory.channel(name)
    if name in Whereabouts.from_json(await desk.store.recall(WHEREABOUTS)).channels:
        await spoken_in(desk, room)


async def groups(desk: Desk) -> dict[str, str]:
    try:
        return dict(list((await desk.directory.groups()).items())[:MOST_GROUPS])
    except (Busy, Doubt, Rejected):
        return {}


async def keep(books: Books, found: Mapping[str, Any]) -> None:
    before = await books.recall(LOOKED) or {}
    await books.remember(LOOKED, {**found, "at": books.now.isoformat()})
    if before.get("missing") != found["missing"]:
        await stirring.stir(books)


async def look_again(books: Books, at_once: bool = False) -> None:
    """Begin another look-up if the last one is old, or found that something was missing a moment ago."""
    now = await looked(books)
    patience = timedelta(seconds=30) if now.missing else STALE
    if at_once or now.at is None or books.now - now.at > patience:
        await books.start(NewRun("acquaint", SETUP, priority=9))


async def acquaint_run(desk: Desk, run: Run) -> None:
    label = "Looking up whom the policy names"
    found = await run.step("look", lambda: look_up(desk), label=label, patience=Patience.DECORATION)
    await run.decide("keep", lambda books: keep(books, found))


# the dialog


async def form(desk: Desk) -> dict[str, str]:
    """
    What each field of the dialog holds now, "" where nothing was chosen: that of the incidents channel, and those of
    whatever is missing or was chosen before. And the user groups there are, each under its handle with an @.
    """
    now, chosen = await looked(desk.store), Whereabouts.from_json(await desk.store.recall(WHEREABOUTS))
    missing = {(each.kind, each.name) for each in now.missing}
    first, *rest = named(desk.book)
    wanted = [first, *(each for each in rest if each in missing or set_up(chosen, *each))]
    asked = {field_of(*each): now for kind, name in wanted for each, now in fields(chosen, kind, name)}
    return asked | {f"{HANDLE}{handle}": ref for handle, ref in now.groups.items()}


def set_up(chosen: Whereabouts, kind: str, name: str) -> bool:
    known = {CHANNEL: chosen.channels, PERSON: chosen.people}
    return name in known[kind] if kind in known else chosen.knows_group(name)


def fields(chosen: Whereabouts, kind: str, name: str) -> Iterator[tuple[tuple[str, str], str]]:
    """A group is either people or another group: two fields."""
    if kind == GROUP:
        yield (CREW, name), "\n".join(chosen.crews.get(name, ()))
        yield (GROUP, name), chosen.groups.get(name, "")
    else:
        yield (kind, name), (chosen.channels if kind == CHANNEL else chosen.people).get(name, "")


async def taken(desk: Desk, room: str, name: str) -> bool:
    """Whether the policy speaks in that channel, by its name or because it was chosen."""
    chosen = Whereabouts.from_json(await desk.store.recall(WHEREABOUTS))
    return name in people.channels(desk.book) or room in chosen.channels.values()


def field_of(kind: str, name: str) -> str:
    """
    What a field of the dialog is called.

    >>> field_of("channel", "incidents")
    'channel.incidents'
    """
    return f"{kind}.{name}"


async def save(desk: Desk, gesture: Gesture, filled: Mapping[str, str]) -> Sentence:
    """
    Keep what was chosen, in effect at once. A name that was left empty is looked up as the policy writes it.

    Misfilled names the channels where Muster could not speak.
    """
    asked = [(kind, name) for kind, _, name in (field.partition(".") for field in filled)]
    called = await checked(desk, filled)

    async def decision(books: Books) -> Sentence:
        before = Whereabouts.from_json(await books.recall(WHEREABOUTS))
        after = merged(before, asked, filled)
        if after == before and await books.recall(WHEREABOUTS):
            return Sentence("Nothing was changed.")
        told = changes(before, after, called)
        await books.remember(WHEREABOUTS, after.to_json())
        await books.log("set_up", f"set Muster up: {told}", gesture.by, data=after.to_json())
        await look_again(books, at_once=True)
        await stirring.stir(books, [gesture.by])
        return Sentence(f"Saved, and in effect at once: {told}.")

    return await desk.decide(gesture, decision)


def merged(before: Whereabouts, asked: list[tuple[str, str]], filled: Mapping[str, str]) -> Whereabouts:
    """What stands after the dialog: each field that was in it counts, also when it is empty."""
    kept: dict[str, dict[str, Any]] = {
        CHANNEL: {**before.channels}, GROUP: {**before.groups}, CREW: {**before.crews}, PERSON: {**before.people}
    }  # fmt: skip
    for kind, name in asked:
        value = filled[field_of(kind, name)].strip()
        if value:
            kept[kind][name] = value.split() if kind == CREW else value
        else:
            kept[kind].pop(name, None)
    return Whereabouts(kept[CHANNEL], kept[GROUP], kept[CREW], kept[PERSON])


async def checked(desk: Desk, filled: Mapping[str, str]) -> dict[str, str]:
    """What the chosen channels are called, by their references. Misfilled for all that will not do."""
    wrong = {
        field_of(GROUP, name): BOTH.format(name=name) for name in crews(filled) if filled.get(field_of(GROUP, name))
    }
    rooms = {field: ref for field, ref in filled.items() if field.startswith(f"{CHANNEL}.") and ref}
    found = await asyncio.gather(*(speakable(desk, ref) for ref in rooms.values()))
    names = dict(zip(rooms.values(), found, strict=True))
    wrong |= {field: str(names[ref]) for field, ref in rooms.items() if isinstance(names[ref], Refused)}
    if wrong:
        raise Misfilled(wrong)
    return {ref: f"#{name}" for ref, name in names.items()}


def crews(filled: Mapping[str, str]) -> list[str]:
    """The groups for which people were chosen."""
    return [field.partition(".")[2] for field, who in filled.items() if field.startswith(f"{CREW}.") and who.strip()]


async def speakable(desk: Desk, room: str) -> str | Refused:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await spoken_in(desk, room)
    except Rejected as refusal:
        return Refused(refusal.sentence)
    except (Busy, Doubt, TimeoutError):
        return Refused(UNSURE)


async def spoken_in(desk: Desk, room: str) -> str:
    """The name of a channel in which Muster can speak. Rejected when it cannot."""
    try:
        info = await desk.chat.room_info(room)
    except Rejected as refusal:
        raise Rejected(f"Muster cannot see that channel. {INVITE}") from refusal
    if info.archived:
        raise Rejected(f"#{info.name} is archived. Choose a channel that people still write in.")
    if info.private and not info.member:
        raise Rejected(f"#{info.name} is private, and Muster is not in it. {INVITE}")
    return info.name


def changes(before: Whereabouts, after: Whereabouts, called: Mapping[str, str]) -> str:
    """What differs, in words; the names of channels are in `called`."""
    told: list[str] = []
    for sign, was, now in (
        ("#", before.channels, after.channels), ("@", before.groups, after.groups), ("", before.people, after.people)
    ):  # fmt: skip
        told += [f"{sign}{name} is {called.get(ref, ref)}" for name, ref in now.items() if was.get(name) != ref]
        told += [f"{sign}{name} is as the policy says" for name in was if name not in now]
    told += [
        f"@{name} is {' '.join(who)}"
        for name, who in after.crews.items()
        if list(before.crews.get(name, ())) != list(who)
    ]
    told += [f"@{name} is as the policy says" for name in before.crews if not after.knows_group(name)]
    return ", ".join(dict.fromkeys(told)) or "all is as the policy says"
