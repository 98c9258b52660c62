"""How Muster and what it leans on are: what is wrong first."""

from __future__ import annotations

from collections.abc import Iterable

from bot.adapters.slack.views.blocks import context, section, sections
from bot.adapters.slack.views.limits import Rendered, fit
from bot.adapters.slack.words import line
from bot.domain.finding import ORDER, Finding, Health, worst
from bot.messages import CheckUp

MARKS = {
    Health.WELL: ":white_check_mark:",
    Health.DOUBTFUL: ":large_yellow_circle:",
    Health.WRONG: ":red_circle:",
}
HEADS = {
    Health.WELL: "All is well",
    Health.DOUBTFUL: "It works, and something should be looked at",
    Health.WRONG: "Something does not work",
}


def check_up(message: CheckUp) -> Rendered:
    found = message.findings
    head = HEADS[worst(found)]
    rows = "\n".join(row(finding) for finding in ranked(found))
    whole = context(f"{len(found)} things were looked at. `muster doctor` prints the same.")
    return fit(head, [section(f"*{head}*"), *sections(rows), whole])


def ranked(found: Iterable[Finding]) -> list[Finding]:
    """The worst first, else in the order of looking."""
    return sorted(found, key=lambda finding: -ORDER.index(finding.health))


def row(finding: Finding) -> str:
    remedy = f" {line(finding.remedy)}" if finding.remedy else ""
    return f"{MARKS[finding.health]} *{line(finding.area)}:* {line(finding.says)}{remedy}"
