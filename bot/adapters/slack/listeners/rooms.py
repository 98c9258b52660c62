"""Catching up and handing over, incidents that belong together, and what becomes of their rooms."""

from __future__ import annotations

from bot.adapters.slack.parsing import Where, rooms
from bot.adapters.slack.parsing.choices import declaration
from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.workflows import declare as declaring
from bot.workflows import report
from bot.workflows.access.permitted import free, permit
from bot.workflows.declare import Order
from bot.workflows.rooms import adoption, catchup, handoff, relate
from bot.workflows.rooms import archive as archives
from bot.workflows.rooms import merge as merges
from bot.workflows.rooms import rename as renames


@verb("catchup", "what is known, done and awaited, and who is who: `/incident catchup`", "catch-up", "brief",
      where=Where.ANYWHERE)  # fmt: skip
async def catch_up(call: Call) -> Answer:
    return await catchup.told(call.desk, await call.incident(), call.gesture.at)


@verb("handoff", "pass a role on with your words: `/incident handoff @ben the rollback runs`, `handoff scribe @ben`",
      "handover")  # fmt: skip
async def hand_off(call: Call) -> Answer:
    incident = await call.incident()
    if call.more == "ask":
        return Ask("handoff", incident, {"role": call.words})
    said = rooms.handoff(call.words)
    if said.person is None:
        return Ask("handoff", incident, {"role": said.role})
    return await handoff.hand_off(call.desk, call.gesture, incident.id, said.role, said.person, said.words)


async def may(call: Call, command: str, *incidents: Incident) -> None:
    """Of each that is named it is asked whether they may."""
    if not free(call.desk, command):
        for incident in incidents:
            await permit(call.desk, call.gesture, command, incident)


@verb("merge", "end one incident as a part of another: `/incident merge #12 into #15`", where=Where.NOWHERE)
async def merge(call: Call) -> Answer:
    return await merging(call, rooms.merging(call.words), duplicate=False)


@verb("duplicate", "end this incident as the same as another: `/incident duplicate of #12`", "dup", "same",
      where=Where.NOWHERE)  # fmt: skip
async def duplicate(call: Call) -> Answer:
    return await merging(call, rooms.duplicate(call.words), duplicate=True)


async def merging(call: Call, said: rooms.Merging, duplicate: bool) -> Answer:
    gone, into = await meant(call, said.gone), await meant(call, said.into)
    await may(call, "duplicate" if duplicate else "merge", gone, into)
    return await merges.merge(call.desk, call.gesture, gone.id, into.id, duplicate=duplicate, sure=said.sure)


async def meant(call: Call, word: str | None) -> Incident:
    return await report.called(call.desk, call.gesture.by, word) if word else await call.incident()


@verb("related", "link this incident to another: `/incident related #12`", "relate", "link", where=Where.NOWHERE)
async def related(call: Call) -> Answer:
    one, two = await call.incident(), await meant(call, rooms.other(call.words))
    await may(call, "related", one, two)
    return await relate.relate(call.desk, call.gesture, one.id, two.id)


@verb("unrelated", "take such a link back: `/incident unrelated #12`", "unrelate", "unlink", where=Where.NOWHERE)
async def unrelated(call: Call) -> Answer:
    one, two = await call.incident(), await meant(call, rooms.other(call.words))
    await may(call, "unrelated", one, two)
    return await relate.unrelate(call.desk, call.gesture, one.id, two.id)


@verb(
    "adopt",
    "make this channel the room: `/incident adopt sev2 checkout is failing`, or `adopt #12` of one in a thread",
)
async def adopt(call: Call) -> Answer:
    name, words = rooms.channel(call.words)
    if words:
        return await declare_here(call, words)
    if not (call.ref or call.id or name):
        raise Refused("What is failing? For example: /incident adopt sev2 checkout is failing")
    room = await call.desk.directory.channel(name) if name else call.gesture.place
    if room is None:
        raise Refused("Which channel? For example: /incident adopt #shop-checkout")
    incident = await call.incident()
    return await adoption.adopt(call.desk, call.gesture, incident.id, room)


async def declare_here(call: Call, words: str) -> Answer:
    """Refused in a room that is an incident's already."""
    severities, place = call.desk.book.severities, call.gesture.place
    if call.ref or call.id:
        raise Refused("Say either which incident, or what is failing. For example: /incident adopt #12")
    if place is None or await call.desk.store.owner_of_room(place):
        raise Refused(f"{adoption.TAKEN} To declare one more: /incident declare {words}")
    if not free(call.desk, "declare"):
        await permit(call.desk, call.gesture, "declare")
    said = declaration(words, severities.all, severities.find)
    return await declaring.declare(call.desk, call.gesture, Order(said.title, said.severity, room=place))


@verb("rename", "change the title: `/incident rename checkout fails in the EU`; `/incident rename room` names the room "
      "after it", "title", "retitle")  # fmt: skip
async def rename(call: Call) -> Answer:
    incident = await call.incident()
    if call.words.lower() == "room":
        return await renames.rename_room(call.desk, call.gesture, incident.id)
    return await renames.retitle(call.desk, call.gesture, incident.id, call.words)


@verb("archive", "put the room of an ended incident into the archive: `/incident archive`", where=Where.ANYWHERE)
async def archive(call: Call) -> Answer:
    incident = await call.incident()
    return await archives.archive(call.desk, call.gesture, incident.id)
