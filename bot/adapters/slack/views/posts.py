"""Messages that are posted once: announcements, updates, reminders, and sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.adapters.slack.views.blocks import Element, actions, button, context, section, sections
from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Rendered, fit
from bot.adapters.slack.words import line, outward, room
from bot.domain.facts import Stage, Updated
from bot.domain.incident import Incident
from bot.messages import (
    Announcement,
    Duties,
    Elsewhere,
    Ending,
    HandedOver,
    Handover,
    Nudge,
    Sentence,
    UpdatePost,
    Welcome,
    Worded,
)
from bot.policy.book import Book
from bot.policy.texts import Person


def sentence(message: Sentence) -> Rendered:
    text = outward(message.text)
    row = actions(button(b.label, b.verb, message.incident, b.value) for b in message.buttons)
    return fit(text, sections(text) or [section(text)], row)


def spoken(text: str, *buttons: Element | None) -> Rendered:
    """A text of the policy, already mrkdwn, and buttons."""
    return fit(text, sections(text) or [section(text)], actions(buttons))


def announcement(message: Announcement) -> Rendered:
    face = Face(message)
    fields = {"by": Person(message.incident.declared_by), "due": message.incident.next_update}
    text = face.words("declared", fields)
    return fit(face.plainly(), sections(text))


def worded(message: Worded) -> Rendered:
    return spoken(Face(message).words(message.template, message.fields))


def update_post(message: UpdatePost) -> Rendered:
    incident, update = message.incident, message.update
    fields = {
        "by": Person(message.by),
        "update": whole(message.book, update),
        "own": message.book.communications.own(update),
        "due": update.next_at,
        "at": message.at,
        "elapsed": max(message.at - incident.declared_at, timedelta()),
        "last_at": message.last_at,
    }
    return spoken(Face(message).words("updated", fields))


def whole(book: Book, update: Updated) -> Updated:
    """With every field that the policy asks for now, so that templates can name it."""
    return replace(update, more={**dict.fromkeys(book.communications.own_fields, ""), **update.more})


def ending(message: Ending) -> Rendered:
    face, incident = Face(message), message.incident
    by = Person(incident.ended_by or incident.declared_by)
    elapsed = (incident.ended_at or incident.declared_at) - incident.declared_at
    if incident.stage is Stage.CANCELLED or incident.resolution is None:
        text = face.words("cancelled", {"by": by, "reason": message.reason})
    else:
        text = face.words("resolved", {"by": by, "elapsed": elapsed, **resolved(message.book, incident)})
    if message.audience or not incident.over:
        return spoken(text)
    written = button("Postmortem", "postmortem", incident.id) if incident.resolution else None
    return spoken(text, button("Reopen", "reopen", incident.id), written)


def resolved(book: Book, incident: Incident) -> dict[str, object]:
    """How it was resolved, and what is due for it until when."""
    told = incident.resolution
    assert told is not None
    due = book.postmortem.due(incident.severity, incident.ended_at) if incident.ended_at else ()
    kind = next((k.title for k in book.lifecycle.kinds_of_resolution if k.id == told.how), told.how)
    return {"kind": kind, "summary": told.summary, "cause": told.cause, "targets": due}


def elsewhere(message: Elsewhere) -> Rendered:
    return spoken(f"{Face(message).head()}\nThe {message.what} is in its room now: {room(message.incident.room or '')}")


def nudge(message: Nudge) -> Rendered:
    face, incident = Face(message), message.incident
    fields = {
        "due": message.due,
        "left": message.due and max(message.due - message.at, timedelta()),
        "late": message.due and max(message.at - message.due, timedelta()),
        "times": message.times,
        "volume": str(message.volume),
        "mentions": tuple(Person(person) for person in message.mention),
        "role": next((role for role in message.book.roles.all if role.id == face.lead), None),
    }
    if message.what == "checklist":
        return left_on_list(message, face)
    text = face.words(f"nudge_{message.what}", fields)
    if message.what == "no_lead":
        return asking_for_lead(text, face)
    snooze = f"Snooze {int(message.book.cadence.snooze.total_seconds() // 60)} min"
    post = button("Post update", "update", incident.id, style="primary")
    return spoken(text, post, button(snooze, "snooze", incident.id))


def asking_for_lead(text: str, face: Face) -> Rendered:
    """With whom to ask, if the policy says."""
    lead = next((role for role in face.book.roles.all if role.id == face.lead), None)
    good = [context(f"Good for: {line('; '.join(lead.choose))}")] if lead and lead.choose else []
    return fit(text, [*sections(text), *good], actions((face.take_command(),)))


def left_on_list(message: Nudge, face: Face) -> Rendered:
    incident = message.incident
    listed = message.book.checklists.get(message.checklist)
    fields = {"checklist": listed, "items": listed.left(incident.ticks) if listed else ()}
    show = button("Show the list", "checklist", incident.id, message.checklist)
    return spoken(face.words("nudge_checklist", fields), show)


def duties(message: Duties) -> Rendered:
    holder = message.incident.roles.get(message.role)
    role = next((role for role in message.book.roles.all if role.id == message.role), None)
    return spoken(Face(message).words("duties", {"role": role, "person": Person(holder) if holder else None}))


def handover(message: Handover) -> Rendered:
    return spoken(Face(message).words("handover", passed_on(message)))


def passed_on(message: Handover | HandedOver) -> dict[str, Any]:
    """What the policy's words for a handover may name."""
    incident = message.incident
    return {
        "role": next((role for role in message.book.roles.all if role.id == message.role), None),
        "person": Person(message.person),
        "before": Person(message.before) if message.before else None,
        "update": incident.update and whole(message.book, incident.update),
        "tasks": tuple(task for task in incident.tasks if task.done_by is None and not task.later),
        "due": incident.next_update,
    }


def welcome(message: Welcome) -> Rendered:
    face, incident = Face(message), message.incident
    if incident.room:
        where = f"The room is open: {room(incident.room)}"
    elif incident.announcement:
        where = f"It is worked on in its thread in {room(incident.announcement)}; a room can be opened from the card."
    else:
        where = "Its place is not open yet; the card there will show it."
    return spoken(f"{face.head()}\n{where}", face.take_command())
