"""The live card: the whole incident at a glance on a phone, and everything one can do about it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.adapters.slack.views import alerts
from bot.adapters.slack.views.blocks import Element, Option, actions, button, menu, overflow, section
from bot.adapters.slack.views.deadlines import on_card
from bot.adapters.slack.views.escalation import calling
from bot.adapters.slack.views.face import Face, impact_words, kind, trouble_line
from bot.adapters.slack.views.limits import Block, Rendered, cut, fit
from bot.adapters.slack.views.rooms import belongings
from bot.adapters.slack.words import line, moment, who
from bot.domain.facts import Stage
from bot.domain.incident import Incident
from bot.messages import Card, Status
from bot.workflows.declare import MANUAL

MOST_TROUBLES = 3


def card(message: Card | Status) -> Rendered:
    face = Face(message)
    blocks = [section("\n".join(lines(message, face))), *calling(message, face), *troubles(message, face)]
    return fit(face.plainly(), blocks, buttons(message, face))


def lines(message: Card | Status, face: Face) -> Iterator[str]:
    incident = message.incident
    yield face.head()
    yield face.standing()
    yield f"Declared {moment(incident.declared_at)} by {declarer(incident)} · {acknowledged(face)}"
    if incident.over:
        yield ended(face)
    else:
        yield promise(message, face)
    if waiting := on_card(message.deadlines, face):
        yield waiting
    if incident.update and not incident.over:
        yield f"> {cut(line(incident.update.state), 200)}"
    if known := impact_words(face.book, incident, on_card=True):
        yield f"💥 {cut(line(known), 300)}"
    if heard := alerts.on_card(incident):
        yield heard
    yield from belongings(incident)
    if message.stands_in:
        yield standing_in(face)
    if (joined := face.bridge()) and not incident.over:
        yield joined
    if (asked := questions(incident)) and not incident.over:
        yield asked


def declarer(incident: Incident) -> str:
    """Who declared it, and who noticed, where that is known."""
    noticed = "" if incident.source == MANUAL else f" (noticed by {line(incident.source)})"
    return f"{who(incident.declared_by)}{noticed}"


def questions(incident: Incident) -> str:
    """What waits for a go; empty when nothing does."""
    waiting = [f"{q.id}. {cut(line(q.text), 150)}" for q in incident.questions if q.go is None]
    return cut(f"❓ Go or no-go? {' · '.join(waiting)}", 500) if waiting else ""


def standing_in(face: Face) -> str:
    told = f"The policy it was opened under cannot be read; *{line(face.book.name)}* stands in for it."
    return told if face.incident.over else f"{told} `/incident policy adopt` makes that its own."


def acknowledged(face: Face) -> str:
    by, at = face.incident.acknowledged_by, face.incident.acknowledged_at
    if by is None or at is None:
        return "not acknowledged" if face.incident.over else "*not acknowledged yet*"
    return f"acknowledged {moment(at, face.day)} by {who(by)}"


def promise(message: Card | Status, face: Face) -> str:
    incident = message.incident
    posted = f"Update {incident.update.number} posted" if incident.update else "No update yet"
    if incident.update and incident.updated_at:
        posted += f" {moment(incident.updated_at, face.day)}"
    due = f"next due {moment(message.update_due, face.day)}" if message.update_due else "next when there is news"
    return f"{posted} · {due}"


def ended(face: Face) -> str:
    incident = face.incident
    at = f" {moment(incident.ended_at, face.day)}" if incident.ended_at else ""
    if incident.resolution:
        how = kind(face.book, incident.resolution.how)
        return f"Resolved{at} by {who(incident.resolved_by)} ({how}): {cut(line(incident.resolution.summary), 300)}"
    return f"{face.status_title}{at} by {who(incident.ended_by, 'Muster')}"


def troubles(message: Card | Status, face: Face) -> list[Block]:
    """What still waits or was given up, with one button to try all of it again."""
    found = list(dict.fromkeys(cut(trouble_line(trouble, face.day), 600) for trouble in message.troubles))
    if not found:
        return []
    told = found[:MOST_TROUBLES]
    if len(found) > MOST_TROUBLES:
        told.append(f"and {len(found) - MOST_TROUBLES} more")
    return [section("\n".join(told), button("Retry", "retry", face.incident.id))]


def buttons(message: Card | Status, face: Face) -> list[Block]:
    if face.incident.over:
        return actions(afterwards(face))
    return [*actions(first_row(face)), *actions(second_row(face))]


def first_row(face: Face) -> Iterator[Element | None]:
    id, mitigated = face.incident.id, face.incident.stage is Stage.MITIGATED
    yield face.acknowledge()
    yield face.take_command()
    yield button("Post update", "update", id)
    if face.book.lifecycle.resolved in after(face):
        yield button("Resolve", "resolve", id, style="primary" if mitigated else None)


def second_row(face: Face) -> Iterator[Element | None]:
    id = face.incident.id
    yield menu("status", "Move to…", id, moves(face))
    yield menu("severity", "Change severity…", id, grades(face))
    yield button("Escalate", "escalate", id)
    if face.book.diagnosis.probes:
        yield button("Diagnose", "diagnose", id)
    yield overflow("more", id, [
        Option("Add a note", "note"),
        Option("Add a task", "task:ask"),
        Option("Roles", "role:ask"),
        Option("Timeline", "timeline"),
        # cancelling stands in the status menu too, where the policy allows it
        Option("Impact", "impact") if face.book.impact.fields else Option("Cancel the incident", "cancel"),
    ])  # fmt: skip
    if face.incident.room is None:
        yield button("Open a room", "room", id)


def afterwards(face: Face) -> Iterator[Element | None]:
    id, lifecycle = face.incident.id, face.book.lifecycle
    yield button("Reopen", "reopen", id)
    if face.incident.stage is not Stage.CANCELLED:
        yield button("Postmortem", "postmortem", id)
    if lifecycle.closed in after(face):
        yield button("Close", "status", id, lifecycle.closed)
    yield button("Timeline", "timeline", id)


def after(face: Face) -> tuple[str, ...]:
    """The statuses the policy allows now."""
    found = next((s for s in face.book.lifecycle.all if s.id == face.incident.status), None)
    return found.next if found else ()


def moves(face: Face) -> list[Option]:
    allowed = after(face)
    return [Option(f"{s.emoji} {s.title}", "status", s.id, s.means) for s in face.book.lifecycle.all if s.id in allowed]


def grades(face: Face) -> list[Option]:
    others = [s for s in face.book.severities.all if s.id != face.incident.severity]
    return [Option(f"{s.emoji} {s.title} {s.name}", "severity", s.id, s.means) for s in others]
