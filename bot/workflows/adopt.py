"""`/incident policy adopt`: an open incident goes on under the team's policy of today, when somebody decides so."""

from __future__ import annotations

from bot.domain import facts
from bot.domain.errors import AlreadyDone, Refused
from bot.domain.incident import OVER, Incident
from bot.messages import Sentence
from bot.policy.lifecycle import Status
from bot.policy.severities import Severity
from bot.ports import Books
from bot.workflows import shelf
from bot.workflows.declare import severity_in
from bot.workflows.desk import Desk, Gesture, known, record, urgency
from bot.workflows.replan import replan
from bot.workflows.told import say


async def adopt(
    desk: Desk, gesture: Gesture, id: str, severity: str | None, status: str | None = None, reason: str = ""
) -> Sentence:
    """
    Move it to `desk.book`, and plan everything again.

    `severity` and `status` are words of that policy. They may be left out as far as `severity_now` and `status_now`
    know which are meant. Refused for an ended incident; AlreadyDone for one that runs under that policy.
    """

    async def decision(books: Books) -> Sentence:
        before = await known(books, id)
        check(desk, before)
        graded, moved = severity_now(desk, before, severity), status_now(desk, before, status)
        event = facts.PolicyAdopted(
            before.policy, desk.book.hash, desk.book.name, graded.id, moved.id, moved.stage, reason.strip()
        )
        after, fact = before.adopt(event, gesture.by, gesture.at)
        await shelf.keep(books, desk.book)
        await record(books, after, fact)
        await say(books, after, told(desk, gesture, graded, moved, reason))
        await replan(desk, books, gesture, after, graver=is_graver(desk, before, after))
        text = f"{after.name} runs under the policy {desk.book.name} now: {graded.title}, {moved.title}."
        return Sentence(text, incident=id)

    return await desk.decide(gesture, decision)


def check(desk: Desk, incident: Incident) -> None:
    """Refused when there is nothing to adopt for this incident."""
    if incident.policy == desk.book.hash:
        raise AlreadyDone(f"{incident.name} runs under the policy {desk.book.name} already, as its files are now.")
    if incident.over:
        again = f"To work on it again: /incident reopen {incident.name} why"
        raise Refused(f"{incident.name} is over and keeps the policy it ended under. {again}")


def same_policy(desk: Desk, incident: Incident) -> bool:
    """Whether it is only another version of the policy that the incident was opened under."""
    return desk.shelf.name(incident.policy) == desk.book.name


def is_graver(desk: Desk, before: Incident, after: Incident) -> bool:
    """
    Whether it ranks higher now; a severity that stays what it was does not, though the policy rank others anew.
    """
    stays = same_policy(desk, before) and after.severity == before.severity
    return not stays and urgency(desk, after) < urgency(desk, before)


def severity_now(desk: Desk, incident: Incident, word: str | None) -> Severity:
    """The one that is named; without a word the present one, if it is of the same policy and still there."""
    if word:
        return severity_in(desk.book, word)
    severities = desk.book.severities
    kept = next((s for s in severities.all if s.id == incident.severity), None)
    if kept and same_policy(desk, incident):
        return kept
    example = f"/incident policy adopt {incident.name} {severities.default}"
    raise Refused(
        f"Which severity is {incident.name} in the policy {desk.book.name}? It has {severities.names()}."
        f" For example: {example}"
    )


def status_now(desk: Desk, incident: Incident, word: str | None) -> Status:
    """The one that is named, the present one if it is of the same policy, or the first of the same stage."""
    lifecycle = desk.book.lifecycle
    if not word:
        kept = next((s for s in lifecycle.all if s.id == incident.status and s.stage not in OVER), None)
        return kept if kept and same_policy(desk, incident) else shelf.of_stage(lifecycle, incident.stage)
    status = lifecycle.find(word)
    if status is None or status.stage in OVER:
        going = ", ".join(s.id for s in lifecycle.all if s.stage not in OVER)
        raise Refused(f"There is no status *{word}* for an open incident. The policy {desk.book.name} has {going}.")
    return status


def told(desk: Desk, gesture: Gesture, severity: Severity, status: Status, reason: str) -> str:
    why = f" Why: {reason.strip()}" if reason.strip() else ""
    policy = f"{desk.book.name} ({desk.book.policy.title})"
    return f"{gesture.by} moved this to the policy {policy}: {severity.title}, {status.title}.{why}"
