"""Go or no-go: a question to whoever decides, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.adapters.slack.views.blocks import Element, actions, button, section
from bot.adapters.slack.views.face import Face, named
from bot.adapters.slack.views.limits import Rendered, cut, fit
from bot.adapters.slack.words import line, moment, who
from bot.domain.incident import Question as Asked
from bot.messages import Question
from bot.workflows.decide import RESOLVE


def question(message: Question) -> Rendered:
    face = Face(message)
    asked = next((q for q in message.incident.questions if q.id == message.id), None)
    if asked is None:
        return fit("This question is not on record.", [section("This question is not on record.")])
    text = "\n".join([face.head(), *lines(face, asked)])
    return fit(text, [section(text)], actions(buttons(face, asked)))


def lines(face: Face, asked: Asked) -> Iterator[str]:
    if asked.go is None or asked.decided_at is None:
        yield f"*Go or no-go?* Question {asked.id}, asked by {who(asked.asked_by)}"
        yield f"> {cut(line(asked.text), 2000)}"
        yield f"{face.status_title}; it was not answered." if face.incident.over else decides(face)
        return
    said = "✅ *GO*" if asked.go else "⛔ *NO-GO*"
    why = f": {cut(line(asked.reason), 800)}" if asked.reason else ""
    yield f"{said} by {who(asked.decided_by)} {moment(asked.decided_at, face.day)}{why}"
    yield f"> {cut(line(asked.text), 1500)}"
    yield f"Question {asked.id}, asked by {who(asked.asked_by)}"


def decides(face: Face) -> str:
    lifecycle, roles = face.book.lifecycle, face.book.roles.all
    seats = lifecycle.deciders(face.incident.roles)
    if seats:
        return " or ".join(f"{who(seat.person)} ({named(roles, seat.role)[0]})" for seat in seats) + " decides."
    if not lifecycle.decide_by:
        return "Anyone here may decide."
    titles = " or ".join(named(roles, role)[0] for role in lifecycle.decide_by)
    return f"Nobody is {titles} now: anyone here may decide."


def buttons(face: Face, asked: Asked) -> Iterator[Element]:
    incident = face.incident
    if incident.over:
        return
    if asked.go is None:
        yield button("GO", "go:yes", incident.id, str(asked.id), style="primary")
        yield button("NO-GO", "nogo:ask", incident.id, str(asked.id), style="danger")
    elif asked.go and asked.text.casefold().startswith(RESOLVE):
        yield button("Resolve", "resolve", incident.id)
