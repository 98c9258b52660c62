"""Which run, timer and surface is whose: the engine knows kinds, this page knows the workflows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from bot.engine.journal import Surface, Timer
from bot.engine.runs import Run
from bot.ports import Books
from bot.workflows import (
    alarm,
    checklist,
    decide,
    escalate,
    handover,
    inform,
    nudge,
    oncall,
    overdue,
    page,
    pause,
    postmortem,
    quiet,
    retention,
    roles,
    show,
    told,
    update,
    war_room,
    watch,
)
from bot.workflows.access import insiders, restricting
from bot.workflows.alerts import news as alert_news
from bot.workflows.alerts import offers
from bot.workflows.capture import marks, origin
from bot.workflows.desk import Desk
from bot.workflows.detection import maintenance, notice
from bot.workflows.diagnosis import compare, diagnose, watching
from bot.workflows.evidence import evidence, snapshot, whys
from bot.workflows.home import home, setup, testpage
from bot.workflows.rooms import adoption, archive, catchup, handoff, merged, rename

RUNS: dict[str, Callable[[Desk, Run], Awaitable[None]]] = {
    "war_room": war_room.open_room,
    "thread": war_room.open_thread,
    "give_room": war_room.give_room,
    "seat": war_room.seat_all,
    "show_again": show.again,
    "page": page.page,
    "alarm": alarm.alarm,
    "bring": escalate.seat,
    "ask_still": quiet.ask_still,
    "inform": inform.inform,
    "update": update.spread,
    "ending": told.ending_run,
    "say": told.say_run,
    "word": told.word_run,
    "tell": told.tell_run,
    "role": roles.brief,
    "nudge": nudge.nudge,
    "deadline": overdue.nudge,
    "checklist": checklist.post,
    "checklist_left": checklist.remind,
    "question": decide.ask_room,
    "postmortem": postmortem.share,
    "handover": handover.handover,
    "cover": oncall.cover,
    "covered": oncall.covered,
    "alert_news": alert_news.tell,
    "offer": offers.offer,
    "offer_well": offers.well,
    "diagnose": diagnose.diagnose,
    "watching": watching.look,
    "compare": compare.compare,
    "notice": notice.notice,
    "evidence": evidence.hand_out,
    "seclude": restricting.seclude,
    "secluded": restricting.secluded,
    "disclose": restricting.disclose,
    "usher": insiders.usher,
    "see_out": insiders.see_out,
    "snapshot": snapshot.take,
    "mark": marks.look,
    "aside": marks.aside,
    "origin": origin.trace,
    "analysis": whys.post,
    "picture": whys.draw,
    "catchup": catchup.catch_up,
    "handoff": handoff.brief,
    "merged": merged.spread,
    "adopt": adoption.move_in,
    "adopted": adoption.open_here,
    "rename_room": rename.rename,
    "archive": archive.put_away,
    "unarchive": archive.bring_back,
    "acquaint": setup.acquaint_run,
    "testpage": testpage.page,
    "retention": retention.retain,
}

TIMERS: dict[str, Callable[[Desk, Books, Timer], Awaitable[None]]] = {
    "oncall": handover.change,
    "escalate": escalate.fall_due,
    "again": page.again,
    "quiet": quiet.ask,
    "lapse": quiet.lapse,
    "resume": pause.over,
    "update": nudge.update_clock,
    "lead": nudge.lead_clock,
    "deadline": overdue.fall_due,
    "checklist": checklist.later_clock,
    "checklist_left": checklist.left_clock,
    "alerts": alert_news.fall_due,
    "offers": offers.fall_due,
    "alerts_prune": offers.prune,
    "watching": watching.due,
    "maintenance": maintenance.fall_due,
    "secluded": restricting.settled,
    "archive": archive.fall_due,
    "homes": home.begin_round,
    "homes_left": home.go_on,
    "testpage": testpage.unseen,
    "retention": retention.fall_due,
}

SURFACES: dict[str, Callable[[Desk, Surface], Awaitable[None]]] = {
    "card": show.edit,
    "announcement": show.edit,
    "checklist": show.edit,
    "question": show.edit,
    "page": show.edit,
    "mention": show.edit,
    "diagnosis": show.edit,
    "whys": show.edit,
    "fishbone": show.edit,
    "topic": show.topic,
    "watch": watch.edit,
    "home": home.edit,
    "testpage": testpage.edit,
}


def bound(desk: Desk, table: dict[str, Any]) -> dict[str, Any]:
    """The table with the desk as everyone's first argument."""
    return {kind: partial(work, desk) for kind, work in table.items()}
