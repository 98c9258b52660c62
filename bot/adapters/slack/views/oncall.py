"""Being on call: who it is now and next, a shift that begins, and somebody who asks to be covered."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.slack.views.blocks import Element, actions, button, section
from bot.adapters.slack.views.limits import Block, Rendered, fit
from bot.adapters.slack.words import line, moment, people, who
from bot.messages import CoverWanted, Duty, OnCall, ShiftBegins

#: what a button asks for; any other length can be typed
COVER = "2h"
MOST = 8


def oncall(message: OnCall) -> Rendered:
    rows = [duty(each, message.viewer) for each in message.duties[:MOST]]
    arrange = button("Arrange cover", "oncall:ask", None)
    undo = button("Undo mine", "oncall", None, "undo") if message.undo else None
    return fit("Who is on call", rows, actions((arrange, undo)))


def duty(duty: Duty, viewer: str) -> Block:
    cover = button(f"Cover me {COVER}", "oncall", None, f"cover me {COVER} {duty.id}")
    return section("\n".join(duty_rows(duty)), cover if viewer in duty.people else None)


def duty_rows(duty: Duty) -> list[str]:
    until = f" until {moment(duty.until)}" if duty.until else ""
    now = f"*{line(duty.title)}*: {named(duty.people)}{until}" + (", as arranged" if duty.covered else "")
    then = [f"then {named(duty.then)}"] if duty.until else []
    return [now, *then, *([line(duty.note)] if duty.note else [])]


def named(shown: Sequence[str]) -> str:
    return people(shown) or "nobody"


def shift_begins(message: ShiftBegins) -> Rendered:
    until = f" until {moment(message.until)}" if message.until else ""
    head = f"📟 *{line(message.title)}*: {named(message.people)} on call{until}."
    before = f"Before: {people(message.before)}." if message.before and message.before != message.people else ""
    fallback = f"Meanwhile {people(message.fallback)} are called." if message.fallback else ""
    text = "\n".join(each for each in (head, before, fallback, line(message.note)) if each)
    return fit(text, [section(text)])


def cover_wanted(message: CoverWanted) -> Rendered:
    title, until = line(message.title), moment(message.until)
    if message.taken_by:
        text = f"✅ {who(message.taken_by)} covers *{title}* for {who(message.by)} until {until}."
        return fit(text, [section(text)])
    text = f"🙋 Who covers *{title}* for {who(message.by)} until {until}?"
    return fit(text, [section(text)], actions((take(message),)))


def take(message: CoverWanted) -> Element:
    return button("I cover", "oncall:take", None, message.ask, style="primary")
