"""What the ports were asked for and what went on record, as what happened to people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot import messages
from bot.adapters.recorder import Entry, whom
from bot.adapters.recorder.chat import WITH
from bot.adapters.recorder.record import CHAT
from bot.adapters.slack.views import VIEWS, render
from bot.adapters.slack.words import inward
from bot.domain import facts
from bot.domain.facts import Fact
from bot.messages import Message
from bot.policy.cadence import Volume
from bot.policy.scenario import Kind, Told
from bot.rehearsal.causes import Cause, Causes, is_page, way_of

#: what stands somewhere and is edited tells nobody
SURFACES = (messages.Card, messages.Checklist, messages.Elsewhere)
KINDS: dict[type, Kind] = {
    messages.Page: Kind.PAGED, messages.Nudge: Kind.NUDGED, messages.StillThere: Kind.ASKED,
    messages.Question: Kind.ASKED, messages.DeadlineNudge: Kind.NUDGED,
}  # fmt: skip
DIRECT = "direct message"
EVERYONE = "everyone there"
ALARMS = {"trigger": "an alarm is raised", "acknowledge": "the alarm is acknowledged", "resolve": "the alarm is over"}
#: of what happened at one moment, what comes first
ORDER = (Kind.REFUSED, Kind.DEADLINE, Kind.ESCALATED, Kind.PAGED, Kind.ASKED, Kind.NUDGED, Kind.TOLD, Kind.OPENED,
         Kind.INVITED, Kind.FAILED)  # fmt: skip
LONGEST = 400
MET = "met"


def told(causes: Causes, refused: Sequence[Told]) -> tuple[Told, ...]:
    """In order; of one moment always in the same."""
    teller = Teller(causes)
    happened = [*refused, *teller.from_record(), *together(teller.from_calls())]
    return tuple(sorted(map(plainly, happened), key=order))


def plainly(told: Told) -> Told:
    """With people as they are called."""
    return replace(told, text=told.text.replace(CHAT, "@"), reason=told.reason.replace(CHAT, "@"))


def together(told: Iterable[Told]) -> list[Told]:
    """Those who are paged or invited at one moment, by one rule and in one way, are one entry."""
    merged: dict[object, Told] = {}
    for n, each in enumerate(told):
        alike = (each.at, each.kind, each.where, each.how, each.rule, each.reason, each.level)
        key = alike if each.kind in (Kind.PAGED, Kind.INVITED) else n
        before = merged.get(key, each)
        merged[key] = replace(each, whom=tuple(sorted({*before.whom, *each.whom})), text=min(before.text, each.text))
    return list(merged.values())


def order(told: Told) -> tuple[object, ...]:
    """A deadline that was met comes after whatever met it."""
    met = told.kind is Kind.DEADLINE and told.text.endswith(MET)
    return (told.at, met, ORDER.index(told.kind), told.whom, told.where, told.how, told.text)


class Teller:
    def __init__(self, causes: Causes) -> None:
        self.causes = causes

    def from_calls(self) -> Iterator[Told]:
        for n, entry in enumerate(self.causes.entries):
            if is_page(entry):
                yield self.page(entry, self.causes.of_page(entry, n))
            elif entry.message is not None and not isinstance(entry.message, SURFACES):
                yield self.message(entry, entry.message)
            elif entry.verb in WORK:
                yield WORK[entry.verb](self, entry)
            elif entry.verb in ALARMS:
                cause = Cause("escalation pagerduty", ALARMS[entry.verb])
                yield self.one(entry.at, Kind.PAGED if entry.verb == "trigger" else Kind.TOLD, cause, ("PagerDuty",),
                               how="pagerduty", text=entry.text)  # fmt: skip

    def page(self, entry: Entry, cause: Cause) -> Told:
        text = spoken(entry.message) if entry.message else entry.text
        return self.one(entry.at, Kind.PAGED, cause, names(entry.people), DIRECT if entry.message else "",
                        way_of(entry), text)  # fmt: skip

    def message(self, entry: Entry, message: Message) -> Told:
        kind = KINDS.get(type(message), Kind.TOLD)
        return self.one(entry.at, kind, self.causes.of_message(entry), addressed(entry, message), place(entry.where),
                        "slack", spoken(message))  # fmt: skip

    def opened(self, entry: Entry) -> Told:
        severity = self.causes.severity_at(entry.at)
        cause = Cause(f"severities {severity}", "it gets a room of its own")
        return self.one(entry.at, Kind.OPENED, cause, (), place(entry.where), "slack", entry.text)

    def invited(self, entry: Entry) -> Told:
        cause = self.called_with(entry) or Cause(f"severities {self.causes.severity_at(entry.at)}", "belongs in there")
        return self.one(entry.at, Kind.INVITED, cause, names(entry.people), place(entry.where), "slack")

    def called_with(self, entry: Entry) -> Cause | None:
        """Why everybody of these was called at that moment, if a level was called for it."""
        pages = [(n, page) for n, page in enumerate(self.causes.entries) if is_page(page) and page.at == entry.at]
        causes = {page.people[0]: self.causes.of_page(page, n) for n, page in pages}
        whole = set(entry.people) <= causes.keys() and all(causes[person].level for person in entry.people)
        return causes[entry.people[0]]._replace(level="") if whole and entry.people else None

    def shared(self, entry: Entry) -> Told:
        cause = Cause("postmortem", "written from the record")
        return self.one(entry.at, Kind.TOLD, cause, names(entry.people), place(entry.where), "slack", entry.text)

    def from_record(self) -> Iterator[Told]:
        for fact in self.causes.facts:
            event, cause = fact.event, self.causes.of_fact(fact)
            if isinstance(event, facts.Escalated):
                yield self.one(fact.at, Kind.ESCALATED, cause, (whom(event.title),), text=event.reason)
            elif isinstance(event, facts.DeadlineMissed | facts.DeadlineMet):
                yield self.one(fact.at, Kind.DEADLINE, Cause(cause.rule), text=f"{event.title}: {kept(fact)}")
            elif isinstance(event, facts.PageFailed):
                yield self.one(fact.at, Kind.FAILED, cause, (whom(event.person),), how=event.how, text=event.sentence)
            elif isinstance(event, facts.GaveUp):
                yield self.one(fact.at, Kind.FAILED, cause, text=f"{event.what}: {event.sentence}")

    def one(
        self, at: datetime, kind: Kind, cause: Cause, whom: tuple[str, ...] = (), where: str = "", how: str = "",
        text: str = "",
    ) -> Told:  # fmt: skip
        offset = at - self.causes.scenario.at
        return Told(at, offset, kind, whom, where, how, cause.rule, cause.reason, text, cause.level)


WORK = {"create_room": Teller.opened, "invite": Teller.invited, "share_file": Teller.shared}


def kept(fact: Fact) -> str:
    return MET if isinstance(fact.event, facts.DeadlineMet) else "missed"


def names(people: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({whom(person) for person in people}))


def addressed(entry: Entry, message: Message) -> tuple[str, ...]:
    """Whom a message is to by name; nobody in particular when it is for whoever reads there."""
    if isinstance(message, messages.Mention):
        return (EVERYONE,) if message.everyone else names(message.people)
    if isinstance(message, messages.Nudge):
        return (EVERYONE,) if message.volume is Volume.HERE else names(message.mention)
    if isinstance(message, messages.DeadlineNudge):
        return names(message.mention)
    return names(entry.people)


def place(where: str) -> str:
    """
    >>> place("slack:incidents"), place("slack:incidents/3"), place("slack:with:ana")
    ('#incidents', '#incidents, in a thread', 'direct message')
    """
    channel, _, message = whom(where).partition("/")
    if channel.startswith(WITH):
        return DIRECT
    return f"#{channel}, in a thread" if message else f"#{channel}"


def spoken(message: Message) -> str:
    """What a notification shows of it."""
    text = inward(render(message).text) if type(message) in VIEWS else ""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
