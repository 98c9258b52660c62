"""A story of an incident that everybody knows of, and that only those on it may know of from then on."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from bot.adapters.store import Store
from bot.domain import facts
from bot.simulator import Channel
from tests.crash.findings import Findings, key, ours, what
from tests.crash.killers import Point
from tests.crash.lab import Lab
from tests.crash.story import Said, say

SAID = (
    Said("ana", "/incident declare sev1 mallory reads the payroll", "#1 is declared: .*"),
    Said("ben", "/incident ack #1", "You acknowledged #1."),
    Said("ana", "/incident restrict #1 a leak, not public yet", "#1 is restricted: .*"),
)
SECRETS = ("mallory", "payroll")
INSIDE = frozenset({"ana", "ben", "chen", "dana"})
#: what must stand once
TOLD = ("seclude card", "seclude checklist", "seclude farewell")
OF_IT = {facts.VisibilityChanged: 1, facts.RoomOpened: 2, facts.Acknowledged: 1}


def brought(point: Point) -> bool:
    """The calls that restricting brings."""
    another = (point.call, point.nth) == ("conversations.create", 2)
    return another or point.call == "conversations.rename" or "seclude" in point.call


async def tell(lab: Lab) -> None:
    for said in SAID:
        await say(lab, said)
        await lab.at_rest()


async def left(lab: Lab) -> Findings:
    """What is lost, doubled or wrong, and what can still be read in public."""
    await lab.end()
    found = Findings(wrong=[*lab.mishaps, *lab.broken()])
    keys = Counter(key(message) for _, message in ours(lab.simulator))
    found.check(max(keys.values()) == 1, f"a key stands on several messages: {keys.most_common(1)}")
    seen = Counter(what(lab, key(message)) for _, message in ours(lab.simulator))
    for told in TOLD:
        found.count(told, seen[told])
    look_at_rooms(lab, found)
    store = await Store.open(lab.database, datetime.now(UTC))
    try:
        await look_at_record(store, found)
    finally:
        await store.close()
    return found


def look_at_rooms(lab: Lab, found: Findings) -> None:
    workspace = lab.simulator.workspace
    rooms = [c for c in workspace.channels.values() if c.creator == workspace.bot.id and c.kind != "im"]
    found.count("room", len(rooms), 2)
    for room in (room for room in rooms if room.kind == "private"):
        inside = {workspace.users[user].name for user in room.members}
        found.check(inside >= INSIDE, f"only {sorted(inside)} came along")
    found.count("private room", sum(room.kind == "private" for room in rooms))
    for channel in (c for c in workspace.channels.values() if c.kind == "channel"):
        found.wrong += [f"#{channel.name} still says: {text[:80]}" for text in readable(lab, channel) if leaks(text)]


def readable(lab: Lab, channel: Channel) -> list[str]:
    """All of Muster's there that everybody can read; not what Slack itself keeps of earlier names."""
    bot = lab.simulator.workspace.bot.id
    ours = [m for m in channel.messages.values() if m.user == bot and not (m.deleted or m.subtype or m.ephemeral)]
    return [channel.name, channel.topic.value, channel.purpose.value, *(message.words for message in ours)]


def leaks(text: str) -> bool:
    return any(secret in text.lower() for secret in SECRETS)


async def look_at_record(store: Store, found: Findings) -> None:
    [incident] = await store.incidents(open=None)
    found.wrong += await store.verify(incident.id)
    happened = Counter(type(fact.event) for fact in await store.facts(incident.id))
    for kind, times in OF_IT.items():
        found.count(kind.__name__, happened[kind], times)
    found.check(incident.restricted, "it is not restricted")
    found.check(not await store.troubles(incident.id), "it has troubles")
