"""What monitoring said."""

from __future__ import annotations

from dataclasses import replace

from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Call, verb
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.workflows.alerts import claims

DECLARE, JOIN = "declare", "join"


@verb("alerts", "what monitoring says of the incident; elsewhere, alerts of none: `/incident alerts`",
      "alert", where=Where.ANYWHERE)  # fmt: skip
async def alerts(call: Call) -> Answer:
    if call.more == DECLARE:
        return await claims.declare(call.desk, call.gesture, call.words)
    if call.more == JOIN:
        word, _, id = call.words.partition(" ")
        incident = await replace(call, id=call.id or id).incident()
        return await claims.join(call.desk, call.gesture, incident.id, word)
    if call.words:
        raise Refused("Say /incident alerts, or which incident is meant: /incident alerts #12")
    return await claims.listing(call.desk, call.gesture.by, await meant(call))


async def meant(call: Call) -> Incident | None:
    """The incident that was named or whose room this is; None elsewhere."""
    if call.ref or call.id:
        return await call.incident()
    place = call.gesture.place
    owner = await call.desk.store.owner_of_room(place) if place else None
    return await call.desk.store.incident(owner, call.gesture.by) if owner else None
