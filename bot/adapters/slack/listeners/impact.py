"""What is known of the harm."""

from __future__ import annotations

from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.domain.errors import Refused
from bot.messages import Sentence
from bot.policy.impact import Impact
from bot.workflows import impact as impacts


@verb("impact", "record who and what is hurt; one field at a time: `/incident impact users 1200`", "harm")
async def impact(call: Call) -> Answer:
    incident, book = await call.where()
    if not book.impact.fields:
        return Sentence(
            "This team's policy keeps no impact record. What people notice goes into an update: "
            f"/incident update {incident.name} half of the checkouts fail"
        )
    if not call.words:
        return Ask("impact", incident)
    said = book.impact.said(call.words)
    if said is None:
        raise Refused(f"Which field? {fields(book.impact)}")
    if not said.value:
        return Ask("impact", incident)
    return await impacts.record(call.desk, call.gesture, incident.id, {said.field: said.value})


def fields(impact: Impact) -> str:
    first = impact.fields[0]
    return f"This team records {', '.join(f.id for f in impact.fields)}. For example: /incident impact {first.id} 1200"
