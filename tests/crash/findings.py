"""What Muster left in Slack and in its record, compared with the story."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.adapters.slack.views import Rendered, render
from bot.adapters.store import Store
from bot.domain import facts
from bot.domain.incident import Incident
from bot.engine.journal import Trouble
from bot.messages import Announcement, Card, Checklist, Page, Question, Whys
from bot.messages import Message as Shown
from bot.policy import book
from bot.policy.book import Book
from bot.policy.plain import PLAIN
from bot.simulator import Channel, Message, Simulator
from bot.simulator.calls import Call
from bot.simulator.records import texts
from bot.workflows.ahead import standings, upcoming
from bot.workflows.diagnosis import diagnosed
from bot.workflows.rooms import canvas
from tests.crash.lab import Lab
from tests.crash.story import ROOM, SHORT, Story

#: said where the person asked, or failing that in a direct message; if nobody knows whether it was, in both
WELCOME = ("dm ana", "war_room welcome")


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


async def findings(lab: Lab, story: Story = SHORT) -> Findings:
    """Muster is ended, and all that it left is looked at."""
    await lab.end()
    found = Findings(wrong=[*lab.mishaps, *lab.broken()])
    look_at_messages(lab, story, found)
    look_at_room(lab.simulator, story, found)
    look_at_watch(lab.simulator, found)
    store = await Store.open(lab.database, datetime.now(UTC))
    try:
        await look_at_record(store, lab, story, found)
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


def what(lab: Lab, key: str) -> str:
    """The kind of run, what it is of (a checklist, a template), and the name of the step: "checklist:closing post"."""
    run, _, step = key.partition(":")
    [(kind, data)] = lab.ask("SELECT kind, data FROM runs WHERE id = ?", run) or [("unknown", "{}")]
    of = json.loads(data).get("checklist") or json.loads(data).get("template")
    kind = f"{kind}:{of}" if of else kind
    return f"{kind} {step.partition(':')[0] if step.startswith('page:') else step}"


def named(lab: Lab, call: Call) -> str:
    """The method, and what it posts, edits or adds, or whom it invites."""
    args, workspace = call.args, lab.simulator.workspace
    match call.method:
        case "chat.postMessage" if args.get("metadata"):
            of = what(lab, json.loads(args["metadata"])["event_payload"]["key"])
        case "chat.update":
            of = what(lab, key(workspace.message(workspace.channels[args["channel"]], args["ts"])))
        case "bookmarks.add":
            of = args["title"]
        case "conversations.invite":
            of = " ".join(workspace.users[id].name for id in args["users"].split(","))
        case _:
            of = ""
    return f"{call.method} {of}".rstrip()


def look_at_messages(lab: Lab, story: Story, found: Findings) -> None:
    keys: Counter[str] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    in_room = []
    for where, message in ours(lab.simulator):
        of = what(lab, key(message))
        keys[key(message)] += 1
        seen[where, of] += 1
        if where == ROOM and not of.startswith("war_room"):
            in_room.append(of)
    for expected in story.messages.keys() | (seen.keys() - {WELCOME}):
        found.count(f"{expected[1]} in {expected[0]}", seen[expected], story.messages[expected])
    for name, times in keys.items():
        found.check(times == 1, f"the key {name} stands on {times} messages")
    found.check(in_room == list(story.in_room), f"the room was told in the order {in_room}")
    if story.declarer:
        look_at_welcome(lab.simulator, story.declarer, seen[WELCOME], found)


def look_at_welcome(simulator: Simulator, declarer: str, direct: int, found: Findings) -> None:
    person = simulator.person(declarer)
    told = sum(m.ephemeral_to == person.id and "The room is open" in m.words for m in person.sees("#general"))
    found.count("link to the room", min(told + direct, 1))
    found.check(told <= 1 and direct <= 1, f"{declarer} got the link {told} times in the channel, {direct} directly")


def look_at_room(simulator: Simulator, story: Story, found: Findings) -> None:
    workspace = simulator.workspace
    rooms = [c for c in workspace.channels.values() if c.creator == workspace.bot.id and c.kind != "im"]
    found.count("room", len(rooms))
    if not rooms:
        return
    room = rooms[0]
    found.check(room.name == ROOM, f"the room is called {room.name}")
    missing = story.members - {workspace.users[u].name for u in room.members}
    found.lost += [f"missing: {name} in the room" for name in sorted(missing)]
    marks = Counter(mark["title"] for mark in room.bookmarks if mark["title"] != canvas.TITLE)
    for title in marks.keys() | set(story.bookmarks):
        found.count(f"bookmark {title}", marks[title], int(title in story.bookmarks))
    found.count("pin", len(room.pins))
    found.count("postmortem file", sum(bool(m.files) and not m.deleted for m in room.messages.values()))


def look_at_watch(simulator: Simulator, found: Findings) -> None:
    """Slack was to say that Muster is down only while something was open, and never had to."""
    found.doubled += [f"still scheduled: {one.fields['text']}" for one in simulator.workspace.scheduled.values()]
    said = [m for c in simulator.workspace.channels.values() for m in c.messages.values() if "may be down" in m.words]
    found.check(not said, f"Slack said {len(said)} times that Muster may be down")


# the record


async def look_at_record(store: Store, lab: Lab, story: Story, found: Findings) -> None:
    incidents = await store.incidents(open=None)
    found.count("incident", len(incidents))
    (integrity,) = lab.ask("PRAGMA integrity_check")
    found.check(integrity[0] == "ok", f"the file is damaged: {integrity[0]}")
    receipts = lab.ask("SELECT count(*) FROM receipts")[0][0]
    gestures = len(story.said) + story.pressed
    found.check(receipts == gestures, f"{receipts} receipts for {gestures} gestures")
    if not incidents:
        return
    incident = incidents[0]
    found.wrong += await store.verify(incident.id)
    happened = Counter(type(fact.event) for fact in await store.facts(incident.id))
    look_at_canvas(lab.simulator, incident, happened.pop(facts.CanvasWritten, 0), found)
    for kind in story.facts.keys() | happened.keys():
        found.check(happened[kind] == story.facts.get(kind, 0), f"{kind.__name__} is on record {happened[kind]} times")
    await look_at_surfaces(store, incident, lab, found)


def look_at_canvas(simulator: Simulator, incident: Incident, written: int, found: Findings) -> None:
    """There is one, and it is on record; or nobody can know whether there is, and people are told so."""
    room = simulator.workspace.find(incident.room_name)
    stands = sum(one.channel == room.id for one in simulator.workspace.canvases.values())
    marks = sum(mark["title"] == canvas.TITLE for mark in room.bookmarks)
    said = any("cannot be seen" in message.words for message in room.messages.values() if message.files)
    found.check(written <= stands <= 1, f"{stands} canvases stand, of which {written} are on record")
    found.check(marks == written, f"{marks} bookmarks lead to {written} canvases")
    found.check(written == 1 or said, "nobody was told that a canvas may be missing")


async def look_at_surfaces(store: Store, incident: Incident, lab: Lab, found: Findings) -> None:
    """What is shown is what the record says."""
    policy, troubles = book.load(lab.policy), tuple(await store.troubles(incident.id))
    found.check(incident.policy == policy.hash, "it runs under another policy")
    right = surfaces(policy, incident, troubles)
    if looked := await diagnosed.recall(store, incident.diagnosis):
        found.check(looked.done, "the diagnosis has no end")
        right["diagnose diagnosis"] = diagnosed.message(policy, looked, incident)
    for where, message in ours(lab.simulator):
        of = what(lab, key(message))
        if of == "page page":
            right[of] = Page(policy, incident, key(message).partition(":page:")[2])
        if shown := right.get(of.partition(" page:")[0]):
            stands = message.text, texts(message.blocks)
            found.check(stands == words(render(shown)), f"stale: {of} in {where} shows {stands}")
        offered = incident.over and "Acknowledge" in texts(message.blocks)
        found.check(not offered, f"stale: {of} in {where} offers Acknowledge")
    room = next((c for c in lab.simulator.workspace.channels.values() if c.name == incident.room_name), None)
    shown_topic, shown_purpose = (room.topic.value, room.purpose.value) if room else ("", "")
    topic = policy.texts.render("room_topic", {**policy.about(incident), "due": incident.next_update}, PLAIN)
    found.check(shown_topic.startswith(" · ".join(topic.split(" · ")[:2])), f"stale: the topic is {shown_topic}")
    purpose = policy.texts.render("room_purpose", policy.about(incident), PLAIN)
    found.check(shown_purpose == purpose, f"stale: the purpose is {shown_purpose}")


def surfaces(policy: Book, incident: Incident, troubles: tuple[Trouble, ...]) -> dict[str, Shown]:
    """What each of them shows, by the key of its message."""
    return {
        "war_room card": Card(
            policy,
            incident,
            troubles,
            incident.next_update,
            False,
            upcoming(policy, incident),
            standings(policy, incident),
        ),
        "war_room announcement": Announcement(policy, incident),
        "war_room checklist": Checklist(policy, incident),
        **{f"checklist:{of} post": Checklist(policy, incident, of) for of in incident.checklists},
        **({"question question": Question(policy, incident, 1)} if incident.questions else {}),
        **({"analysis whys": Whys(policy, incident)} if incident.whys else {}),
    }


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
