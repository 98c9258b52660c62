"""Who may know of it."""

from __future__ import annotations

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.workflows.access import insiders, restricting


@verb("restrict", "let only those know of it who work on it: `/incident restrict a leak, not public yet`")
async def restrict(call: Call) -> Answer:
    incident = await call.incident()
    if not call.words:
        return Ask("restrict", incident)
    return await restricting.restrict(call.desk, call.gesture, incident.id, call.words)


@verb("unrestrict", "let everyone know of it again: `/incident unrestrict it is public now`")
async def unrestrict(call: Call) -> Answer:
    incident = await call.incident()
    if not call.words:
        return Ask("unrestrict", incident)
    return await restricting.unrestrict(call.desk, call.gesture, incident.id, call.words)


@verb("admit", "bring somebody into it, and into what they may know: `/incident admit @ana`", where=Where.ANYWHERE)
async def admit(call: Call) -> Answer:
    incident = await call.incident()
    return await insiders.admit(call.desk, call.gesture, incident.id, parsing.somebody(call.words, "admit"))


@verb("dismiss", "take somebody out of a restricted incident: `/incident dismiss @ana`", where=Where.ANYWHERE)
async def dismiss(call: Call) -> Answer:
    incident = await call.incident()
    return await insiders.dismiss(call.desk, call.gesture, incident.id, parsing.somebody(call.words, "dismiss"))
