"""Why it happened, worked out together."""

from __future__ import annotations

from bot.adapters.slack import parsing
from bot.adapters.slack.verbs import Answer, Ask, Call, verb
from bot.domain import analysis
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.messages import Fishbone, Whys
from bot.workflows.evidence import whys as reasons

SHOWN = ("list", "show")


@verb("whys", "five whys, one by one: `/incident whys`, `whys 2 the pool was too small`, `whys root nobody tested it`",
      "why", "5whys")  # fmt: skip
async def whys(call: Call) -> Answer:
    incident, book = await call.where()
    if call.words.lower() in SHOWN:
        return Whys(book, incident)
    said = parsing.why(call.words)
    if said.step is None and said.text:
        example = f"For example: /incident whys {reasons.next_step(incident)} {said.text}"
        raise Refused(f"Which why? They are numbered 1 to {analysis.WHYS}, and then comes the root cause. {example}")
    if not said.text and not said.back:
        return asked(incident, said.step or reasons.next_step(incident))
    assert said.step is not None
    return await reasons.answer(call.desk, call.gesture, incident.id, said.step, said.text)


def asked(incident: Incident, step: int) -> Ask:
    """The dialog for that why, or for the root cause."""
    if step > analysis.WHYS:
        return Ask("root", incident)
    return Ask("whys", incident, answers={}, turn=step)


@verb("fishbone", "causes by branch: `/incident fishbone machines the disk was full`, `fishbone picture`", "ishikawa")
async def fishbone(call: Call) -> Answer:
    incident, book = await call.where()
    if call.words.lower() in SHOWN:
        return Fishbone(book, incident)
    if "picture" in (call.more, call.words.lower()):
        return await reasons.picture(call.desk, call.gesture, incident.id)
    said = parsing.cause(call.words)
    if said.remove:
        return await reasons.remove(call.desk, call.gesture, incident.id, said.text)
    if not said.branch or not said.text:
        return Ask("fishbone", incident, {"branch": said.branch, "cause": said.text})
    return await reasons.place(call.desk, call.gesture, incident.id, said.branch, said.text)
