"""What happened, one sentence per fact."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from bot.domain import facts
from bot.domain.facts import Event, Fact
from bot.domain.incident import MUSTER, clock_time

NUDGES = {
    "update_due": "reminded the room of the update that was due",
    "update_missed": "reminded the room of the missed update",
    "no_lead": "asked the room for a commander",
    "checklist": "reminded the room of what is left on a checklist",
    "deadline_due": "reminded the room of a deadline",
}


class Words(Protocol):
    """What a policy calls its own things; an id that it does not know comes back as it is."""

    def severity(self, id: str) -> str: ...
    def status(self, id: str) -> str: ...
    def role(self, id: str) -> str: ...
    def impact(self, id: str) -> str: ...
    def field(self, id: str) -> str: ...
    def mark(self, id: str) -> str: ...


@dataclass(frozen=True)
class Entry:
    """
    A line of the timeline: at this time (UTC), this person did this.

    `text` continues the name of `by` in the past tense and is typed text: escape it where it is shown. When somebody
    else was concerned, `whom` is that person and the sentence ends with their name. `kind` is the fact's TYPE.
    """

    at: datetime
    by: str
    text: str
    whom: str | None = None
    kind: str = ""
    links: tuple[tuple[str, str], ...] = ()


Said = tuple[str, str | None]


def entries(history: Iterable[Fact], words: Words) -> list[Entry]:
    """
    The facts as entries, in order of when they were so; facts of one instant keep their order.

    Of a message that counts no longer it is said that there was one, and not what it said.
    """
    said = (fact for fact in struck(history) if not isinstance(fact.event, facts.Promised))
    return sorted((entry(fact, words) for fact in said), key=lambda e: e.at)


#: the words of a message that counts no longer, by why
STRUCK = {"deleted": "[deleted since]", "unmarked": "[taken off the record since]"}


def struck(history: Iterable[Fact]) -> list[Fact]:
    """The facts in their order; those about a message that was taken off the record later are without its words."""
    found: list[Fact] = []
    removed: dict[str, str] = {}
    for fact in reversed(list(history)):
        event = fact.event
        if isinstance(event, facts.CaptureRemoved):
            removed[event.id] = event.why
        elif isinstance(event, facts.Captured | facts.CaptureEdited) and event.id in removed:
            fact = replace(fact, event=_wordless(event, removed[event.id]))
        if isinstance(event, facts.Captured):
            removed.pop(event.id, None)
        found.append(fact)
    return found[::-1]


def standing(fact: Fact, live: Collection[str]) -> Fact:
    """One fact by itself; without its words when it is about a message that is not among the `live` captures."""
    event = fact.event
    if isinstance(event, facts.Captured | facts.CaptureEdited) and event.id not in live:
        return replace(fact, event=_wordless(event, "deleted"))
    return fact


def _wordless(event: facts.Captured | facts.CaptureEdited, why: str) -> Event:
    text = STRUCK.get(why, STRUCK["unmarked"])
    if isinstance(event, facts.CaptureEdited):
        return replace(event, text=text)
    return replace(event, text=text, files={}, link="" if why == "deleted" else event.link)


def entry(fact: Fact, words: Words) -> Entry:
    """One fact as an entry. An event without a sentence of its own is named by its type, never left out."""
    say = SENTENCES.get(type(fact.event))
    said = say(fact.event, words, fact.by) if say else f"recorded: {fact.event.TYPE.replace('_', ' ')}"
    text, whom = said if isinstance(said, tuple) else (said, None)
    return Entry(fact.at, fact.by, text + _late(fact), whom, fact.event.TYPE, _links(fact.event))


def _links(event: Event) -> tuple[tuple[str, str], ...]:
    if not isinstance(event, facts.Captured):
        return ()
    return (*([("message", event.link)] if event.link else []), *event.files.items())


def _late(fact: Fact) -> str:
    late = isinstance(fact.event, facts.DeadlineMet) and fact.at > fact.event.due
    return ", late" if late else ""


def _declared(e: facts.Declared, words: Words, by: str) -> str:
    about = "" if e.kind == "real" else f" as a {e.kind}"
    noticed = "" if e.source == "manual" else f", noticed by {e.source}"
    return f"declared {e.label or f'#{e.number}'} {words.severity(e.severity)}{about}{noticed}: {e.title}"


def _moved(e: facts.Moved, words: Words, by: str) -> str:
    return f"moved the status from {words.status(e.was)} to {words.status(e.now)}{_because(e.reason)}"


def _classified(e: facts.Classified, words: Words, by: str) -> str:
    proposal = f"answered the questions, which propose {words.severity(e.proposed)} ({e.because})"
    taken = f"; took {words.severity(e.chosen)} instead" if e.chosen != e.proposed else ""
    return proposal + taken + _because(e.reason)


def _adopted(e: facts.PolicyAdopted, words: Words, by: str) -> str:
    now = f"{words.severity(e.severity)}, {words.status(e.status)}"
    return f"moved the incident to the policy {e.name} ({now}){_because(e.reason)}"


def _impact(e: facts.ImpactRecorded, words: Words, by: str) -> str:
    told = "; ".join(f"{words.impact(field)}: {value or 'taken back'}" for field, value in e.values.items())
    return f"recorded the impact: {told}"


def _decided(e: facts.GoDecided, words: Words, by: str) -> str:
    return f"decided question {e.id}: {'GO' if e.go else 'NO-GO'}{_because(e.reason)}"


def _resolved(e: facts.Resolved, words: Words, by: str) -> str:
    cause = f" · Cause: {e.cause}" if e.cause else ""
    return f"resolved the incident by {e.how}{_because(e.summary)}{cause}"


def _role_taken(e: facts.RoleTaken, words: Words, by: str) -> Said:
    role = words.role(e.role)
    if by != e.person:
        return f"gave the role {role} to", e.person
    return (f"took over the role {role} from", e.before) if e.before else (f"took the role {role}", None)


def _role_left(e: facts.RoleLeft, words: Words, by: str) -> Said:
    role = words.role(e.role)
    return (f"left the role {role}", None) if by == e.person else (f"took the role {role} from", e.person)


def _updated(e: facts.Updated, words: Words, by: str) -> str:
    more = {f"{words.field(id)}: ": text for id, text in e.more.items()}
    parts = {"": e.state, "Impact: ": e.impact, "Actions: ": e.actions, "Next: ": e.next_steps,
             "Help needed: ": e.help_needed, **more}  # fmt: skip
    told = " · ".join(title + text for title, text in parts.items() if text)
    promise = f" · Next update by {clock_time(e.next_at)}" if e.next_at else ""
    return f"posted update {e.number}: {told}{promise}"


def _promised(e: facts.Promised, words: Words, by: str) -> str:
    return f"set the next update for {clock_time(e.next_at)}" if e.next_at else "set updates to go out as needed"


def _task_added(e: facts.TaskAdded, words: Words, by: str) -> Said:
    added = f"added {'action item' if e.later else 'task'} {e.id}: {e.text}"
    team = f", for {e.team}" if e.team and not e.owner else ""
    due = f", due {e.due:%Y-%m-%d}" if e.due else ""
    return (f"{added}{due}, for", e.owner) if e.owner else (f"{added}{team}{due}", None)


def _task_taken(e: facts.TaskTaken, words: Words, by: str) -> Said:
    return (f"took task {e.id}", None) if by == e.owner else (f"gave task {e.id} to", e.owner)


def _nudged(e: facts.Nudged, words: Words, by: str) -> str:
    said = NUDGES.get(e.what, f"reminded the room ({e.what.replace('_', ' ')})")
    return f"{said}, time {e.times}" if e.times > 1 else said


def _snoozed(e: facts.Snoozed, words: Words, by: str) -> str:
    return f"put off the reminder ({e.what.replace('_', ' ')}) until {clock_time(e.until)}"


def _escalated(e: facts.Escalated, words: Words, by: str) -> str:
    return f"called {e.title}{_because(e.reason)}"


def _answered(e: facts.PageAnswered, words: Words, by: str) -> str:
    return ("is coming" if e.coming else "cannot come") + _because(e.reason)


def _paused(e: facts.Paused, words: Words, by: str) -> str:
    return f"paused the clocks until {clock_time(e.until)}{_because(e.reason)}"


def _raised(e: facts.AlertRaised, words: Words, by: str) -> str:
    where = f" ({e.service})" if e.service else ""
    told = f": {e.summary}" if e.summary else ""
    return f"heard from {e.source}: {e.name}{where}, {e.grade}{told}"


def _diagnosed(e: facts.Diagnosed, words: Words, by: str) -> str:
    found = f"{e.wrong} of {e.asked} probes found something" if e.wrong else f"{e.asked} probes found nothing wrong"
    return f"diagnosed {e.scope}: {found}" + (f"; likeliest cause: {e.cause}" if e.cause else "")


def _why(e: facts.WhyAnswered, words: Words, by: str) -> str:
    return f"answered why number {e.step}: {e.text}" if e.text else f"took back the answer to why number {e.step}"


def _captured(e: facts.Captured, words: Words, by: str) -> Said:
    listed = "" if e.list == "timeline" else f" ({words.mark(e.list)})"
    told = f"{listed}{f', now task {e.task}' if e.task else ''}: {e.text or ('[a file]' if e.files else '[no words]')}"
    return (f"said{told}", None) if e.author == by else (f"put on the record{told} \u2013 said by", e.author)


def _capture_removed(e: facts.CaptureRemoved, words: Words, by: str) -> str:
    if e.why == "deleted":
        return "saw that a message on the record was deleted" if by == MUSTER else "deleted a message on the record"
    return "took a message off the record"


def _absorbed(e: facts.Absorbed, words: Words, by: str) -> str:
    return f"{'found the same in' if e.duplicate else 'merged in'} {e.name}: {e.title}"


def _visibility(e: facts.VisibilityChanged, words: Words, by: str) -> str:
    return f"{'restricted it' if e.now == 'restricted' else 'opened it to everybody'}{_because(e.reason)}"


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


SENTENCES: Mapping[type[Event], Callable[[Any, Words, str], str | Said]] = {
    facts.Declared: _declared,
    facts.Acknowledged: lambda e, w, by: "acknowledged the incident",
    facts.SeverityChanged: lambda e, w, by: (
        f"changed the severity from {w.severity(e.was)} to {w.severity(e.now)}{_because(e.reason)}"
    ),
    facts.Moved: _moved,
    facts.Classified: _classified,
    facts.PolicyAdopted: _adopted,
    facts.Resolved: _resolved,
    facts.RoleTaken: _role_taken,
    facts.RoleLeft: _role_left,
    facts.Noted: lambda e, w, by: f"noted: {e.text}",
    facts.Updated: _updated,
    facts.Promised: _promised,
    facts.TaskAdded: _task_added,
    facts.TaskTaken: _task_taken,
    facts.TaskDone: lambda e, w, by: f"finished task {e.id}",
    facts.ItemTicked: lambda e, w, by: f"ticked: {e.text}",
    facts.ItemCleared: lambda e, w, by: f"unticked: {e.text}",
    facts.ChecklistOpened: lambda e, w, by: f"began the checklist {e.title}",
    facts.ImpactRecorded: _impact,
    facts.GoAsked: lambda e, w, by: f"asked for a go (question {e.id}): {e.question}",
    facts.GoDecided: _decided,
    facts.RoomOpened: lambda e, w, by: f"opened the room #{e.name}",
    facts.Announced: lambda e, w, by: "announced the incident in the incidents channel",
    facts.AudienceTold: lambda e, w, by: f"told #{e.channel} of the incident",
    facts.Paged: lambda e, w, by: (f"sent a page ({e.how}) to", e.person),
    facts.PageFailed: lambda e, w, by: (f"could not send a page ({e.how}: {e.sentence.rstrip('.')}) to", e.person),
    facts.PageAnswered: _answered,
    facts.AckAsked: lambda e, w, by: ("asked for a sign of life from", e.person),
    facts.AckConfirmed: lambda e, w, by: "is still on it",
    facts.AckLapsed: lambda e, w, by: ("took the acknowledgement back from", e.person),
    facts.Escalated: _escalated,
    facts.Paused: _paused,
    facts.Resumed: lambda e, w, by: "let the clocks go on",
    facts.UpdateTold: lambda e, w, by: f"told #{e.channel} {f'update {e.number}' if e.number else 'that it is over'}",
    facts.DeadlineMet: lambda e, w, by: f"met the deadline of {clock_time(e.due)}: {e.title}",
    facts.DeadlineMissed: lambda e, w, by: f"recorded a missed deadline ({clock_time(e.due)}): {e.title}",
    facts.AlertRaised: _raised,
    facts.AlertCleared: lambda e, w, by: f"heard that {e.name}{f' ({e.service})' if e.service else ''} is well again",
    facts.Diagnosed: _diagnosed,
    facts.EvidenceKept: lambda e, w, by: f"kept as evidence: {e.title}",
    facts.WatchBegan: lambda e, w, by: f"began to watch {e.scope}",
    facts.WatchEnded: lambda e, w, by: f"stopped watching {e.scope}",
    facts.WhyAnswered: _why,
    facts.RootCauseFound: lambda e, w, by: f"named the root cause: {e.text}" if e.text else "took back the root cause",
    facts.CausePlaced: lambda e, w, by: f"put on the fishbone, {e.branch}: {e.text}",
    facts.CauseRemoved: lambda e, w, by: f"took off the fishbone, {e.branch}: {e.text}",
    facts.Spoke: lambda e, w, by: "said the first word in the room",
    facts.Captured: _captured,
    facts.CaptureEdited: lambda e, w, by: f"changed what they said to: {e.text}",
    facts.CaptureRemoved: _capture_removed,
    facts.Related: lambda e, w, by: f"linked it to {e.name}",
    facts.Unrelated: lambda e, w, by: f"took back the link to {e.name}",
    facts.Merged: lambda e, w, by: f"{'marked it as a duplicate of' if e.duplicate else 'merged it into'} {e.name}",
    facts.Absorbed: _absorbed,
    facts.Retitled: lambda e, w, by: f"changed the title from \u201c{e.was}\u201d to \u201c{e.now}\u201d",
    facts.RoomRenamed: lambda e, w, by: f"renamed the room #{e.was} to #{e.now}",
    facts.RoomAdopted: lambda e, w, by: f"made #{e.name} the room of the incident",
    facts.RoomArchived: lambda e, w, by: "archived the room",
    facts.RoomUnarchived: lambda e, w, by: "brought the room back from the archive",
    facts.HandedOff: lambda e, w, by: (f"handed off the role {w.role(e.role)}{_because(e.words)} \u2013 to", e.to),
    facts.CanvasWritten: lambda e, w, by: "wrote the postmortem into a canvas",
    facts.VisibilityChanged: _visibility,
    facts.Admitted: lambda e, w, by: ("gave sight of it to", e.person),
    facts.Dismissed: lambda e, w, by: ("took the sight of it from", e.person),
    facts.Denied: lambda e, w, by: f"was refused /incident {e.verb}{_because(e.why)}",
    facts.Nudged: _nudged,
    facts.Snoozed: _snoozed,
    facts.GaveUp: lambda e, w, by: f"gave up on {e.what}: {e.sentence}",
    facts.Retried: lambda e, w, by: f"tried {e.steps} failed {'step' if e.steps == 1 else 'steps'} again",
    facts.PostmortemWritten: lambda e, w, by: f"wrote the postmortem {e.name}",
}
