"""One incident from its declaration on, rehearsed by the workflows that would do it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import NamedTuple

from structlog.contextvars import bound_contextvars

from bot.adapters.recorder import person, whom
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.policy.book import Book
from bot.policy.scenario import Deed, Kind, Rehearsed, Scenario, Told
from bot.rehearsal import gestures
from bot.rehearsal.causes import GESTURE, Causes, is_page
from bot.rehearsal.stage import Broken, Stage, stage
from bot.rehearsal.telling import told
from bot.workflows import declare
from bot.workflows.desk import Gesture

#: real time, in seconds: a rehearsal takes a second or two
PATIENCE = 60.0


class Rehearsals:
    """One at a time, so that they take no more of the machine than real incidents leave."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def rehearse(self, book: Book, scenario: Scenario) -> Rehearsed:
        """As the function. Refused also when it takes too long."""
        try:
            async with self._turn:
                # nobody who reads the log takes it for the real thing
                with bound_contextvars(rehearsal=True):
                    return await rehearse(book, scenario)
        except TimeoutError:
            raise Broken(f"The rehearsal was given up: it took more than {PATIENCE:.0f} seconds.") from None


async def rehearse(book: Book, scenario: Scenario) -> Rehearsed:
    """
    What comes of the scenario, up to its end or until nothing more is to come.

    Refused, in a sentence, for a severity that the policy does not have or words that /incident does not know.
    """
    severity = declare.severity_in(book, scenario.severity)
    scenario = replace(scenario, severity=severity.id, deeds=tuple(sorted(scenario.deeds, key=lambda d: d.after)))
    understood(scenario)
    async with asyncio.timeout(PATIENCE), stage(book, scenario.at) as built:
        incident = await declared(built, scenario)
        done = [deed async for deed in played(built, scenario, incident)]
        await built.until(scenario.end)
        record = await built.store.facts(incident)
    scenario = replace(scenario, deeds=tuple(each.deed for each in done))
    refused = [refusal(scenario, each) for each in done if each.refused]
    happened = told(Causes(book, scenario, record, built.record.entries), refused)
    return Rehearsed(scenario, book.name, severity.title, book.calendar.zone, scenario.end, happened)


class Done(NamedTuple):
    """A deed with whoever did it; `refused` is the sentence that said why not."""

    deed: Deed
    refused: str


def understood(scenario: Scenario) -> None:
    """Refused when one of its deeds is in no words that /incident knows."""
    for deed in scenario.deeds:
        try:
            gestures.understood(deed.say)
        except ValueError as wrong:
            raise Refused(str(wrong)) from None


async def declared(built: Stage, scenario: Scenario) -> str:
    """The id of the incident, with everything done that is due at once."""
    gesture = Gesture(person(scenario.by), scenario.at, "declare")
    built.record.add(GESTURE, "", people=(gesture.by,), text="declare")
    answer = await declare.declare(built.desk, gesture, declare.Order(scenario.title, scenario.severity))
    assert answer.incident
    await built.settle()
    return answer.incident


async def played(built: Stage, scenario: Scenario, incident: str) -> AsyncIterator[Done]:
    """Do each deed at its moment, after what falls due then."""
    for deed in scenario.deeds:
        moment = scenario.at + deed.after
        if moment > scenario.end:
            return
        await built.until(moment)
        built.at(moment)
        before = await built.desk.incident(incident)
        done = replace(deed, by=deed.by or first_paged(built, scenario))
        built.record.add(GESTURE, "", people=(person(done.by),), text=done.say)
        sentence = await gestures.perform(built, incident, done)
        await built.settle()
        yield Done(done, sentence or unended(deed, before, await built.desk.incident(incident)))


def first_paged(built: Stage, scenario: Scenario) -> str:
    """Who answers when nobody is named: of the first who were paged one who is on call, else whoever declared."""
    pages = [entry for entry in built.record.entries if is_page(entry)]
    first = sorted({whom(page.people[0]) for page in pages if page.at == pages[0].at})
    on_call = [slot.partition(":")[2] for slot in built.desk.book.oncall.named]
    return min(first, key=lambda name: on_call.index(name) if name in on_call else len(on_call), default=scenario.by)


def unended(deed: Deed, before: Incident, after: Incident) -> str:
    """Why a deed that was to end the incident did not."""
    if gestures.understood(deed.say)[0].name not in ("resolve", "cancel") or after.over or before.over:
        return ""
    return "The policy lets only certain roles end it, and whoever said so has none of them."


def refusal(scenario: Scenario, done: Done) -> Told:
    at, reason = scenario.at + done.deed.after, f"/incident {done.deed.say}"
    return Told(at, done.deed.after, Kind.REFUSED, (done.deed.by,), "", "", "by hand", reason, done.refused)
