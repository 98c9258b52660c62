"""What a filled-in dialog does. The field named beside each is where a refusal is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.messages import Sentence
from bot.workflows import change, declare, record, roles, tasks, update
from bot.workflows.declare import Order
from bot.workflows.desk import Desk, Gesture
from bot.workflows.update import Form


class Values(Protocol):
    """What was filled in, "" where nothing was."""

    def get(self, name: str) -> str: ...


Do = Callable[[Desk, Gesture, str, Values], Awaitable[Sentence]]


@dataclass(frozen=True)
class Submission:
    field: str
    do: Do


async def declared(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    order = Order(said.get("title"), said.get("severity") or None, details=said.get("details"))
    return await declare.declare(desk, gesture, order)


async def updated(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    minutes = said.get("next_in")
    form = Form(
        state=said.get("state"), impact=said.get("impact"), actions=said.get("actions"),
        next_steps=said.get("next_steps"), help_needed=said.get("help_needed"),
        next_in=timedelta(minutes=int(minutes)) if minutes.isdecimal() else None,
    )  # fmt: skip
    return await update.post(desk, gesture, id, form)


async def resolved(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await change.resolve(desk, gesture, id, said.get("how"), said.get("summary"))


async def regraded(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await change.severity(desk, gesture, id, said.get("severity"), said.get("reason"))


async def moved(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await change.move(desk, gesture, id, said.get("status"), said.get("reason"))


async def seated(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    if said.get("vacant"):
        return await roles.leave(desk, gesture, id, said.get("role"))
    return await roles.take(desk, gesture, id, said.get("role"), said.get("person") or gesture.by)


async def noted(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await record.note(desk, gesture, id, said.get("text"))


async def asked(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    owner, later = said.get("owner") or None, bool(said.get("later"))
    return await tasks.add(desk, gesture, id, said.get("text"), owner=owner, later=later)


async def reopened(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await change.reopen(desk, gesture, id, said.get("reason"))


async def cancelled(desk: Desk, gesture: Gesture, id: str, said: Values) -> Sentence:
    return await change.cancel(desk, gesture, id, said.get("reason"))


SUBMISSIONS: Mapping[str, Submission] = {
    "declare": Submission("title", declared),
    "update": Submission("state", updated),
    "resolve": Submission("summary", resolved),
    "severity": Submission("severity", regraded),
    "status": Submission("status", moved),
    "role": Submission("role", seated),
    "note": Submission("text", noted),
    "task": Submission("text", asked),
    "reopen": Submission("reason", reopened),
    "cancel": Submission("reason", cancelled),
}
