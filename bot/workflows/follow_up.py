"""What the policy asks for after an incident: action items by rule, and documents until a certain time."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import facts
from bot.domain.incident import MUSTER, Incident
from bot.policy.book import Book
from bot.policy.model import after
from bot.policy.postmortem import Rule
from bot.ports import Books
from bot.workflows.desk import Desk, record


async def ask_by_rule(desk: Desk, books: Books, incident: Incident, at: datetime) -> Incident:
    """Write down the action items that follow from how the incident went; each rule asks once in its life."""
    new = []
    for rule in applying(desk.book_of(incident), incident):
        incident, fact = incident.ask_for(item(rule, at), MUSTER, at)
        new.append(fact)
    if new:
        await record(books, incident, *new)
    return incident


def applying(book: Book, incident: Incident) -> list[Rule]:
    """The rules that have not asked yet, and whose conditions hold; time counts from the declaration to the end."""
    asked = {task.rule for task in incident.tasks}
    took = incident.ended_at - incident.declared_at if incident.ended_at else timedelta()
    told = incident.resolution
    cause = f"{told.cause}\n{told.summary}" if told else ""
    rules = (rule for rule in book.postmortem.rules if rule.id not in asked)
    return [rule for rule in rules if rule.applies(incident.severity, took, cause)]


def item(rule: Rule, at: datetime) -> facts.TaskAdded:
    return facts.TaskAdded(
        0, rule.item, later=True, due=after(at, rule.due), priority=rule.priority, category=rule.category or "",
        team=rule.team, rule=rule.id,
    )  # fmt: skip


def promised(book: Book, incident: Incident) -> str:
    """
    Until when the policy wants what, as a sentence; empty when it wants nothing.

    "Review meeting by 2026-11-23 03:00 UTC; report by 2026-11-25 03:00 UTC."
    """
    if incident.ended_at is None:
        return ""
    due = book.postmortem.due(incident.severity, incident.ended_at)
    said = "; ".join(f"{target.title} by {at:%Y-%m-%d %H:%M} UTC" for target, at in due)
    return f"{said}." if said else ""
