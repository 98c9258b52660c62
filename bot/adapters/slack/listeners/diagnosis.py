"""What is wrong with the systems: looked at once, again and again, or listed."""

from __future__ import annotations

from functools import partial

from bot.adapters.slack.verbs import Answer, Call, Later, verb
from bot.domain.incident import Incident
from bot.messages import Sentence
from bot.workflows.diagnosis import diagnose as diagnosing
from bot.workflows.diagnosis import scope, watching

LIST = frozenset({"list", "targets"})
OFF = frozenset({"off", "stop", "end"})


@verb("diagnose", "look at the systems, now: `/incident diagnose shop`; `diagnose list`", "diagnosis", "diag")
async def diagnose(call: Call) -> Answer:
    incident = await meant(call)
    first, _, rest = call.words.partition(" ")
    if call.words.lower() in LIST:
        return diagnosing.sights(call.desk, call.desk.book_of(incident) if incident else call.desk.book)
    if first.lower() == "watch":
        return await watched(call, incident, rest)
    if incident:
        return await diagnosing.begin(call.desk, call.gesture, incident.id, call.words)
    chosen = scope.meant(call.desk, call.desk.book, call.words)
    first_words = f"Looking at {chosen.title}. The report follows here, for you alone."
    return Later(Sentence(first_words), partial(diagnosing.privately, call.desk, call.gesture, chosen))


@verb("watch", "hear when something changes: `/incident watch shop`, `/incident watch off`")
async def watch(call: Call) -> Answer:
    return await watched(call, await meant(call), call.words)


async def watched(call: Call, incident: Incident | None, words: str) -> Answer:
    id = (incident or await call.incident()).id
    if words.strip().lower() in OFF:
        return await watching.off(call.desk, call.gesture, id)
    return await watching.watch(call.desk, call.gesture, id, words.strip())


async def meant(call: Call) -> Incident | None:
    """The incident that is named, the open one of this place, or the one whose room this is; None is none."""
    place = call.gesture.place
    if call.id or call.ref:
        return await call.incident()
    here = await call.desk.store.incidents_in(place, call.gesture.by) if place else []
    own = [incident for incident in here if not incident.over or incident.room == place]
    return await call.incident() if own else None
