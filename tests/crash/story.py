"""The story that is told in every lab, and what must stand in Slack and in the record when it is over."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.adapters.slack.views import Rendered, render
from bot.adapters.store import Store
from bot.domain import facts
from bot.domain.incident import Incident
from bot.messages import Announcement, Card, Checklist, Page
from bot.messages import Message as Shown
from bot.policy import book
from bot.policy.plain import PLAIN
from bot.simulator import Channel, Message, Simulator
from bot.simulator.records import texts
from tests.crash.lab import Lab

ROOM = "inc-1-checkout-is-failing"
GESTURES = (
    ("ana", "/incident declare sev1 checkout is failing"),
    ("ben", "/incident update #1 half of the payments work again"),
    ("eli", "/incident role #1 commander"),
    ("ana", "/incident resolve #1 rollback the deploy was reverted"),
)
ANSWERS = (
    "#1 is declared: SEV1, checkout is failing. Its room is opening; the link follows here.",
    "Update 1 of #1 is on its way.",
    "You are Incident Commander of #1 now.",
    "#1 is resolved. Its postmortem follows.",
)
#: (where, kind of run and name of step that its key names) of every message that is Muster's own, each once
MESSAGES = frozenset({
    (ROOM, "war_room card"),
    (ROOM, "war_room checklist"),
    (ROOM, "update room"),
    (ROOM, "role handover"),
    (ROOM, "ending room"),
    (ROOM, "checklist post"),
    ("incidents", "war_room announcement"),
    ("incidents", "page mention"),
    ("status-updates", "update audience:status-updates"),
    ("status-updates", "ending audience:status-updates"),
    ("dm ben", "page page"),
    ("dm chen", "page page"),
    ("dm dana", "page page"),
    ("dm eli", "role duties"),
})  # fmt: skip
#: said where the person asked, or failing that in a direct message; if nobody knows whether it was, in both
WELCOME = ("dm ana", "war_room welcome")
MEMBERS = {"ana", "ben", "chen", "dana", "eli"}
#: what may have become true how often
FACTS = {
    facts.Declared: 1, facts.Promised: 1, facts.RoomOpened: 1, facts.Announced: 1, facts.Paged: 3, facts.Updated: 1,
    facts.RoleTaken: 1, facts.Resolved: 1, facts.PostmortemWritten: 1, facts.ChecklistOpened: 2,
}  # fmt: skip


@dataclass
class Findings:
    """Sentences: what is missing, what is there twice, and what else is not as it should be."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def count(self, what: str, found: int, wanted: int = 1) -> None:
        self.lost += [f"missing: {what}"] * (wanted - found)
        self.doubled += [f"too much: {what}"] * (found - wanted)

    def check(self, right: bool, sentence: str) -> None:
        if not right:
            self.wrong.append(sentence)

    def __bool__(self) -> bool:
        return bool(self.lost or self.doubled or self.wrong)

    def __str__(self) -> str:
        return "\n".join([*self.lost, *self.doubled, *self.wrong])


async def tell(lab: Lab, chance: random.Random | None = None) -> None:
    """
    The four gestures, each made again until it is acknowledged. They follow when all is at rest; with `chance`, some
    follow at once, but the last: what is over pages nobody.
    """
    for gesture, right in zip(GESTURES, ANSWERS, strict=True):
        if chance is None or gesture == GESTURES[-1] or chance.random() < 0.5:
            await lab.at_rest()
        person, said = gesture
        answer = await lab.says(person, "#general", said)
        assert answer == right, f"{said} was answered: {answer}"
    await lab.at_rest()


async def findings(lab: Lab) -> Findings:
    """Muster is ended, and what it left in Slack and in its record is compared with the story."""
    await lab.end()
    found = Findings(wrong=[*lab.mishaps, *lab.broken()])
    look_at_messages(lab, found)
    look_at_room(lab.simulator, found)
    store = await Store.open(lab.database, datetime.now(UTC))
    try:
        await look_at_record(store, lab, found)
    finally:
        await store.close()
    return found


# Slack


def ours(simulator: Simulator) -> Iterator[tuple[str, Message]]:
    """Every message of Muster that carries a key, and where it stands."""
    for channel in simulator.workspace.channels.values():
        for message in channel.messages.values():
            if message.user == simulator.workspace.bot.id and message.metadata and not message.deleted:
                yield place(simulator, channel), message


def place(simulator: Simulator, channel: Channel) -> str:
    """Every room that Muster made counts as the room: how many there are is counted by itself."""
    bot = simulator.workspace.bot.id
    if channel.kind != "im":
        return ROOM if channel.creator == bot else channel.name
    return "dm " + next(simulator.workspace.users[u].name for u in channel.members if u != bot)


def key(message: Message) -> str:
    assert message.metadata
    return str(message.metadata["event_payload"]["key"])


def look_at_messages(lab: Lab, found: Findings) -> None:
    kinds: dict[str, str] = dict(lab.ask("SELECT id, kind FROM runs"))
    keys: Counter[str] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    order: list[tuple[str, str]] = []
    for where, message in ours(lab.simulator):
        run, _, step = key(message).partition(":")
        what = f"{kinds.get(run, 'unknown')} {step.partition(':')[0] if step.startswith('page:') else step}"
        keys[key(message)] += 1
        seen[where, what] += 1
        order.append((where, what))
    for expected in MESSAGES | (seen.keys() - {WELCOME}):
        found.count(f"{expected[1]} in {expected[0]}", seen[expected], int(expected in MESSAGES))
    for name, times in keys.items():
        found.check(times == 1, f"the key {name} stands on {times} messages")
    said = [what for where, what in order if where == ROOM and not what.startswith("war_room")]
    in_order = said[0:1] == ["update room"] and said[-2:] == ["ending room", "checklist post"]
    found.check(in_order, f"the room was told in the order {said}")
    look_at_welcome(lab.simulator, seen[WELCOME], found)


def look_at_welcome(simulator: Simulator, direct: int, found: Findings) -> None:
    ana = simulator.person("ana")
    told = sum(m.ephemeral_to == ana.id and "The room is open" in m.words for m in ana.sees("#general"))
    found.count("link to the room", min(told + direct, 1))
    found.check(told <= 1 and direct <= 1, f"ana got the link {told} times in the channel, {direct} times directly")


def look_at_room(simulator: Simulator, found: Findings) -> None:
    workspace = simulator.workspace
    rooms = [c for c in workspace.channels.values() if c.creator == workspace.bot.id and c.kind != "im"]
    found.count("room", len(rooms))
    if not rooms:
        return
    room = rooms[0]
    found.check(room.name == ROOM, f"the room is called {room.name}")
    missing = MEMBERS - {workspace.users[u].name for u in room.members}
    found.lost += [f"missing: {name} in the room" for name in sorted(missing)]
    found.count("bookmark", len(room.bookmarks))
    found.count("pin", len(room.pins))
    found.check(room.purpose.value.startswith("Response to #1"), f"the room's purpose is {room.purpose.value!r}")
    found.count("postmortem file", sum(bool(m.files) and not m.deleted for m in room.messages.values()))


# the record


async def look_at_record(store: Store, lab: Lab, found: Findings) -> None:
    incidents = await store.incidents(open=None)
    found.count("incident", len(incidents))
    (integrity,) = lab.ask("PRAGMA integrity_check")
    found.check(integrity[0] == "ok", f"the file is damaged: {integrity[0]}")
    receipts = lab.ask("SELECT count(*) FROM receipts")[0][0]
    found.check(receipts == len(GESTURES), f"{receipts} receipts for {len(GESTURES)} gestures")
    if not incidents:
        return
    incident = incidents[0]
    found.wrong += await store.verify(incident.id)
    happened = Counter(type(fact.event) for fact in await store.facts(incident.id))
    for kind in FACTS.keys() | happened.keys():
        found.check(happened[kind] == FACTS.get(kind, 0), f"{kind.__name__} is on record {happened[kind]} times")
    await look_at_surfaces(store, incident, lab, found)


async def look_at_surfaces(store: Store, incident: Incident, lab: Lab, found: Findings) -> None:
    """What is shown is what the record says."""
    policy = book.load("default")
    troubles = tuple(await store.troubles(incident.id))
    right: dict[str, Shown] = {
        "war_room card": Card(policy, incident, troubles, incident.next_update),
        "war_room announcement": Announcement(policy, incident),
        "war_room checklist": Checklist(policy, incident),
        "checklist post": Checklist(policy, incident, "closing"),
        "page page": Page(policy, incident),
    }
    kinds: dict[str, str] = dict(lab.ask("SELECT id, kind FROM runs"))
    for where, message in ours(lab.simulator):
        run, _, step = key(message).partition(":")
        what = f"{kinds.get(run)} {step.partition(':')[0]}"
        if what in right:
            shown = message.text, texts(message.blocks)
            found.check(shown == words(render(right[what])), f"stale: {what} in {where} shows {shown}")
        offered = incident.over and "Acknowledge" in texts(message.blocks)
        found.check(not offered, f"stale: {what} in {where} offers Acknowledge")
    topic = policy.texts.render("room_topic", {**policy.about(incident), "due": incident.next_update}, PLAIN)
    topic = " · ".join(topic.split(" · ")[:2])
    room = next((c for c in lab.simulator.workspace.channels.values() if c.name == incident.room_name), None)
    shown_topic = room.topic.value if room else None
    found.check(str(shown_topic).startswith(topic), f"stale: the topic is {shown_topic}")


def words(rendered: Rendered) -> tuple[str, list[str]]:
    return rendered.text, texts(rendered.blocks)


@dataclass(frozen=True)
class Tally:
    """The figures of a test."""

    stories: int = 0
    kills: int = 0
    lives: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0

    def with_story(self, lab: Lab, found: Findings) -> Tally:
        return replace(
            self, stories=self.stories + 1, kills=self.kills + lab.kills, lives=self.lives + lab.lives,
            lost=self.lost + len(found.lost), doubled=self.doubled + len(found.doubled),
            wrong=self.wrong + len(found.wrong),
        )  # fmt: skip

    def __str__(self) -> str:
        return (
            f"{self.stories} stories, {self.kills} kills, {self.lives} lives: "
            f"{self.lost} lost, {self.doubled} doubled, {self.wrong} wrong"
        )
