"""The desk: what every workflow works with, and how a gesture becomes one committed decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import facts
from bot.domain.errors import Refused, Reused
from bot.domain.facts import Event, Fact
from bot.domain.incident import Incident
from bot.domain.people import by_api
from bot.engine.outcomes import Rejected
from bot.messages import Sentence
from bot.policy.book import Book
from bot.ports import Alarms, Books, Charts, Chat, Checks, Directory, Pager, Prober, Rehearsals, Roster, Store
from bot.workflows.home import stirring
from bot.workflows.shelf import Shelf, standing_in


@dataclass(frozen=True)
class Gesture:
    """
    What a person did, once.

    `delivery` is the same for every delivery of the same gesture; `place` is the room it was made in, `hook` the
    one-time address for a private answer. `digest` is that of its content, where the sender chose the `delivery`.
    """

    by: str
    at: datetime
    delivery: str
    place: str | None = None
    hook: str | None = None
    digest: str = ""

    @property
    def unseen(self) -> bool:
        """Whether nobody in the chat saw it being made."""
        return by_api(self.by)


@dataclass(frozen=True)
class Desk:
    """
    `book` is the team's policy of today, under which incidents are opened; `shelf` holds those of before.

    `pagers` by their name in policies (email, sms, phone), as far as the environment sets them up.
    """

    book: Book
    store: Store
    chat: Chat
    directory: Directory
    shelf: Shelf = field(default_factory=Shelf)
    pagers: Mapping[str, Pager] = field(default_factory=dict)
    alarms: Alarms | None = None
    roster: Roster | None = None
    rehearsals: Rehearsals | None = None
    prober: Prober | None = None
    charts: Charts | None = None
    checks: Checks | None = None

    def book_of(self, incident: Incident) -> Book:
        """The policy an incident runs under. Today's stands in for one that cannot be read."""
        if incident.policy == self.book.hash:
            return self.book
        return self.shelf.get(incident.policy) or standing_in(self.book, incident)

    def stands_in(self, incident: Incident) -> bool:
        """Whether today's policy stands in for the incident's own."""
        return incident.policy != self.book.hash and self.shelf.get(incident.policy) is None

    async def decide(self, gesture: Gesture, decision: Callable[[Books], Awaitable[Sentence]]) -> Sentence:
        """
        Take a decision once, however often its delivery comes. The answer, the first one's if it came before.

        Reused if something else came as that delivery.
        """

        async def once(books: Books) -> Sentence:
            if (answered := await books.receipt(gesture.delivery)) is not None:
                if answered.get("digest", "") != gesture.digest:
                    raise Reused("That key came before, with another request. A new request needs a new key.")
                return Sentence.from_json(answered)
            answer = await decision(books)
            await books.sign(gesture.delivery, {**answer.to_json(), "digest": gesture.digest})
            return answer

        return await self.store.transact(once, gesture.at)

    async def change(
        self,
        gesture: Gesture,
        id: str,
        act: Callable[[Incident], tuple[Incident, Fact]],
        then: Callable[[Books, Incident, Fact], Awaitable[str]],
    ) -> Sentence:
        """Let `act` change an incident and `then` start what follows. The answer is the sentence of `then`."""

        async def decision(books: Books) -> Sentence:
            changed, fact = act(await known(books, id))
            await record(books, changed, fact)
            return Sentence(await then(books, changed, fact), incident=id)

        return await self.decide(gesture, decision)

    async def incident(self, id: str) -> Incident:
        found = await self.store.incident(id)
        if found is None:
            raise Refused("There is no such incident any more.")
        return found

    def home_of(self, incident: Incident) -> str:
        """Where people work on it: its room, or the thread under its announcement. Rejected while neither is open."""
        home = incident.room if incident.archived_at is None else None
        # a thread in the incidents channel is no place to speak of what is restricted
        if home := home or (None if incident.restricted else incident.announcement):
            return home
        raise Rejected("There is no room and no thread to say it in.")


async def known(books: Books, id: str) -> Incident:
    incident = await books.incident(id)
    if incident is None:
        raise Refused("There is no such incident. /incident list shows those that are open.")
    return incident


def urgency(desk: Desk, incident: Incident) -> int:
    """0 is the gravest."""
    return desk.book_of(incident).severities.rank(incident.severity)


#: the surfaces that show what an event changed, by family; an event without a row shows on the card, None is all
SHOWN_ON: dict[type[Event], tuple[str, ...] | None] = {
    facts.Acknowledged: ("card", "page", "mention"),
    facts.AckLapsed: ("card", "page", "mention"),
    facts.PageAnswered: ("card", "page", "mention"),
    facts.SeverityChanged: None,
    facts.PolicyAdopted: None,
    facts.Moved: None,
    facts.Resolved: None,
    facts.RoleTaken: None,
    facts.RoleLeft: None,
    facts.Updated: ("card", "announcement"),
    facts.RoomOpened: None,
    facts.ChecklistOpened: (),
    facts.ItemTicked: ("checklist",),
    facts.ItemCleared: ("checklist",),
    facts.GoDecided: ("card", "question"),
    facts.Noted: (),
    facts.Nudged: (),
    facts.UpdateTold: (),
    facts.Paged: (),
    facts.AudienceTold: (),
    facts.GaveUp: (),
    facts.EvidenceKept: (),
    facts.Diagnosed: (),
    facts.WatchBegan: ("diagnosis",),
    facts.WatchEnded: ("diagnosis",),
    facts.WhyAnswered: ("whys",),
    facts.RootCauseFound: ("whys",),
    facts.CausePlaced: ("fishbone",),
    facts.CauseRemoved: ("fishbone",),
    facts.PostmortemWritten: (),
    facts.CanvasWritten: (),
    facts.Spoke: (),
    facts.Captured: (),
    facts.CaptureEdited: (),
    facts.CaptureRemoved: (),
    facts.HandedOff: (),
    facts.Admitted: ("page",),
    facts.Dismissed: ("page",),
    facts.Denied: (),
    facts.Retitled: None,
    facts.VisibilityChanged: None,
    facts.RoomAdopted: None,
    facts.RoomRenamed: ("announcement",),
    facts.RoomArchived: (),
    facts.RoomUnarchived: None,
}


#: after these somebody may not know of the incident who did before
CONCEALS = (facts.VisibilityChanged, facts.Dismissed)


async def record(books: Books, incident: Incident, *new: Fact) -> None:
    """Keep the facts, and have every surface edited that shows what they changed."""
    await books.record(incident, new)
    await stirring.stir(books, {fact.by for fact in new})
    if any(isinstance(fact.event, CONCEALS) for fact in new):
        await stirring.conceal(books, incident.id, incident.declared_at)
    shown = [SHOWN_ON.get(type(fact.event), ("card",)) for fact in new]
    if None in shown:
        await books.want(incident.id)
        return
    for kind in {kind for kinds in shown if kinds for kind in kinds}:
        await books.want(incident.id, kind)


async def claim(books: Books, what: str, incident: str, wanted: Sequence[str]) -> list[str]:
    """Those of `wanted` that nobody has claimed for this incident before, now claimed: each is done by one run only."""
    name = f"{what}:{incident}"
    before = await books.recall(name) or []
    new = [one for one in dict.fromkeys(wanted) if one not in before]
    if new:
        await books.remember(name, [*before, *new])
    return new


def home_lane(id: str) -> str:
    return f"home:{id}"


def room_lane(id: str) -> str:
    return f"room:{id}"


def channel_lane(name: str) -> str:
    return f"channel:{name}"
