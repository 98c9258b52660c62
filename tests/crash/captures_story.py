"""A story of what people say and mark: an incident declared about a thread, emoji, pins, edits, deletion, shortcuts."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.adapters.store import Store
from bot.domain import facts
from bot.simulator import Answer, Message
from bot.simulator.deliveries import Envelope
from tests.crash.findings import Findings, key, ours, what
from tests.crash.lab import PATIENCE, Lab
from tests.crash.story import ROOM

FACTS = {
    facts.Declared: 1, facts.Captured: 6, facts.CaptureEdited: 1, facts.CaptureRemoved: 1, facts.TaskAdded: 1,
    facts.GaveUp: 0,
}  # fmt: skip
#: where what stands once
SAID = {(ROOM, "origin say"): 1, ("general", "origin point"): 1, (ROOM, "aside aside"): 1}
#: what is on record in the end, as list and text
STANDING = Counter({
    ("timeline", "checkout returns 500"): 1, ("timeline", "since the deploy"): 1,
    ("timeline", "the pool was exhausted"): 1, ("task", "fail over the database"): 1, ("timeline", "we are back"): 1,
})  # fmt: skip
#: the calls that captures bring, by their names
BROUGHT = ("conversations.replies", "chat.getPermalink", "origin say", "origin point", "aside aside")
#: events that are about a marked message
ABOUT_MARKS = frozenset({"reaction_added", "pin_added", "message_changed", "message_deleted"})
EVENTS = 6
LONG_AFTER = timedelta(minutes=10)


async def tell(lab: Lab) -> None:
    person = lab.simulator.person
    first = await says(lab, "eli", "#general", "checkout returns 500")
    await says(lab, "chen", "#general", "since the deploy", first)
    await declares(lab, first)
    pool = await says(lab, "ben", ROOM, "the pool is exhausted")
    await person("chen").reacts(pool, "pushpin")
    await settled(lab)
    await person("ben").edits(pool, "the pool was exhausted")
    await settled(lab)
    await person("ben").reacts(await says(lab, "dana", ROOM, "fail over the database"), "pencil2")
    await settled(lab)
    mistake = await says(lab, "ben", ROOM, "never mind")
    await person("dana").pins(mistake)
    await settled(lab)
    await person("ben").deletes(mistake)
    await settled(lab)
    back = await says(lab, "chen", ROOM, "we are back")
    await lab.gesture(lambda: person("dana").uses_shortcut("to_timeline", back))
    await settled(lab)


async def says(lab: Lab, name: str, where: str, text: str, thread: Message | None = None) -> Message:
    message = await lab.simulator.person(name).says(where, text, thread)
    assert isinstance(message, Message)
    return message


async def declares(lab: Lab, about: Message) -> None:
    """A dialog may die with Muster: then the shortcut is chosen once more."""
    ana = lab.simulator.person("ana")
    async with asyncio.timeout(PATIENCE):
        while not ana.views:
            await lab.gesture(lambda: ana.uses_shortcut("declare_from", about))
            await settled(lab)

    async def hand_in() -> Answer:
        outcome = await ana.submits(None, {"title": "checkout is failing", "severity": "sev1"})
        return Answer(outcome.ok)

    await lab.gesture(hand_in)
    await settled(lab)


async def settled(lab: Lab) -> None:
    """At rest; what was not acknowledged comes again at once, and not after the minute that Slack waits."""
    deliveries = lab.simulator.core.deliveries
    async with asyncio.timeout(PATIENCE):
        while True:
            await lab.at_rest()
            if not deliveries.queue:
                return
            deliveries.run_due(datetime.now(UTC) + LONG_AFTER)


class AtEvent:
    """Kills while the `nth` event about a mark is on its way, or is taken, once."""

    def __init__(self, lab: Lab, nth: int, chance: random.Random) -> None:
        self.reached = False
        self._lab, self._nth, self._chance = lab, nth, chance
        self._events: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()
        lab.simulator.on_delivery.append(self._hook)

    def _hook(self, envelope: Envelope, phase: str) -> None:
        event = envelope.payload.get("event") or {}
        if phase != "sent" or self.reached or (event.get("subtype") or event.get("type")) not in ABOUT_MARKS:
            return
        id = envelope.payload["event_id"]
        if event.get("user") == self._lab.simulator.workspace.bot.id or own(self._lab, event) or id in self._events:
            return
        self._events.append(id)
        if len(self._events) == self._nth:
            self.reached = True
            task = asyncio.create_task(self._strike(self._chance.random() * 0.02))
            self._tasks.add(task)

    async def _strike(self, after: float) -> None:
        await asyncio.sleep(after)
        self._lab.kill()


def own(lab: Lab, event: dict[str, object]) -> bool:
    message = event.get("message")
    return isinstance(message, dict) and message.get("user") == lab.simulator.workspace.bot.id


async def left(lab: Lab) -> Findings:
    """Muster is ended; what is missing, doubled or wrong."""
    await lab.end()
    found = Findings(wrong=[*lab.mishaps, *lab.broken()])
    look_at_messages(lab, found)
    store = await Store.open(lab.database, datetime.now(UTC))
    try:
        await look_at_record(store, found)
    finally:
        await store.close()
    return found


def look_at_messages(lab: Lab, found: Findings) -> None:
    keys: Counter[str] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    for where, message in ours(lab.simulator):
        keys[key(message)] += 1
        seen[where, what(lab, key(message))] += 1
    for (where, of), times in SAID.items():
        found.count(f"{of} in {where}", seen[where, of], times)
    for name, times in keys.items():
        found.check(times == 1, f"the key {name} stands on {times} messages")


async def look_at_record(store: Store, found: Findings) -> None:
    incidents = await store.incidents(open=None)
    found.count("incident", len(incidents))
    with suppress(IndexError):
        incident = incidents[0]
        found.wrong += await store.verify(incident.id)
        happened = Counter(type(fact.event) for fact in await store.facts(incident.id))
        for kind, times in FACTS.items():
            found.count(kind.__name__, happened[kind], times)
        standing = Counter((kept.list, kept.text) for kept in incident.captures.values())
        found.check(standing == STANDING, f"on record are {dict(standing)}")
