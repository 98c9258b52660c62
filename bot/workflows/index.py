"""Which run, timer and surface is whose: the engine knows kinds, this page knows the workflows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from bot.engine.journal import Surface, Timer
from bot.engine.runs import Run
from bot.ports import Books
from bot.workflows import checklist, decide, inform, nudge, page, postmortem, roles, show, told, update, war_room
from bot.workflows.desk import Desk

RUNS: dict[str, Callable[[Desk, Run], Awaitable[None]]] = {
    "war_room": war_room.open_room,
    "thread": war_room.open_thread,
    "give_room": war_room.give_room,
    "seat": war_room.seat_all,
    "show_again": show.again,
    "page": page.page,
    "inform": inform.inform,
    "update": update.spread,
    "ending": told.ending_run,
    "say": told.say_run,
    "word": told.word_run,
    "tell": told.tell_run,
    "role": roles.brief,
    "nudge": nudge.nudge,
    "checklist": checklist.post,
    "checklist_left": checklist.remind,
    "question": decide.ask_room,
    "postmortem": postmortem.share,
}

TIMERS: dict[str, Callable[[Desk, Books, Timer], Awaitable[None]]] = {
    "update": nudge.update_clock,
    "lead": nudge.lead_clock,
    "checklist": checklist.later_clock,
    "checklist_left": checklist.left_clock,
}

SURFACES: dict[str, Callable[[Desk, Surface], Awaitable[None]]] = {
    "card": show.edit,
    "announcement": show.edit,
    "checklist": show.edit,
    "question": show.edit,
    "page": show.edit,
    "mention": show.edit,
    "topic": show.topic,
}


def bound(desk: Desk, table: dict[str, Any]) -> dict[str, Any]:
    """The table with the desk as everyone's first argument."""
    return {kind: partial(work, desk) for kind, work in table.items()}
