"""What a look at a message makes of an incident: pure, so that any look, at any time, comes to the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain import facts
from bot.domain.facts import Event, Fact
from bot.domain.incident import MUSTER, Incident
from bot.domain.redaction import redacted
from bot.policy.capture import Capture
from bot.ports import Said

TIMELINE, TASK, ACTION_ITEM = "timeline", "task", "action_item"
#: the lists that make work
WORK = frozenset({TASK, ACTION_ITEM})
LONGEST, LONGEST_TASK, MOST_FILES = 2000, 300, 10
#: of a text that is longer only so much is looked through for secrets
LONGEST_READ = 12_000


@dataclass(frozen=True)
class Hand:
    """Somebody put the message on a list by hand, a moment ago; `task` is the number of the task made of it."""

    list: str
    by: str
    task: int = 0


@dataclass(frozen=True)
class Look:
    """
    What a look at `message` came to: `said` is None when it is gone. `by` is who marked or unmarked it last, `how`
    with what. `marks` says whether its marks were seen, `here` whether it was said where this incident lives, so that
    new ones count; `made` are the tasks that were made of it, by list.
    """

    message: str
    said: Said | None
    at: datetime
    by: str = MUSTER
    how: str = "emoji"
    marks: bool = True
    here: bool = True
    hands: tuple[Hand, ...] = ()
    made: Mapping[str, int] = field(default_factory=dict)


def clean(said: Said) -> Said:
    """As it may be kept: without secrets, and not too long."""
    files = dict(list(said.files.items())[:MOST_FILES])
    named = {cut(redacted(name), 120): link for name, link in files.items()}
    return replace(said, text=cut(redacted(said.text[:LONGEST_READ]), LONGEST), files=named)


def cut(text: str, longest: int) -> str:
    """
    >>> cut("abcdef", 4), cut("abc", 4)
    ('abc…', 'abc')
    """
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def capture_id(list: str, message: str) -> str:
    """One for each message and list."""
    return f"{list}:{message}"


def lists(capture: Capture, said: Said) -> dict[str, tuple[str, ...]]:
    """The lists on which its marks put a message, and who put them there. Muster pins its own messages itself."""
    found: dict[str, tuple[str, ...]] = {}
    for marks in capture.lists:
        people = [person for emoji in marks.emoji for person in said.marks.get(emoji, ())]
        if people:
            found[marks.id] = tuple(dict.fromkeys(people))
    if said.pinned and capture.pins and said.author != MUSTER:
        found.setdefault(capture.pins, ())
    return found


def follow(incident: Incident, capture: Capture, look: Look) -> tuple[Incident, list[Fact]]:
    """The incident as it is after the look, and what came of it."""
    new: list[Fact] = []
    for change in (_gone, _unmarked, _edited, _marked, _by_hand):
        for event, by, at in list(change(incident, capture, look)):
            incident, fact = incident.add(event, by, at)
            new.append(fact)
    return incident, new


Changes = Iterator[tuple[Event, str, datetime]]


def _live(incident: Incident, message: str) -> list[str]:
    return [id for id, kept in incident.captures.items() if kept.message == message]


def _gone(incident: Incident, capture: Capture, look: Look) -> Changes:
    if look.said is None:
        for id in _live(incident, look.message):
            yield facts.CaptureRemoved(id, "deleted"), MUSTER, look.at


def _unmarked(incident: Incident, capture: Capture, look: Look) -> Changes:
    """What was put there by hand stays, and so does what the policy has no list for any more."""
    if look.said is None or not look.marks:
        return
    known = {marks.id for marks in capture.lists} | {capture.pins}
    still = lists(capture, look.said)
    for id in _live(incident, look.message):
        kept = incident.captures[id]
        if kept.how != "shortcut" and kept.list in known and kept.list not in still:
            yield facts.CaptureRemoved(id, "unmarked"), look.by, look.at


def _edited(incident: Incident, capture: Capture, look: Look) -> Changes:
    """Muster changes its own messages all the time; what they said when they were marked counts."""
    if look.said is None or look.said.author == MUSTER:
        return
    for id in _live(incident, look.message):
        if incident.captures[id].text != look.said.text:
            yield facts.CaptureEdited(id, look.said.text), look.said.author, look.said.edited or look.at


def _marked(incident: Incident, capture: Capture, look: Look) -> Changes:
    if look.said is None or not (look.marks and look.here):
        return
    for list, people in lists(capture, look.said).items():
        if capture_id(list, look.message) not in incident.captures:
            by = look.by if look.by in people or not people else people[0]
            yield from _new(incident, look, list, by, _how(capture, look, list, people))


def _how(capture: Capture, look: Look, list: str, people: Collection[str]) -> str:
    pinned = look.said is not None and look.said.pinned and list == capture.pins
    return "pin" if pinned and (look.how == "pin" or not people) else "emoji"


def _by_hand(incident: Incident, capture: Capture, look: Look) -> Changes:
    if look.said is None:
        return
    for hand in look.hands:
        if capture_id(hand.list, look.message) not in incident.captures:
            yield captured(look.said, hand.list, "shortcut", hand.task), hand.by, look.said.at


def _new(incident: Incident, look: Look, list: str, by: str, how: str) -> Changes:
    assert look.said is not None
    task = look.made.get(list, 0)
    if list in WORK and not task:
        task = len(incident.tasks) + 1
        yield facts.TaskAdded(task, task_of(look.said), None, list == ACTION_ITEM), by, look.at
    yield captured(look.said, list, how, task), by, look.said.at


def captured(said: Said, list: str, how: str, task: int = 0) -> facts.Captured:
    id = capture_id(list, said.message)
    return facts.Captured(id, said.message, how, list, said.text, said.author, said.link, said.files, task)


def list_of(made: facts.TaskAdded) -> str:
    return ACTION_ITEM if made.later else TASK


def task_of(said: Said) -> str:
    words = " ".join(said.text.split()) or ", ".join(said.files)
    return cut(words, LONGEST_TASK) or "see the message that this came from"
