"""
Every socket in the outer wall.

A verb that makes something takes a key: called twice with one key it makes one thing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.domain.alert import Alert, AlertGroup
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.domain.observation import Reading
from bot.engine.journal import Json, Ledger, Trouble
from bot.engine.outcomes import Key, Rejected
from bot.messages import Attachment, Document, Message
from bot.policy.book import Book
from bot.policy.diagnosis import Probe, Target
from bot.policy.scenario import Rehearsed, Scenario

T = TypeVar("T")


class NameTaken(Rejected):
    """Another room has that name."""


@dataclass(frozen=True)
class Contact:
    """
    How a person is reached outside the chat; "" where nothing is known.

    `zone` is the IANA name of their time zone, `phone` a number in E.164 as far as whoever typed it kept to that.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    zone: str = ""


@dataclass(frozen=True)
class Alarm:
    """
    What wakes somebody outside the chat. `subject` is one line, `text` a few, both plain; `link` opens the incident.

    `incident` is its id, the same for all alarms of one incident; `severity` one of critical, error, warning, info.
    """

    incident: str
    name: str
    subject: str
    text: str
    link: str = ""
    severity: str = "error"


@dataclass(frozen=True)
class KeptPolicy:
    """A policy that incidents were declared under; `layers` are its files as `bot.policy.layers` reads them."""

    hash: str
    name: str
    layers: Json


@dataclass(frozen=True)
class KeptAlert:
    """
    An alert on record: how often it came, first and last, the incident it belongs to (None while it has none), its
    group, and whether the people outside an incident were told of it.
    """

    alert: Alert
    group: str
    grade: str
    incident: str | None
    first: datetime
    last: datetime
    times: int
    told: bool = False


@dataclass(frozen=True)
class Evidence:
    """
    Something kept about an incident. `kind` is readings, log, state, report, graph or file; `sha256` in hex and `size`
    in bytes are those of its content, `mime` its media type, `name` a file name.
    """

    id: str
    incident: str
    kind: str
    title: str
    name: str
    mime: str
    sha256: str
    size: int
    at: datetime
    by: str


class Books(Ledger, Protocol):
    """One transaction: what the engine needs, and the incidents."""

    async def next_number(self) -> int: ...

    async def incident(self, id: str) -> Incident | None: ...

    async def record(self, incident: Incident, facts: Sequence[Fact]) -> None:
        """Keep the facts and the incident they add up to. A first fact (Declared) makes the row."""

    async def reserve_room(self, name: str, incident: str) -> bool:
        """True if the name was free or is this incident's already."""

    async def reserve_label(self, label: str, incident: str) -> bool:
        """True if nobody is called that, in any case, or this incident is already."""

    async def keep_policy(self, hash: str, name: str, layers: Json) -> None:
        """Keep the files of a policy; nothing happens when that hash is kept already."""

    async def due(self, subject: str, kind: str) -> datetime | None:
        """When the earliest pending timer of that kind is due."""

    async def alerts(self, ids: Sequence[str]) -> dict[str, KeptAlert]:
        """Those of these alerts that are on record, by their ids."""

    async def keep_alerts(self, alerts: Sequence[KeptAlert]) -> None:
        """Each takes the place of what is on record under its id."""

    async def firing(self, *, incident: str | None = None, group: str | None = None) -> list[KeptAlert]:
        """Those that fire, in the order they came first: of that incident, of that group, or all outside incidents."""

    async def alert_groups(self, incident: str | None) -> list[AlertGroup]:
        """
        In the order they came first: all of that incident; outside incidents (None) those that fire or that nobody was
        told of.
        """

    async def groups_firing(self, incident: str, groups: Sequence[str]) -> set[str]:
        """Those of these groups of the incident in which an alert fires."""

    async def tell_alerts(self, incident: str | None) -> None:
        """People know of all alerts of that incident, or of all outside incidents, as they stand now."""

    async def move_alerts(self, group: str, incident: str) -> int:
        """Those of the group that fire outside incidents belong to that one from now on; how many."""

    async def forget_alerts(self, before: datetime) -> int:
        """Forget those outside incidents that are well and came last before that moment; how many."""

    async def keep_evidence(self, evidence: Evidence, content: bytes) -> None:
        """Nothing happens when that id is kept already."""

    async def recent(self, by: str, words: str, since: datetime) -> Incident | None:
        """The newest open incident that this person declared in the same words at or after `since`."""


class Store(Protocol):
    """The record. Every read is for a viewer: a person, or None for Muster itself."""

    async def transact(self, decide: Callable[[Books], Awaitable[T]], now: datetime) -> T:
        """Run `decide` in one transaction: it commits as a whole, or not at all if `decide` raises."""

    async def incident(self, id: str, viewer: str | None = None) -> Incident | None: ...

    async def incident_numbered(self, number: int, viewer: str | None = None) -> Incident | None: ...

    async def incident_labelled(self, label: str, viewer: str | None = None) -> Incident | None:
        """By what it is called, in any case."""

    async def policies(self) -> list[KeptPolicy]: ...

    async def incidents_in(self, place: str, viewer: str | None = None) -> list[Incident]:
        """Those whose room, thread or announcement channel is `place`: open before ended, newest first; at most 50."""

    async def incidents(
        self, viewer: str | None = None, *, open: bool | None = True, limit: int = 50
    ) -> list[Incident]:
        """Newest first; open ones, ended ones, or (None) all."""

    async def facts(self, id: str, viewer: str | None = None) -> list[Fact]: ...

    async def troubles(self, subject: str) -> list[Trouble]: ...

    async def recall(self, name: str) -> Any: ...

    async def owner_of_room(self, room: str) -> str | None:
        """The id of the incident that has that room."""

    async def alerts_of(self, incident: str, viewer: str | None = None) -> list[KeptAlert]:
        """All that ever belonged to it, in the order they came first; at most 1,000."""

    async def alert_groups(self, incident: str | None, viewer: str | None = None) -> list[AlertGroup]:
        """As a transaction has it. Nothing for a viewer who may not see the incident."""

    async def evidence_of(self, incident: str, viewer: str | None = None) -> list[Evidence]:
        """In the order it was kept."""

    async def evidence(self, id: str, viewer: str | None = None) -> tuple[Evidence, bytes] | None:
        """With its content; None when there is none, or the viewer may not see its incident."""

    async def due(self, subject: str, kind: str) -> datetime | None:
        """When the earliest pending timer of that kind is due."""


class Chat(Protocol):
    """
    The chat people work in.

    A place is a room, or a message whose thread is meant. Every verb raises Busy, Doubt or Rejected; those that
    change what is there (`edit`, `pin`, `topic`, `purpose`, `invite`) may be called again without harm.
    """

    async def create_room(self, name: str, key: Key) -> str:
        """The new room. NameTaken if another has that name (and it is not ours from an earlier try)."""

    async def invite(self, room: str, people: Sequence[str]) -> None:
        """Whoever is in already stays. Rejected names those who cannot be invited; the others are in."""

    async def topic(self, room: str, text: str) -> None:
        """One line over the room; cut to what the chat allows."""

    async def purpose(self, room: str, text: str) -> None:
        """What the room is for, in a line; cut to what the chat allows."""

    async def post(self, place: str, message: Message, key: Key) -> str:
        """The posted message."""

    async def edit(self, posted: str, message: Message) -> None:
        """Gone (of the engine) if it was deleted."""

    async def pin(self, posted: str) -> None: ...

    async def bookmark(self, room: str, title: str, link: str, key: Key, emoji: str | None = None) -> None: ...

    async def link(self, posted: str) -> str:
        """A web address that opens the message."""

    async def direct(self, person: str) -> str:
        """The place of the conversation between Muster and that person."""

    async def stage_file(self, document: Document | Attachment) -> str:
        """Bring a file (of at least one byte) to the chat, seen by nobody yet. The staged file."""

    async def share_file(self, place: str, staged: str, title: str, comment: str, key: Key) -> str:
        """Show a staged file there. The file's message."""

    async def watch(self, place: str, mark: str, text: str, at: datetime | None) -> None:
        """
        Have the chat itself say `text` there at `at`, whatever becomes of Muster; None for no such message.

        `text` begins with `mark`, which nothing else scheduled begins with. Whatever else the chat was to say under
        that mark, there or elsewhere, is withdrawn. May be called again without harm.
        """

    async def answer(self, hook: str, message: Message) -> None:
        """Answer privately through the one-time address that came with a gesture. Perishable."""


class Directory(Protocol):
    """Who and what there is in the chat. Rejected says what is missing and how to mend it."""

    async def channel(self, name: str) -> str:
        """The public channel of that name."""

    async def members(self, group: str) -> tuple[str, ...]:
        """The people of a user group, by its handle."""

    async def person(self, name: str) -> str:
        """The person with that id or e-mail address."""

    async def names(self, people: Sequence[str]) -> dict[str, str]:
        """What people call them; a person not found keeps the reference."""

    async def contact(self, person: str) -> Contact:
        """What the chat knows of how to reach them."""

    async def group(self, handle: str) -> str:
        """A user group as a reference, which becomes a mention where it is shown."""

    async def staff(self, group: str, people: Sequence[str]) -> None:
        """Make these people (at least one), and nobody else, the members of that user group."""


class Pager(Protocol):
    """One way to wake a person outside the chat: an e-mail, a text message, a telephone call."""

    async def page(self, to: Contact, alarm: Alarm, key: Key) -> None:
        """
        Busy, Doubt or Rejected, as for the chat. Rejected when the contact lacks what this way needs.

        In doubt it is sent again under the same identity: a page that came twice is better than none.
        """


class Alarms(Protocol):
    """A paging service that looks after its own people. Each incident is one alarm there; a verb may be repeated."""

    async def trigger(self, alarm: Alarm) -> None: ...

    async def acknowledge(self, alarm: Alarm) -> None: ...

    async def resolve(self, alarm: Alarm) -> None: ...


class Rehearsals(Protocol):
    """A stage beside the real one, on which nobody is really told anything."""

    async def rehearse(self, book: Book, scenario: Scenario) -> Rehearsed:
        """What would come of it. Refused for what the policy does not know, or when it does not come to an end."""


class Roster(Protocol):
    """Who is on call, as another service keeps it."""

    async def on_call(self, schedule: str) -> tuple[str, ...]:
        """The e-mail addresses of those on call there now; empty when nobody is."""


class Prober(Protocol):
    """Eyes on the systems of the team."""

    def sees(self, target: Target | None) -> bool:
        """Whether there is an address to look at; a probe without a target looks at this machine."""

    async def read(self, probe: Probe, target: Target | None) -> Reading:
        """
        What the probe finds. It ends within the probe's time-out, raises nothing, changes nothing where it looks, and
        reaches only the target.
        """


class Charts(Protocol):
    """Pictures, as PNG."""

    async def lines(self, title: str, unit: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> bytes:
        """A graph of points (Unix seconds, value)."""

    async def fishbone(self, effect: str, bones: Mapping[str, Sequence[str]]) -> bytes:
        """The diagram after Ishikawa: causes by branch, and what they led to."""
