"""What a triage counted."""

from __future__ import annotations

from collections.abc import Iterator

from bot.adapters.slack.views.blocks import actions, button, section, sections
from bot.adapters.slack.views.limits import Rendered, cut, fit
from bot.adapters.slack.words import line, moment
from bot.domain.observation import Look
from bot.messages import Counted, Triaged

SIGNS = {
    Look.WRONG: "🔴 *{}* is down", Look.WELL: "🟢 *{}* is up", Look.UNKNOWN: "⚪ *{}*: could not be looked at",
    Look.UNSET: "⚪ *{}*: has no address here",
}  # fmt: skip
MOST = 40


def triaged(message: Triaged) -> Rendered:
    text = "\n".join(lines(message))
    own = message.incident.id if message.incident else None
    row = actions(button(each.label, each.verb, own, each.value, style="primary") for each in message.buttons)
    return fit(text, sections(text) or [section(text)], row)


def lines(message: Triaged) -> Iterator[str]:
    of = f" of {line(message.incident.name)}" if message.incident else ""
    yield f"*Triage{of}*, {moment(message.at)}"
    yield from (counted(each) for each in message.services[:MOST])
    if len(message.services) > MOST:
        yield f"… and {len(message.services) - MOST} more."
    if message.severity:
        yield f"Proposed: *{line(message.book.words.severity(message.severity))}*, as {line(message.because)}."
    else:
        yield "Nothing could be looked at, so nothing is proposed."


def counted(each: Counted) -> str:
    note = f": {cut(line(each.note), 200)}" if each.note and each.look is not Look.UNSET else ""
    return SIGNS[each.look].format(line(each.title)) + note
