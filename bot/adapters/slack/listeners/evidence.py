"""What is kept of an incident."""

from __future__ import annotations

from functools import partial

from bot.adapters.slack.verbs import Answer, Ask, Call, Later, verb
from bot.domain.errors import Refused
from bot.messages import Sentence
from bot.workflows.evidence import evidence as exhibits
from bot.workflows.evidence import snapshot as snapshots


@verb("evidence", "what is kept of it, with hashes and files: `/incident evidence`, `evidence 3`, `evidence check`",
      "exhibits")  # fmt: skip
async def evidence(call: Call) -> Answer:
    incident = await call.incident()
    desk, by, said = call.desk, call.gesture.by, call.words.lower().lstrip("#")
    if call.more in ("send", "share"):
        return await exhibits.give(desk, call.gesture, incident.id, call.words, to_all=call.more == "share")
    if said in ("", "list"):
        return await exhibits.listing(desk, by, incident)
    if said in ("check", "verify"):
        return Later(Sentence("Reading all of it."), partial(exhibits.check, desk, by, incident))
    if not (said.isascii() and said.isdigit() and len(said) < 5):
        raise Refused("Which piece? Say its number: /incident evidence 3. /incident evidence lists what is kept.")
    return await exhibits.showing(desk, by, incident, int(said))


@verb("report", "keep what a customer says: `/incident report the shop says that orders do not arrive`", "customer")
async def report(call: Call) -> Answer:
    incident = await call.incident()
    if not call.words:
        return Ask("report", incident)
    return await exhibits.report(call.desk, call.gesture, incident.id, call.words)


@verb("snapshot", "keep what the logs say and how it all stands now: `/incident snapshot`, `snapshot database`", "snap")
async def snapshot(call: Call) -> Answer:
    incident = await call.incident()
    return await snapshots.begin(call.desk, call.gesture, incident.id, call.words)
