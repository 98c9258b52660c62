"""What a filled-in dialog does. The field named beside each is where a refusal is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views.dialogs.analysis import ANSWER, ROOT
from bot.adapters.slack.views.dialogs.fields import DONE
from bot.adapters.slack.views.dialogs.impact import UNKNOWN
from bot.adapters.slack.views.dialogs.marks import INCIDENT
from bot.adapters.slack.views.dialogs.opening import ASSESS
from bot.adapters.slack.views.dialogs.setup import NO_GROUP
from bot.domain.errors import AlreadyDone, Refused
from bot.messages import Sentence
from bot.policy.communications import KNOWN, PROMISE
from bot.policy.model import duration
from bot.ports import Said
from bot.workflows import (
    adopt,
    classify,
    decide,
    declare,
    escalate,
    impact,
    lifecycle,
    oncall,
    pause,
    record,
    roles,
    tasks,
    update,
)
from bot.workflows.access import restricting
from bot.workflows.capture import by_hand
from bot.workflows.declare import Order
from bot.workflows.desk import Desk, Gesture
from bot.workflows.evidence import evidence, whys
from bot.workflows.home import setup
from bot.workflows.lifecycle import Outcome
from bot.workflows.rooms import handoff
from bot.workflows.update import Form


class Values(Protocol):
    """What was filled in, "" where nothing was."""

    @property
    def values(self) -> Mapping[str, str]: ...

    @property
    def answers(self) -> Mapping[str, str] | None: ...

    @property
    def turn(self) -> int: ...

    @property
    def origin(self) -> Said | None: ...

    def get(self, name: str) -> str: ...


#: an Ask is the next turn of the same dialog
Do = Callable[[Desk, Gesture, str, Values], Awaitable[Sentence | Ask]]


@dataclass(frozen=True)
class Submission:
    """`command` is what it does in the words of the permissions, "" what the dialog is called."""

    field: str
    do: Do
    command: str = ""


async def declared(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    assessed = {name.removeprefix(ASSESS): text for name, text in said.values.items() if name.startswith(ASSESS)}
    order = Order(
        said.get("title"), said.get("severity") or None, details=said.get("details"),
        answers=said.answers or {}, reason=said.get("reason"), assessment=assessed,
        source=said.get("source") or declare.MANUAL, origin=said.origin.message if said.origin else "",
        restricted=bool(said.get("restricted")),
    )  # fmt: skip
    return await declare.declare(desk, gesture, order)


async def updated(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    minutes = said.get(PROMISE)
    form = Form(
        state=said.get("state"), impact=said.get("impact"), actions=said.get("actions"),
        next_steps=said.get("next_steps"), help_needed=said.get("help_needed"),
        next_in=timedelta(minutes=int(minutes)) if minutes.isdecimal() else None,
        more={field: text for field, text in said.values.items() if field not in (*KNOWN, PROMISE)},
    )  # fmt: skip
    return await update.post(desk, gesture, id, form)


async def resolved(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    done = tuple(item for name, chosen in said.values.items() if name.startswith(DONE) for item in chosen.split())
    outcome = Outcome(said.get("how"), said.get("summary"), said.get("cause"), done)
    return await lifecycle.resolve(desk, gesture, id, outcome)


async def regraded(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    word, reason = said.get("severity"), said.get("reason")
    return await classify.regrade(desk, gesture, id, word, reason, said.answers or {})


async def adopted(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    severity, status = said.get("severity") or None, said.get("status") or None
    return await adopt.adopt(desk, gesture, id, severity, status, said.get("reason"))


async def harmed(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    values = {field: "" if value == UNKNOWN else value for field, value in said.values.items()}
    return await impact.record(desk, gesture, id, values)


async def moved(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await lifecycle.move(desk, gesture, id, said.get("status"), said.get("reason"))


async def seated(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    if said.get("vacant"):
        return await roles.leave(desk, gesture, id, said.get("role"))
    return await roles.take(desk, gesture, id, said.get("role"), said.get("person") or gesture.by)


async def handed_off(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await handoff.hand_off(desk, gesture, id, said.get("role"), said.get("person"), said.get("words"))


async def noted(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await record.note(desk, gesture, id, said.get("text"))


async def asked(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    owner, later = said.get("owner") or None, bool(said.get("later"))
    if said.origin:
        id = await meant(desk, gesture, id, said)
        return await by_hand.make(desk, gesture, id, said.get("text"), owner, later, said.origin)
    return await tasks.add(desk, gesture, id, said.get("text"), owner=owner, later=later)


async def marked(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    assert said.origin is not None, "Only a message is marked."
    return await by_hand.put(desk, gesture, await meant(desk, gesture, id, said), said.origin)


async def meant(desk: Desk, gesture: Gesture, id: str, said: Values) -> str:
    """The incident of the dialog, or the one chosen in it. Refused when there is none that they may know of."""
    found = await desk.store.incident(id or said.get(INCIDENT), gesture.by)
    if found is None:
        raise Refused("There is no such incident any more. /incident list shows those that are open.")
    return found.id


async def reopened(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await lifecycle.reopen(desk, gesture, id, said.get("reason"))


async def restricted(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await restricting.restrict(desk, gesture, id, said.get("reason"))


async def unrestricted(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await restricting.unrestrict(desk, gesture, id, said.get("reason"))


async def cancelled(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await lifecycle.cancel(desk, gesture, id, said.get("reason"))


async def questioned(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await decide.ask(desk, gesture, id, said.get("question"))


async def refused(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await decide.answer(desk, gesture, id, int(said.get("question")), False, said.get("reason"))


async def escalated(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await escalate.by_hand(desk, gesture, id, said.get("person") or said.get("target"), said.get("reason"))


async def paused(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await pause.pause(desk, gesture, id, duration(said.get("length")), said.get("reason"))


async def arranged(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    length, schedule, person = duration(said.get("length")), said.get("schedule"), said.get("person")
    if person:
        return await oncall.override(desk, gesture, person, length, schedule)
    return await oncall.ask(desk, gesture, length, schedule)


async def reasoned(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence | Ask:
    """The answer to a why, and then the next why; after the last, or when this one is the end, the root cause."""
    text = said.get(ANSWER)
    try:
        answer = await whys.answer(desk, gesture, id, said.turn, text)
    except AlreadyDone:
        # left as it was, to get to the next
        answer = Sentence(f"Why {said.turn} stays as it was.", incident=id)
    incident = await desk.incident(id)
    if said.get(ROOT):
        gesture = replace(gesture, delivery=f"{gesture.delivery}:root")
        return await whys.answer(desk, gesture, id, whys.ROOT, text)
    if said.turn < whys.ROOT - 1:
        return Ask("whys", incident, answers={}, turn=said.turn + 1)
    return answer if incident.root_cause else Ask("root", incident)


async def rooted(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await whys.answer(desk, gesture, id, whys.ROOT, said.get(ANSWER))


async def placed(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await whys.place(desk, gesture, id, said.get("branch"), said.get("cause"))


async def reported(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await evidence.report(desk, gesture, id, said.get("what"), said.get("who"), said.get("when"))


async def set_up(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    filled = {field: "" if value == NO_GROUP else value for field, value in said.values.items()}
    return await setup.save(desk, gesture, filled)


SUBMISSIONS: Mapping[str, Submission] = {
    "declare": Submission("title", declared),
    "update": Submission("state", updated),
    "resolve": Submission("summary", resolved),
    "severity": Submission("severity", regraded),
    "impact": Submission("impact", harmed),
    "status": Submission("status", moved),
    "adopt": Submission("severity", adopted, "policy"),
    "role": Submission("role", seated),
    "handoff": Submission("person", handed_off),
    "note": Submission("text", noted),
    "task": Submission("text", asked),
    "mark": Submission(INCIDENT, marked, "capture"),
    "escalate": Submission("reason", escalated),
    "pause": Submission("reason", paused),
    "restrict": Submission("reason", restricted),
    "unrestrict": Submission("reason", unrestricted),
    "reopen": Submission("reason", reopened),
    "cancel": Submission("reason", cancelled),
    "go": Submission("question", questioned),
    "nogo": Submission("question", refused),
    "oncall": Submission("schedule", arranged),
    "whys": Submission(ANSWER, reasoned),
    "root": Submission(ANSWER, rooted, "whys"),
    "fishbone": Submission("cause", placed),
    "report": Submission("what", reported),
    "setup": Submission("channel", set_up),
}
