"""A rehearsal, for a phone: what happened becomes a line."""

from __future__ import annotations

from bot.adapters.slack.views.blocks import context, section, sections
from bot.adapters.slack.views.limits import Rendered, fit
from bot.adapters.slack.words import line
from bot.messages import Simulation
from bot.policy.scenario import Kind
from bot.policy.show.rehearsed import SAID, rehearsed, rows

EMOJI = {
    SAID: "🗣️", Kind.PAGED: "📟", Kind.ESCALATED: "⏫", Kind.TOLD: "💬", Kind.NUDGED: "⏰", Kind.ASKED: "❓",
    Kind.OPENED: "🚪", Kind.INVITED: "👥", Kind.DEADLINE: "⌛", Kind.REFUSED: "🚫", Kind.FAILED: "⚠️",
}  # fmt: skip


def simulation(message: Simulation) -> Rendered:
    page = rehearsed(message.found)
    body = "\n".join(entry(*row) for row in rows(message.found))
    blocks = [section(f"*{line(page.title)}* · {line(page.about)}"), *sections(body)]
    return fit(f"{line(page.title)}: {line(page.notes[0])}", [blocks[0], context(line(page.notes[0])), *blocks[1:]])


def entry(after: str, at: str, what: str, who: str, rule: str) -> str:
    """
    >>> entry("15m", "03:15", "paged", "manager, by phone", "escalation p1-manager: nobody answered")
    '📟 *15m* (03:15) paged: manager, by phone · _escalation p1-manager: nobody answered_'
    """
    because = f" · _{line(rule).replace('_', ' ')}_" if rule else ""
    return f"{EMOJI.get(what, '•')} *{after}* ({at}) {what}: {line(who)}{because}"
