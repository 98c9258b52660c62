"""What those see who are called: the page, the mention where everybody sees it, and the question after a silence."""

from __future__ import annotations

from collections.abc import Iterator

from bot.adapters.slack.views.blocks import Element, actions, button, context, sections
from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Rendered, cut, fit
from bot.adapters.slack.words import duration, line, moment, people, room, who
from bot.domain.incident import Incident
from bot.domain.pieces import Answer
from bot.messages import Mention, Page, StillThere
from bot.policy.texts import Person
from bot.workflows.page import settled
from bot.workflows.quiet import heard_at


def page(message: Page) -> Rendered:
    face = Face(message)
    by = Person(message.incident.declared_by)
    text = face.words("page", {"by": by, "person": None, "reason": message.reason})
    became = " ".join(answers(face, message))
    blocks = [*sections(text), *([context(became)] if became else [])]
    return fit(text, blocks, actions(buttons(face, message)))


def wanted(incident: Incident, person: str, reason: str) -> bool:
    """Whether that person's answer is still waited for. A page that is not on record yet has what called for it."""
    calls = {page.call for page in incident.pages if page.person == person and not page.failed}
    if incident.over:
        return False
    if not calls:
        return bool(reason) or incident.acknowledged_by is None
    return any(not settled(incident, call) for call in calls)


def answers(face: Face, message: Page) -> Iterator[str]:
    """What became of a page; nothing while nobody answered it."""
    incident, own = face.incident, message.incident.answers.get(message.person)
    if incident.over:
        yield over(face)
        return
    by, at = incident.acknowledged_by, incident.acknowledged_at
    if own and by != message.person:
        yield said(face, own)
    if by and at:
        yield f"{who(by)} acknowledged this {moment(at, face.day)}."
        if not own and wanted(incident, message.person, message.reason):
            yield "You are wanted too."


def said(face: Face, own: Answer) -> str:
    at = moment(own.at, face.day)
    why = f": {cut(line(own.reason), 300)}" if own.reason else "."
    return f"You said {at} that you are coming." if own.coming else f"You said {at} that you cannot come{why}"


def over(face: Face) -> str:
    return f"{face.status_emoji} {face.status_title}; nothing more is needed from you.".strip()


def buttons(face: Face, message: Page) -> Iterator[Element | None]:
    incident, own = face.incident, message.incident.answers.get(message.person)
    refused = own is not None and not own.coming
    waits = wanted(incident, message.person, message.reason)
    if incident.over:
        return
    if waits:
        yield button("I can after all" if refused else "Acknowledge", "ack", incident.id, style="primary")
    if not refused and (waits or own):
        yield button("Can't after all" if own else "Can't", "cant", incident.id)
    if not refused:
        yield face.take_command()


def mention(message: Mention) -> Rendered:
    face, incident = Face(message), message.incident
    call = "<!here>" if message.everyone else people((*message.groups, *message.people))
    waits = any(wanted(incident, person, message.reason) for person in message.people or ("",))
    why = f"\nWhy: {cut(line(message.reason), 600)}" if message.reason else ""
    text = f"{face.head()}\n{call} {needed(message) if waits else settled_by(face)}{why}"
    blocks = sections(text)
    acknowledge = button("Acknowledge", "ack", incident.id, style="primary") if waits else None
    return fit(text, blocks, actions((acknowledge, face.take_command())))


def needed(message: Mention) -> str:
    place = f" in {room(message.incident.room)}" if message.incident.room else ""
    return f"Somebody is needed{place}. Press Acknowledge when you are on it."


def settled_by(face: Face) -> str:
    """Who ended the wait."""
    by, at = face.incident.acknowledged_by, face.incident.acknowledged_at
    if face.incident.over:
        return over(face)
    return f"{who(by)} acknowledged this {moment(at, face.day)}." if by and at else "Somebody of them is on it."


def still_there(message: StillThere) -> Rendered:
    face, incident = Face(message), message.incident
    since, heard = incident.acknowledged_at, heard_at(incident)
    acknowledged = f"You acknowledged this {moment(since, face.day)}" if since else "You acknowledged this"
    quiet = duration(incident.asked_at - heard) if incident.asked_at and heard else "a while"
    text = "\n".join((
        face.head(),
        f"{acknowledged}, and nothing was heard for {quiet}. *Still on it?*",
        f"Without an answer by {moment(message.until, face.day)} others are paged.",
    ))  # fmt: skip
    row = (button("Still on it", "still", incident.id, style="primary"), button("Can't", "cant", incident.id))
    return fit(text, sections(text), actions(row))
