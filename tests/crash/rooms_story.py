"""A story of rooms: an incident goes into another, whose room is renamed, written about and archived in the end."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from bot.adapters.store import Store
from bot.domain import facts
from bot.domain.incident import Incident
from tests.crash.findings import Findings, key, look_at_canvas, ours, what
from tests.crash.lab import Lab
from tests.crash.story import Said, say

SAID = (
    Said("ana", "/incident declare sev1 checkout is failing", "#1 is declared: .*"),
    Said("ben", "/incident declare sev1 logins are refused", "#2 is declared: .*"),
    Said("eli", "/incident task #2 @chen clear the sessions", "Task 1 of #2 is written down."),
    Said("eli", "/incident merge sure #2 into #1", "#2 is a part of #1 now. 1 task moved there. .*"),
    Said("eli", "/incident handoff #1 @dana the rollback runs", ".* has your words."),
    Said("eli", "/incident rename #1 payments fail", "#1 is called payments fail now."),
    Said("eli", "/incident rename #1 room", "The room of #1 is being renamed to #inc-1-payments-fail."),
    Said("ana", "/incident resolve #1 rollback the deploy was reverted", "#1 is resolved. .*"),
    Said("ana", "/incident archive #1", "#inc-1-payments-fail is being archived. The record of #1 stays."),
)
NAME = "inc-1-payments-fail"
#: what must stand once
TOLD = ("merged away", "merged in", "merged audience:status-updates", "handoff handover", "handoff briefing",
        "archive last_words")  # fmt: skip
OF_GONE = {facts.Merged: 1, facts.Moved: 1}
OF_KEPT = {facts.Absorbed: 1, facts.TaskAdded: 1, facts.HandedOff: 1, facts.RoleTaken: 1, facts.Retitled: 1,
           facts.RoomRenamed: 1, facts.Resolved: 1, facts.RoomArchived: 1, facts.PostmortemWritten: 1}  # fmt: skip
#: the calls that this story brings, by their names
BROUGHT = frozenset({
    *(f"chat.postMessage {told}" for told in TOLD), "conversations.members", "conversations.rename", "canvases.create",
    "bookmarks.add Postmortem", "conversations.archive",
})  # fmt: skip


async def tell(lab: Lab) -> None:
    for said in SAID:
        await say(lab, said)
        await lab.at_rest()
        if said == SAID[1]:
            await lab.simulator.person("eli").joins(second(lab).name)
            await lab.at_rest()


def second(lab: Lab) -> object:
    return next(c for c in lab.simulator.workspace.channels.values() if c.name.startswith("inc-2"))


async def left(lab: Lab) -> Findings:
    """What is lost, doubled or wrong."""
    await lab.end()
    found = Findings(wrong=[*lab.mishaps, *lab.broken()])
    keys = Counter(key(message) for _, message in ours(lab.simulator))
    found.check(max(keys.values()) == 1, f"a key stands on several messages: {keys.most_common(1)}")
    seen = Counter(what(lab, key(message)) for _, message in ours(lab.simulator))
    for told in TOLD:
        found.count(told, seen[told])
    store = await Store.open(lab.database, datetime.now(UTC))
    try:
        await look_at_record(store, lab, found)
    finally:
        await store.close()
    return found


async def look_at_record(store: Store, lab: Lab, found: Findings) -> None:
    gone, kept = await store.incident_numbered(2), await store.incident_numbered(1)
    assert gone and kept
    for incident, wanted in ((gone, OF_GONE), (kept, OF_KEPT)):
        found.wrong += await store.verify(incident.id)
        happened = Counter(type(fact.event) for fact in await store.facts(incident.id))
        for kind, times in wanted.items():
            found.count(f"{kind.__name__} of {incident.name}", happened[kind], times)
        found.check(not await store.troubles(incident.id), f"{incident.name} has troubles")
        if incident is kept:
            look_at_canvas(lab.simulator, kept, happened[facts.CanvasWritten], found)
    found.check(gone.merged_into == (kept.id, "#1"), "#2 does not know where it went")
    look_at_room(lab, kept, found)


def look_at_room(lab: Lab, kept: Incident, found: Findings) -> None:
    workspace = lab.simulator.workspace
    rooms = [c for c in workspace.channels.values() if c.creator == workspace.bot.id and c.kind != "im"]
    found.count("room", len(rooms), 2)
    [room] = [c for c in rooms if f"slack:{c.id}" == kept.room]
    found.check(room.name == kept.room_name == NAME, f"the room is called {room.name}")
    found.check(room.archived, "the room is not archived")
    inside = {workspace.users[user].name for user in room.members}
    found.check({"ana", "ben", "chen", "dana", "eli"} <= inside, f"only {sorted(inside)} came along")
