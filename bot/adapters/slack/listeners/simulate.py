"""What would happen: an incident rehearsed, for whoever asks alone."""

from __future__ import annotations

from functools import partial

from bot.adapters.slack import parsing
from bot.adapters.slack.parsing import Where
from bot.adapters.slack.verbs import Answer, Call, Later, verb
from bot.domain.errors import Refused
from bot.messages import Message, Sentence, Simulation
from bot.policy import asked
from bot.policy.scenario import Scenario
from bot.ports import Rehearsals
from bot.workflows.declare import severity_of


@verb("simulate", "who would be called, and when: `/incident simulate sev1 ack 12m resolve 3h at saturday 03:00`",
      "rehearse", where=Where.NOWHERE)  # fmt: skip
async def simulate(call: Call) -> Answer:
    desk, said = call.desk, parsing.simulation(call.words)
    if desk.rehearsals is None:
        raise Refused("This is a rehearsal already.")
    severity_of(desk, said.severity)
    try:
        scenario = asked.scenario(desk.book, said, call.gesture.at)
    except ValueError as wrong:
        raise Refused(f"{wrong}.") from wrong
    return Later(
        Sentence("Rehearsing it. Nobody is really told anything."), partial(rehearsed, desk.rehearsals, call, scenario)
    )


async def rehearsed(rehearsals: Rehearsals, call: Call, scenario: Scenario) -> Message:
    return Simulation(await rehearsals.rehearse(call.desk.book, scenario))
