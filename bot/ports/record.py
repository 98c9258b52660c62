"""The record: what is kept, one transaction of it, and reading it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.domain.alert import Alert, AlertGroup
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.engine.journal import Json, Ledger, Trouble

T = TypeVar("T")


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


@dataclass(frozen=True)
class Logged:
    """
    A line of the log of the workspace: what was done that is of no one incident, or must be seen beside all of them.

    `seq` counts from 1 without gaps, `what` is a word like denied, set_up, exported, restored or forgotten, `incident`
    the id of the one it was about, if any. `chain` is the hash over this line and all before it, in hex.
    """

    seq: int
    at: datetime
    by: str
    what: str
    text: str
    incident: str | None
    data: Mapping[str, Any] = field(default_factory=dict)
    chain: str = ""


class Books(Ledger, Protocol):
    """One transaction: what the engine needs, and the incidents."""

    async def next_number(self) -> int: ...

    async def incident(self, id: str) -> Incident | None: ...

    async def record(self, incident: Incident, facts: Sequence[Fact]) -> None:
        """Keep the facts and the incident they add up to. A first fact (Declared) makes the row."""

    async def reserve_room(self, name: str, incident: str) -> bool:
        """True if the name was free or is this incident's already."""

    async def owner_of_room(self, room: str) -> str | None:
        """The id of the incident that has that room."""

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

    async def erase(self, incident: str, only: Collection[int] | None = None) -> int:
        """
        Erase what these facts (by number) say, or all in which people typed something, and their words in what the
        incident shows. The chain holds. How many there were.
        """

    async def forget_evidence(self, incident: str, note: str) -> int:
        """Delete the contents of what was kept about it; title (with the note), size and hash stay. How many."""

    async def log(
        self, what: str, text: str, by: str, incident: str | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        """Add a line to the log of the workspace. `text` continues the name of `by` in the past tense."""

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
        self, viewer: str | None = None, *, open: bool | None = True, limit: int = 50, before: int | None = None
    ) -> list[Incident]:
        """Newest first; open ones, ended ones, or (None) all; `before` leaves out that number and all after it."""

    async def facts(self, id: str, viewer: str | None = None) -> list[Fact]: ...

    async def facts_after(
        self, id: str, after: int, viewer: str | None = None, limit: int = 1000
    ) -> list[tuple[int, Fact]]:
        """Those with a higher number than `after`, in their order and with their numbers, which count from 1."""

    async def troubles(self, subject: str) -> list[Trouble]: ...

    async def done(self, subject: str) -> list[tuple[str, Any]]:
        """The steps that its runs have done, by name, each with what it came to."""

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

    async def logged(self, since: int = 0, limit: int = 1000) -> list[Logged]:
        """The log of the workspace after line `since`, oldest first."""
