"""What must be done by when."""

from __future__ import annotations

from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Call, verb
from bot.workflows import deadlines as clocks
from bot.workflows import overdue


@verb("deadlines", "what must be done by when; say that something is: `/incident deadlines done customers`",
      "deadline", where=Where.ANYWHERE)  # fmt: skip
async def deadlines(call: Call) -> Answer:
    incident = await call.incident()
    word, _, named = call.words.partition(" ")
    if call.more == "done":
        return await clocks.by_hand(call.desk, call.gesture, incident.id, call.words)
    if word.lower() == "done":
        return await clocks.by_hand(call.desk, call.gesture, incident.id, named.strip())
    return overdue.listing(call.desk, incident)
