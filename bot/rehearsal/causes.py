"""By which rule of the policy something was said, as far as the record shows it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot import messages
from bot.adapters.recorder import Entry, whom
from bot.domain import facts
from bot.domain.facts import Fact
from bot.domain.incident import MUSTER
from bot.policy.book import Book
from bot.policy.model import written
from bot.policy.scenario import Scenario
from bot.workflows.ways import SPOKEN

NUDGES = {
    "update_due": "an update is due soon",
    "update_missed": "an update was missed",
    "no_lead": "nobody is in command",
    "checklist": "a checklist is not done",
}


DEADLINES = {"due": "it is due soon", "missed": "it was missed"}
#: what makes Muster say something when it becomes true
SPOKEN_OF = (facts.Escalated, facts.DeadlineMissed, facts.AckLapsed, facts.Resumed)
#: the entry of somebody who typed something after /incident
GESTURE = "gesture"


class Cause(NamedTuple):
    """`rule` is the part of the policy and its entry; `level` the level that was called."""

    rule: str
    reason: str = ""
    level: str = ""


@dataclass(frozen=True)
class Causes:
    """`severity_at` is the severity that the incident had at a moment."""

    book: Book
    scenario: Scenario
    facts: Sequence[Fact]
    entries: Sequence[Entry]

    def of_page(self, entry: Entry, n: int) -> Cause:
        """Of entry `n`. Those that were paged for one call before are paged again because nobody answered."""
        before = self.entries[:n]
        call = self._call(entry, before)
        cause = self.of_call(call) if call else self.of_severity(entry.at)
        if any(self._call(other, before[:n]) == call for n, other in enumerate(before) if alike(other, entry)):
            times = written(self.book.escalation.pages.again_every)
            return Cause("escalation pages", f"nobody answered: again every {times}", cause.level)
        return cause

    def _call(self, entry: Entry, before: Sequence[Entry]) -> str:
        """The call that a page was for; "" for that of the declaration."""
        calls = [fact.event.call for fact in self.facts if isinstance(fact.event, facts.Paged) and fact.at == entry.at
                 and fact.event.person in entry.people and fact.event.how == SPOKEN.get(way_of(entry))]  # fmt: skip
        earlier = sum(other.at == entry.at and alike(other, entry) for other in before)
        return calls[min(earlier, len(calls) - 1)] if calls else ""

    def of_call(self, call: str) -> Cause:
        found = (fact for fact in self.facts if isinstance(fact.event, facts.Escalated) and fact.event.call == call)
        return self.of_fact(next(found))

    def of_severity(self, at: datetime) -> Cause:
        severity = self.book.severities.get(self.severity_at(at))
        return Cause(f"severities {severity.id}", f"{severity.title} pages {named(severity.page)}")

    def severity_at(self, at: datetime) -> str:
        """The severity that the incident had then."""
        graded = [
            fact.event for fact in self.facts
            if isinstance(fact.event, facts.SeverityChanged | facts.PolicyAdopted) and fact.at <= at
        ]  # fmt: skip
        last = graded[-1] if graded else None
        if last is None:
            return self.scenario.severity
        return last.severity if isinstance(last, facts.PolicyAdopted) else last.now

    def of_message(self, entry: Entry) -> Cause:
        explain = EXPLAIN.get(type(entry.message))
        cause = explain(self, entry) if explain else self.of_moment(entry)
        if isinstance(entry.message, messages.Sentence) and not cause.rule:
            return Cause("", entry.message.text)
        return cause

    def of_moment(self, entry: Entry) -> Cause:
        """What became true then by rule; else what somebody did just before."""
        then = (fact for fact in self.facts if fact.at == entry.at and isinstance(fact.event, SPOKEN_OF))
        by_rule = (cause for fact in then if (cause := self.of_fact(fact)).rule)
        return next(by_rule, self.by_hand(entry))

    def by_hand(self, entry: Entry) -> Cause:
        before = itertools.takewhile(lambda other: other is not entry, self.entries)
        said = [other.text for other in before if other.verb == GESTURE and other.at == entry.at]
        return Cause("by hand", f"/incident {said[-1]}") if said else Cause("")

    def of_fact(self, fact: Fact) -> Cause:
        event, pages = fact.event, self.book.escalation.pages
        if isinstance(event, facts.Escalated):
            rule = of_rule(event.rule) if event.rule else "by hand"
            return Cause(rule, event.reason, event.level)
        if isinstance(event, facts.DeadlineMissed | facts.DeadlineMet):
            return Cause(f"deadlines {event.deadline}", event.title)
        if isinstance(event, facts.AckLapsed):
            return Cause("escalation pages", f"no answer within {written(pages.answer_within)}")
        if isinstance(event, facts.Resumed) and fact.by == MUSTER:
            return Cause("by hand", "the pause is over")
        return Cause("")

    def of_nudge(self, entry: Entry) -> Cause:
        assert isinstance(entry.message, messages.Nudge)
        nudge = entry.message
        if nudge.checklist:
            return Cause(f"checklists {nudge.checklist}", NUDGES["checklist"])
        return Cause(f"cadence {nudge.incident.severity}", NUDGES.get(nudge.what, nudge.what.replace("_", " ")))

    def of_deadline(self, entry: Entry) -> Cause:
        assert isinstance(entry.message, messages.DeadlineNudge)
        deadline, what = entry.message.deadline, entry.message.what
        return Cause(f"deadlines {deadline.id}", f"{deadline.title}: {DEADLINES.get(what, what)}")

    def of_channel(self, entry: Entry) -> Cause:
        channel, told = whom(entry.where).partition("/")[0], self.book.communications
        announced = isinstance(entry.message, messages.Announcement)
        if announced and channel == told.incidents_channel:
            return Cause("communications incidents_channel", "every incident is announced here")
        if any(audience.channel == channel for audience in told.audiences):
            return Cause(f"communications {channel}", "an audience of this severity")
        return self.of_moment(entry)

    def of_still_there(self, entry: Entry) -> Cause:
        quiet = self.book.escalation.pages.quiet_after
        return Cause("escalation pages", f"nothing was heard for {written(quiet)}" if quiet else "")

    def of_mention(self, entry: Entry) -> Cause:
        cause = self.of_moment(entry)
        return cause if getattr(entry.message, "reason", "") else self.of_severity(entry.at)

    def of_role(self, entry: Entry) -> Cause:
        assert isinstance(entry.message, messages.Duties | messages.Handover)
        return Cause(f"roles {entry.message.role}", "whoever takes it is told, and the room")


EXPLAIN: dict[type, Callable[[Causes, Entry], Cause]] = {
    messages.Announcement: Causes.of_channel,
    messages.UpdatePost: Causes.of_channel,
    messages.Ending: Causes.of_channel,
    messages.Mention: Causes.of_mention,
    messages.Nudge: Causes.of_nudge,
    messages.DeadlineNudge: Causes.of_deadline,
    messages.StillThere: Causes.of_still_there,
    messages.Welcome: Causes.by_hand,
    messages.Duties: Causes.of_role,
    messages.Handover: Causes.of_role,
}


def of_rule(rule: str) -> str:
    """
    The part of the policy that called a level, and its entry.

    >>> of_rule("late"), of_rule("deadline:customers")
    ('escalation late', 'deadlines customers')
    """
    deadline = rule.removeprefix("deadline:")
    return f"escalation {rule}" if deadline == rule else f"deadlines {deadline}"


def alike(one: Entry, other: Entry) -> bool:
    """Whether both page the same person in the same way."""
    return is_page(one) and is_page(other) and (one.people, way_of(one)) == (other.people, way_of(other))


def is_page(entry: Entry) -> bool:
    return entry.verb == "page" or isinstance(entry.message, messages.Page)


def way_of(entry: Entry) -> str:
    return entry.where if entry.verb == "page" else "slack"


def named(principals: Iterable[str]) -> str:
    """
    >>> named(["oncall:primary", "group:management", "declarer"])
    'primary, management, declarer'
    """
    return ", ".join(principal.partition(":")[2] or principal for principal in principals)
