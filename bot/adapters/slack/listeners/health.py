"""How Muster itself is."""

from __future__ import annotations

from functools import partial

from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Call, Later, verb
from bot.messages import Sentence
from bot.workflows import checkup


@verb("doctor", "whether Muster and all it leans on are well, and what would mend it", "checkup", "health",
      where=Where.NOWHERE)  # fmt: skip
async def doctor(call: Call) -> Answer:
    return Later(Sentence("Looking; what is found follows here."), partial(checkup.look, call.desk, call.gesture))
