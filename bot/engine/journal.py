"""
What the engine writes down, and the sockets through which it does.

`Ledger` is what a transaction offers to workflows, `Workbench` what it offers the engine besides, `Journal` the
store as a whole. A `decide` may await nothing but its transaction. Handlers of transactions are typed with Any
because a store's transaction offers more than the engine knows of.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, TypeAlias, TypeVar

T = TypeVar("T")

#: What `json.dumps` takes; whoever wrote it knows its shape.
Json: TypeAlias = Any

#: A place in a lane: (lane, name of the step that takes it).
Seat: TypeAlias = tuple[str, str]

Decide: TypeAlias = Callable[[Any], Awaitable[T]]


@dataclass(frozen=True)
class NewRun:
    """
    A run to begin. Seats are taken in the order given; the lowest `priority` is claimed first.

    `known_as` is the same whenever the same is begun again from a restored record, for what several timers may begin.
    """

    kind: str
    subject: str
    data: Mapping[str, Json] = field(default_factory=dict)
    asker: str | None = None
    seats: tuple[Seat, ...] = ()
    priority: int = 5
    known_as: str = ""


@dataclass(frozen=True)
class NewTimer:
    """
    Setting a key again replaces the pending timer of that key, or arms a fired one anew.

    Of those that are due at once, after a time in which nobody worked, the lowest `urgency` fires first.
    """

    kind: str
    subject: str
    due: datetime
    data: Mapping[str, Json]
    key: str
    urgency: int = 9


@dataclass(frozen=True)
class Timer:
    """A timer that fires now; `late` is how long after it was due."""

    kind: str
    subject: str
    due: datetime
    data: Mapping[str, Json]
    key: str
    late: timedelta


@dataclass(frozen=True)
class DueTimer:
    """`attempts` counts how often its handler broke."""

    timer: Timer
    attempts: int


@dataclass(frozen=True)
class Surface:
    """
    Something shown that is edited. `place` is an opaque reference, the lowest `urgency` is edited first.

    `wanted` is the revision asked for when the edit began, `attempts` how many edits in a row failed, `editor` who
    has claimed the edit, `began` when it began.
    """

    subject: str
    kind: str
    place: str
    urgency: int
    wanted: int
    attempts: int = 0
    editor: str = ""
    began: datetime | None = None


class State(StrEnum):
    """
    Of a step. TRYING stands before a keyed call: found without a result, the call may have been made.

    MISSED is a perishable step that was not done, REFUSED one whose refusal the body expects.
    """

    RESTING = "resting"
    TRYING = "trying"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    MISSED = "missed"


@dataclass(frozen=True)
class Step:
    """
    What is known of a step.

    `begun` is when it was first attempted (its age counts from there), `since` the first and `last_try` the newest
    try that may have landed, `not_before` when it may be tried again, `seen` the subject's revision at that try.
    """

    name: str
    label: str = ""
    state: State = State.RESTING
    result: Json = None
    sentence: str = ""
    error: str = ""
    begun: datetime | None = None
    since: datetime | None = None
    last_try: datetime | None = None
    not_before: datetime | None = None
    attempts: int = 0
    reported: bool = False
    seen: int | None = None


#: The step under whose name a run's own mishap is kept: a body that broke, a kind that is unknown.
WHOLE_RUN = ""


@dataclass(frozen=True)
class RunRecord:
    """
    A claimed run. Only the holder of the newest `fence` may write to it.

    `doubt` is of a run that is on record by a backup: from then on its steps may have been done, unseen by the record.
    """

    id: str
    kind: str
    subject: str
    data: Mapping[str, Json]
    asker: str | None
    priority: int
    fence: int
    steps: Mapping[str, Step]
    doubt: datetime | None = None


@dataclass(frozen=True)
class Trouble:
    """
    A step that waits longer than people should have to guess (`final` false), or was given up.

    `since` is its first attempt, `next_try` when it is tried again, `label` what it would do, in words.
    """

    subject: str
    run: str
    kind: str
    step: str
    label: str
    sentence: str
    since: datetime
    final: bool
    next_try: datetime | None
    asker: str | None


class Fenced(Exception):
    """Another owner has taken the run over; what was to be written is void."""


class Ledger(Protocol):
    """One transaction, as workflows see it."""

    @property
    def now(self) -> datetime: ...

    async def receipt(self, delivery: str) -> Json | None:
        """The answer signed for that delivery, None if it is new."""

    async def sign(self, delivery: str, answer: Json) -> None:
        """Keep the answer, so that the same delivery gets the same answer again."""

    async def start(self, run: NewRun) -> str:
        """The id of the new run, which is due at once."""

    async def set_timer(self, timer: NewTimer) -> None: ...

    async def drop_timers(self, subject: str, kind: str | None = None) -> None: ...

    async def want(self, subject: str, kind: str | None = None) -> None:
        """Ask for an edit of that surface, of a family ("page" for "page:slack:U1"), or of all of the subject."""

    async def place(self, subject: str, kind: str, place: str, urgency: int) -> None:
        """
        A surface is shown at `place` from now on, and what was just posted there is current.

        In a step's `then`, a `want` that came between the start of the step and now still leads to an edit.
        """

    async def retry(self, subject: str) -> int:
        """Try failed and resting steps of the subject again; how many. Keys and doubts stay."""

    async def remember(self, name: str, value: Json) -> None: ...

    async def recall(self, name: str) -> Json | None: ...


class Workbench(Ledger, Protocol):
    """One transaction, as the engine sees it."""

    async def adopt(self, owner: str) -> int:
        """
        Free the runs of every other owner whose lease is over or who never had one; how many.

        Edits that they had begun may still land: they are in doubt.
        """

    async def enlist(self, owner: str, until: datetime) -> None:
        """A new owner with a lease until then."""

    async def renew(self, owner: str, until: datetime) -> bool:
        """False if the lease is over, or others have taken over already."""

    async def resign(self, owner: str) -> None:
        """End the lease and free what the owner has claimed."""

    async def next_lapse(self, owner: str) -> datetime | None:
        """When the lease of another owner ends next."""

    def caused(self, by: str, doubt: datetime | None) -> None:
        """
        What begins in this transaction begins because of `by`, and has the same identity whenever that happens again.

        So what was begun after a backup was made is known again when the backup is restored; `doubt` is as of a run.
        """

    async def claim(self, owner: str, limit: int) -> list[RunRecord]:
        """Take due runs, by priority, then in the order they were committed."""

    async def keep_step(self, run: RunRecord, step: Step) -> None:
        """Fenced if the run is no longer ours."""

    async def take_seat(self, lane: str, run: RunRecord, step: str) -> bool:
        """
        True if it is this step's turn.

        A step without a seat gets one that its run has and no step of it has begun to use, else the last one.
        """

    async def leave_seat(self, run: RunRecord, step: str) -> None:
        """Give up the step's seats and nudge the runs that are next."""

    async def rest(self, run: RunRecord, until: datetime | None) -> None:
        """Until then, or until nudged, whichever is earlier. Fenced if the run is no longer ours."""

    async def finish(self, run: RunRecord) -> None:
        """Fenced if the run is no longer ours."""

    async def free(self, runs: Collection[str], owner: str, until: datetime) -> None:
        """Give up ownership of what is still the owner's, without an outcome."""

    async def revision(self, subject: str) -> int:
        """How often `want` was called for the subject."""

    def as_of(self, revision: int | None) -> None:
        """The revision that what is placed in this transaction shows at least."""

    async def fire(self, key: str) -> DueTimer | None:
        """Mark the timer fired and return it; None if it is no longer due."""

    async def delay_timer(self, key: str, until: datetime, attempts: int) -> bool:
        """False if somebody else has fired or put it off since there were so many attempts."""

    async def take_edits(self, owner: str, surfaces: Sequence[Surface]) -> list[Surface]:
        """Claim those edits that are still due and nobody else's; as they stand now."""

    async def shown(self, surface: Surface, next_edit: datetime) -> None:
        """
        `surface.wanted` is shown; the next edit comes no earlier than `next_edit`.

        This and what follows is void when the surface stands elsewhere by now, or its edit is another editor's.
        """

    async def delay_edit(self, surface: Surface, until: datetime, counts: bool) -> None:
        """Edit again no earlier than that; `counts` as a failed attempt."""

    async def displace(self, surface: Surface) -> None:
        """It is shown nowhere any more."""


class Journal(Protocol):
    """The store. Each call is shielded: it ends as a whole even if whoever waits for it is cancelled."""

    @property
    def shared(self) -> bool:
        """Whether other processes may work with it at the same time."""

    async def transact(self, decide: Decide[T], now: datetime) -> T:
        """Run `decide` in one transaction; an exception rolls all of it back and passes."""

    def on_commit(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call it after each commit; the returned function ends that."""

    async def next_due(self) -> datetime | None: ...

    async def runs_due(self, now: datetime) -> bool:
        """Whether there is a run to claim."""

    async def due_timers(self, now: datetime, limit: int) -> Sequence[str]:
        """Keys, most urgent first, of those the earliest due."""

    async def due_surfaces(self, now: datetime, limit: int, owner: str) -> Sequence[Surface]:
        """Those that nobody else has claimed: most urgent first, then the one that waits longest."""

    async def troubles(self, subject: str) -> list[Trouble]: ...
