"""What the detector goes by: counting what is down, and keeping quiet during maintenance."""

from __future__ import annotations

from functools import partial

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Upkeep, Where
from bot.adapters.slack.verbs import Answer, Ask, Call, Later, verb
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.workflows import classify
from bot.workflows.detection import maintenance as upkeep
from bot.workflows.diagnosis import triage


@verb("triage", "look at the services, count what is down, and propose a severity", where=Where.ANYWHERE)
async def triaged(call: Call) -> Answer:
    desk = call.desk
    severity, _, because = call.words.partition(" ")
    if call.more == "declare":
        return Ask("declare", given={"severity": severity, "details": because})
    incident = await meant(call)
    if call.more == "take" and incident:
        return await classify.counted(desk, call.gesture, incident.id, severity, because)
    book = desk.book_of(incident) if incident else desk.book
    triage.ready(desk, book)
    return Later(
        Sentence("Looking at the services; what is down follows here."),
        partial(triage.look, desk, book, incident, call.gesture.at),
    )


async def meant(call: Call) -> Incident | None:
    """The incident that was named, or the open one that lives here; one does not need any."""
    if call.id or call.ref:
        return await call.incident()
    try:
        incident = await call.incident()
    except Refused:
        return None
    return None if incident.over else incident


@verb("maintenance", "keep the detector quiet: `/incident maintenance shop 1h deploying`, `maintenance end shop`",
      where=Where.NOWHERE)  # fmt: skip
async def maintenance(call: Call) -> Answer:
    desk, gesture = call.desk, call.gesture
    said = parsing.maintenance(call.words, partial(service, call))
    match said.wish:
        case Upkeep.SHOW:
            return await upkeep.listing(desk, gesture.at)
        case Upkeep.BEGIN:
            return await upkeep.begin(desk, gesture, said.services or (), said.length, said.title)
        case Upkeep.END:
            return await upkeep.end(desk, gesture, said.services)


def service(call: Call, word: str) -> str | None:
    found = call.desk.book.diagnosis.find_service(word)
    return found.id if found else None
