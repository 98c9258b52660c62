"""
What Muster may say, as data. How it looks is the business of the outer wall.

People, rooms and messages are opaque references; a person inside a sentence is written by that reference
(`slack:U1`) and becomes a mention where it is shown. Texts may hold anything that a person typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.facts import Updated
from bot.domain.incident import Incident
from bot.domain.timeline import Entry
from bot.engine.journal import Trouble
from bot.messages.access import Restricted as Restricted
from bot.messages.alerts import AlertList as AlertList
from bot.messages.alerts import AlertNews as AlertNews
from bot.messages.alerts import AlertOffer as AlertOffer
from bot.messages.alerts import AlertsWell as AlertsWell
from bot.messages.eyes import Counted as Counted
from bot.messages.eyes import Diagnosis as Diagnosis
from bot.messages.eyes import Readings as Readings
from bot.messages.eyes import Sight as Sight
from bot.messages.eyes import Sights as Sights
from bot.messages.eyes import Triaged as Triaged
from bot.messages.gathered import CameFrom as CameFrom
from bot.messages.gathered import IsNow as IsNow
from bot.messages.health import CheckUp as CheckUp
from bot.messages.home import Home as Home
from bot.messages.home import Missing as Missing
from bot.messages.home import TestPage as TestPage
from bot.messages.home import Yours as Yours
from bot.messages.home import YourTask as YourTask
from bot.messages.kept import Attachment as Attachment
from bot.messages.kept import EvidenceList as EvidenceList
from bot.messages.kept import EvidenceShown as EvidenceShown
from bot.messages.kept import Fishbone as Fishbone
from bot.messages.kept import Whys as Whys
from bot.messages.plain import About as About
from bot.messages.plain import Button as Button
from bot.messages.plain import Sentence as Sentence
from bot.messages.rooms import CatchUp as CatchUp
from bot.messages.rooms import HandedOver as HandedOver
from bot.messages.rooms import MergedAway as MergedAway
from bot.messages.rooms import MergedIn as MergedIn
from bot.policy import show
from bot.policy.book import Book
from bot.policy.cadence import Volume
from bot.policy.deadlines import Deadline, Standing
from bot.policy.escalation import Planned
from bot.policy.scenario import Rehearsed


@dataclass(frozen=True)
class Card(About):
    """
    The live card. `update_due` is the promised time of the next update, `troubles` what still waits, `ahead` who is
    called next, soonest first, unless somebody acknowledges or it ends before; `deadlines` the most urgent first.

    `stands_in` says that the incident's own policy cannot be read, and `book` is the one that stands in for it.
    """

    troubles: tuple[Trouble, ...] = ()
    update_due: datetime | None = None
    stands_in: bool = False
    ahead: tuple[Planned, ...] = ()
    deadlines: tuple[Standing, ...] = ()


@dataclass(frozen=True)
class Announcement(About):
    """The entry in the incidents channel."""


@dataclass(frozen=True)
class Checklist(About):
    """The checklist `id` with its ticks; the first of the incident's severity for ""."""

    id: str = ""


@dataclass(frozen=True)
class Checklists(About):
    """Every checklist of the incident: how far it is, or when it begins."""


@dataclass(frozen=True)
class Question(About):
    """Go or no-go? Question `id`, and what was decided."""

    id: int


@dataclass(frozen=True)
class UpdatePost(About):
    """Update `update` by person `by`, in the room or before an audience; `last_at` is when the one before it came."""

    update: Updated
    by: str
    at: datetime
    audience: bool = False
    last_at: datetime | None = None


@dataclass(frozen=True)
class Worded(About):
    """A text of the policy: `template` with `fields` besides those of `Book.about`."""

    template: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Ending(About):
    """The incident was resolved or, for `reason`, cancelled; in the room, or before an audience."""

    reason: str = ""
    audience: bool = False


@dataclass(frozen=True)
class Page(About):
    """To one responder, privately, with Acknowledge and Can't. `reason` is why they are called, if a level was."""

    person: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Mention(About):
    """The responders named where everybody sees it, or everyone who is there; `groups` are user groups."""

    people: tuple[str, ...] = ()
    everyone: bool = False
    groups: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class StillThere(About):
    """To whoever acknowledged, privately: are they still on it? Without an answer until `until` others are called."""

    until: datetime


@dataclass(frozen=True)
class PageList(About):
    """Who was paged, how, whether it arrived and what they said; `ahead` as on the card."""

    ahead: tuple[Planned, ...] = ()


@dataclass(frozen=True)
class ContactList:
    """Whom outside one can call, by the policy; `incident` is the one it is asked for, if any."""

    book: Book
    incident: Incident | None = None


@dataclass(frozen=True)
class Nudge(About):
    """
    A reminder to the room at `at`; `times` counts from 1.

    `what` is update_due, update_missed, no_lead, or checklist, which is about the list of that id.
    """

    what: str
    times: int
    at: datetime
    due: datetime | None
    volume: Volume
    mention: tuple[str, ...] = ()
    checklist: str = ""


@dataclass(frozen=True)
class DeadlineNudge(About):
    """
    A reminder of a deadline that was due or is; `what` is due, with the time `left`, or missed, and how `late` it is.
    """

    deadline: Deadline
    what: str
    due: datetime
    left: timedelta
    late: timedelta
    mention: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeadlineList(About):
    """What must be done by when, and whether it was."""

    deadlines: tuple[Standing, ...] = ()


@dataclass(frozen=True)
class Duties(About):
    """To whoever took a role, privately: what it asks of them."""

    role: str


@dataclass(frozen=True)
class Handover(About):
    """The room learns that `person` holds `role` now, and who held it before."""

    role: str
    person: str
    before: str | None


@dataclass(frozen=True)
class Welcome(About):
    """To whoever declared, privately: the room is open, or where the incident lives instead."""


@dataclass(frozen=True)
class Elsewhere(About):
    """In place of a card or checklist (`what`): it stands in the incident's room now."""

    what: str


@dataclass(frozen=True)
class Status(About):
    """The state of one incident, on demand."""

    troubles: tuple[Trouble, ...] = ()
    update_due: datetime | None = None
    stands_in: bool = False
    ahead: tuple[Planned, ...] = ()
    deadlines: tuple[Standing, ...] = ()


@dataclass(frozen=True)
class IncidentList:
    """The open incidents, or `all` of them, newest first, each with the policy it runs under."""

    incidents: tuple[About, ...]
    all: bool = False


@dataclass(frozen=True)
class TimelinePage(About):
    """The record, oldest first; `earlier` entries before these were left out."""

    entries: tuple[Entry, ...] = ()
    earlier: int = 0


@dataclass(frozen=True)
class TaskList(About):
    """Who does what."""


@dataclass(frozen=True)
class RoleList(About):
    """Who is who, and what is vacant."""


@dataclass(frozen=True)
class Help:
    """Every verb with one line."""

    book: Book


@dataclass(frozen=True)
class Document:
    """A text file: `name` with its ending, `title` for people, `text` in UTF-8."""

    name: str
    title: str
    text: str


@dataclass(frozen=True)
class PolicyPage:
    """A page of the policy `book`, which is that of `incident` if there is one; `note` is a sentence on that."""

    book: Book
    page: show.Page
    incident: Incident | None = None
    note: str = ""


@dataclass(frozen=True)
class Simulation:
    """What would come of an incident, found out by a rehearsal."""

    found: Rehearsed


@dataclass(frozen=True)
class Duty:
    """
    Schedule `id`: `people` are on call until `until`, and `then` whoever follows. () is nobody, no moment is for good.

    What could not be looked up stands as it is written: "@oncall". `covered` says that somebody took over; `note` is a
    sentence about where that is known from.
    """

    id: str
    title: str
    people: tuple[str, ...]
    until: datetime | None
    then: tuple[str, ...]
    covered: bool = False
    note: str = ""


@dataclass(frozen=True)
class OnCall:
    """Who is on call now and next, as `viewer` sees it; `undo` is whether something of theirs can be taken back."""

    duties: tuple[Duty, ...]
    viewer: str
    undo: bool = False


@dataclass(frozen=True)
class ShiftBegins:
    """From now on `people` are on call, until `until`; () is nobody, and then `fallback` are called."""

    title: str
    people: tuple[str, ...]
    before: tuple[str, ...] = ()
    until: datetime | None = None
    fallback: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class CoverWanted:
    """`by` asks to be covered until `until`: question `ask`, and who took it."""

    ask: str
    by: str
    title: str
    until: datetime
    taken_by: str | None = None


Message = (
    Sentence | Card | Announcement | Checklist | Checklists | Question | UpdatePost | Ending | Page | Mention
    | Nudge | Duties | Handover | Welcome | Elsewhere | Status | IncidentList | TimelinePage | TaskList | RoleList
    | Help | Worded | PolicyPage | OnCall | ShiftBegins | CoverWanted | StillThere | PageList | ContactList | Simulation
    | DeadlineNudge | DeadlineList | AlertNews | AlertOffer | AlertsWell | AlertList | Diagnosis | Readings | Sights
    | Triaged | Restricted
    | CatchUp | HandedOver | MergedAway | MergedIn
    | EvidenceList | EvidenceShown | Whys | Fishbone | CheckUp | CameFrom | IsNow | Home | TestPage
)  # fmt: skip
