"""Help to choose a severity: the same dialog, with the next question or with what the answers propose."""

from __future__ import annotations

from collections.abc import Mapping

from bot.adapters.slack.verbs import Ask, Press
from bot.adapters.slack.views.dialogs import Filled
from bot.adapters.slack.views.dialogs.opening import ANSWER, CLASSIFY
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.workflows.desk import Desk

#: the dialogs in which severities are chosen
KINDS = frozenset({"declare", "severity"})


def is_answer(press: Press | None) -> bool:
    return press is not None and press.verb == CLASSIFY


async def step(desk: Desk, by: str, press: Press, filled: Filled) -> Ask | None:
    """What the dialog shows after the press, with all that is typed in it; None when it is no dialog of these."""
    if filled.kind not in KINDS:
        return None
    incident = await found(desk, by, filled.incident)
    book = desk.book_of(incident) if incident else desk.book
    said = {**(filled.answers or {}), **answer(press)} if press.more == ANSWER else {}
    answers = {question.id: choice.id for question, choice in book.classification.path(said)}
    proposal = book.classification.propose(answers, book.severities.ids)
    if proposal is None:
        return Ask(filled.kind, incident, filled.values, answers, filled.turn, filled.origin)
    given = {**filled.values, "severity": proposal.severity}
    return Ask(filled.kind, incident, given, answers, filled.turn + 1, filled.origin)


def answer(press: Press) -> Mapping[str, str]:
    question, _, choice = press.words.partition(" ")
    return {question: choice}


async def found(desk: Desk, by: str, id: str | None) -> Incident | None:
    if id is None:
        return None
    incident = await desk.store.incident(id, by)
    if incident is None:
        raise Refused("There is no such incident any more. /incident list shows those that are open.")
    return incident
