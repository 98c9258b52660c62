"""The life of one incident."""

from __future__ import annotations

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.workflows import change, decide, lifecycle, record, report, respond, retry, war_room
from bot.workflows import postmortem as postmortems
from bot.workflows import update as updates
from bot.workflows.lifecycle import Outcome
from bot.workflows.update import Form


@verb("ack", "say that you are on it: `/incident ack`", "acknowledge", "acknowledged", where=Where.ANYWHERE)
async def ack(call: Call) -> Answer:
    incident = await call.incident()
    return await respond.acknowledge(call.desk, call.gesture, incident.id)


@verb("status", "how it stands; with a word, move it: `/incident status mitigating we rolled back`", "st", "state",
      where=Where.ANYWHERE)  # fmt: skip
async def status(call: Call) -> Answer:
    incident, book = await call.where()
    if call.more == "ask":
        return Ask("status", incident)
    if not call.words:
        return await report.status(call.desk, call.gesture.by, incident)
    said = parsing.choice(call.words, book.lifecycle.find)
    if said.word == book.lifecycle.resolved:
        return await resolving(call, said.said)
    if said.word == book.lifecycle.cancelled:
        return await cancelling(call, said.said)
    return await lifecycle.move(call.desk, call.gesture, incident.id, said.word, said.said)


@verb("update", "tell the state to the room and its audiences: `/incident update the database is failing over`", "post")
async def update(call: Call) -> Answer:
    incident = await call.incident()
    if not call.words:
        return Ask("update", incident)
    return await updates.post(call.desk, call.gesture, incident.id, form(call.words))


@verb("severity", "change how grave it is: `/incident severity sev1 all customers are affected`", "sev",
      where=Where.ANYWHERE)  # fmt: skip
async def severity(call: Call) -> Answer:
    incident, book = await call.where()
    if not call.words:
        return Ask("severity", incident)
    said = parsing.choice(call.words, book.severities.find)
    return await change.severity(call.desk, call.gesture, incident.id, said.word, said.said)


@verb("note", "put something on the record: `/incident note the database is out of connections`", "n")
async def note(call: Call) -> Answer:
    incident = await call.incident()
    if not call.words:
        return Ask("note", incident)
    return await record.note(call.desk, call.gesture, incident.id, call.words)


@verb("timeline", "what happened so far, who did it and when", "log", "tl", where=Where.ANYWHERE)
async def timeline(call: Call) -> Answer:
    return await report.timeline(call.desk, call.gesture.by, await call.incident())


@verb("resolve", "end it: `/incident resolve rollback the deploy was reverted`", "resolved", "fixed")
async def resolve(call: Call) -> Answer:
    return await resolving(call, call.words)


async def resolving(call: Call, words: str) -> Answer:
    incident, book = await call.where()
    said = parsing.resolution(words, [kind.id for kind in book.lifecycle.kinds_of_resolution])
    if not said.summary:
        instead = None if incident.over else decide.may_resolve(book, incident, call.gesture.by)
        return instead or Ask("resolve", incident, {"how": said.how})
    return await lifecycle.resolve(call.desk, call.gesture, incident.id, Outcome(said.how, said.summary))


@verb("reopen", "go on with an ended incident: `/incident reopen #12 it fails again`")
async def reopen(call: Call) -> Answer:
    incident = await call.incident()
    if not call.words:
        return Ask("reopen", incident)
    return await lifecycle.reopen(call.desk, call.gesture, incident.id, call.words)


@verb("cancel", "end it as no incident: `/incident cancel it was a planned test`")
async def cancel(call: Call) -> Answer:
    return await cancelling(call, call.words)


async def cancelling(call: Call, reason: str) -> Answer:
    incident = await call.incident()
    if not reason:
        return Ask("cancel", incident)
    return await lifecycle.cancel(call.desk, call.gesture, incident.id, reason)


@verb("postmortem", "write the postmortem from the record", "pm", where=Where.ANYWHERE)
async def postmortem(call: Call) -> Answer:
    incident = await call.incident()
    return await postmortems.write(call.desk, call.gesture, incident.id)


@verb("room", "open a room for an incident that lives in a thread", where=Where.ANYWHERE)
async def room(call: Call) -> Answer:
    incident = await call.incident()
    return await war_room.open_for(call.desk, call.gesture, incident.id)


@verb("snooze", "put off the reminder for the next update", where=Where.ANYWHERE)
async def snooze(call: Call) -> Answer:
    incident = await call.incident()
    return await updates.snooze(call.desk, call.gesture, incident.id)


@verb("retry", "try again now whatever did not work", where=Where.ANYWHERE)
async def again(call: Call) -> Answer:
    incident = await call.incident()
    return await retry.retry(call.desk, call.gesture, incident.id)


def form(state: str) -> Form:
    return Form(state=state, impact="", actions="", next_steps="", help_needed="", next_in=None)
