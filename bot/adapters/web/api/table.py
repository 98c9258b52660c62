"""All that can be asked of the API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pydantic import BaseModel

from bot.adapters.web.api import answers, bodies, changing, reading
from bot.adapters.web.api.answers import INCIDENTS
from bot.adapters.web.api.asked import Asked, Given
from bot.adapters.web.api.operations import Operation

ONE = INCIDENTS + "/{incident}"


def _look(
    id: str, path: str, summary: str, about: str, command: str, do: Callable[[Asked], Awaitable[Given]],
    answer: type[BaseModel] | None, query: type[BaseModel] = bodies.Nothing,
) -> Operation:  # fmt: skip
    return Operation(id, "GET", path, summary, about, command, do, answer, query=query)


def _do(
    id: str, way: str, summary: str, about: str, command: str, do: Callable[[Asked], Awaitable[Given]],
    body: type[BaseModel] = bodies.Nothing, method: str = "POST",
) -> Operation:  # fmt: skip
    return Operation(id, method, f"{ONE}/{way}", summary, about, command, do, answers.Changed, body)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "declare", "POST", INCIDENTS, "Declare an incident",
        "Pages go out, and its room opens as soon as the chat answers. With the same `Idempotency-Key` it is declared"
        " once, however often the request comes. The same words by the same person within two minutes are the same"
        " incident: then the answer is 200 and names it, unless `another` is true.",
        "declare", changing.declare, answers.Changed, bodies.Declaration, status=201,
    ),
    _look("list", INCIDENTS, "List incidents", "Newest first, page by page. Restricted ones are listed for those who"
          " belong to them.", "list", reading.listing, answers.Incidents, bodies.Wanted),
    _look("show", ONE, "How an incident stands", "All that its card shows, and its tasks.", "status", reading.one,
          answers.Incident),
    _look("timeline", f"{ONE}/timeline", "What happened", "To follow along, ask again with `after` as `cursor` said and"
          " with `wait`: the answer comes as soon as something happens.", "timeline", reading.timeline,
          answers.Timeline, bodies.Since),
    _look("alerts", f"{ONE}/alerts", "The alerts of an incident", "At most 1,000, in the order they came first.",
          "alerts", reading.alerts, answers.Alerts),
    _look("postmortem", f"{ONE}/postmortem", "The postmortem", "Written from the record as it stands now, in Markdown.",
          "postmortem", reading.document, None),
    _do("acknowledge", "acknowledge", "Acknowledge", "Say that you are on it. The first acknowledgement counts.", "ack",
        changing.acknowledge),
    _do("update", "updates", "Post an update", "It is told in the room and to the audiences of the severity.", "update",
        changing.update, bodies.Update),
    _do("note", "notes", "Put something on the record", "It is on the timeline at once, and in the room when the chat"
        " answers.", "note", changing.note, bodies.Note),
    _do("status", "status", "Move to another status", "`can_become` of the incident lists those that may follow.",
        "status", changing.status, bodies.Move),
    _do("severity", "severity", "Change how grave it is", "Room, pages, audiences and clocks follow.", "severity",
        changing.severity, bodies.Grade),
    _do("take_role", "roles/{role}", "Give a role", "To the person named, or to whoever asks.", "role",
        changing.take_role, bodies.Seat, "PUT"),
    _do("leave_role", "roles/{role}", "Leave a role", "It is vacant from then on.", "role", changing.leave_role,
        method="DELETE"),
    _do("add_task", "tasks", "Add a task", "For its owner, or for whoever takes it.", "task", changing.add_task,
        bodies.NewTask),
    _do("finish_task", "tasks/{task}/done", "Finish a task", "It is done.", "task", changing.finish_task),
    _do("take_task", "tasks/{task}/take", "Take a task", "For the person named, or for whoever asks.", "task",
        changing.take_task, bodies.Owner),
    _do("impact", "impact", "Record the impact", "Fields that are not named stay as they are.", "impact",
        changing.impact, bodies.Impact, "PATCH"),
    _do("resolve", "resolve", "Resolve", "Its postmortem follows.", "resolve", changing.resolve, bodies.Outcome),
    _do("reopen", "reopen", "Reopen", "Work on it goes on, in the same place.", "reopen", changing.reopen,
        bodies.Reason),
    _do("cancel", "cancel", "Cancel", "It was no incident after all.", "cancel", changing.cancel, bodies.Reason),
    _do("escalate", "escalate", "Call the next level", "Or a level, special case or person by name.", "escalate",
        changing.call, bodies.Escalation),
    _look("groups", "/api/alerts", "Alerts outside incidents", "By group: those that fire, or that nobody was told of.",
          "alerts", reading.groups, answers.Groups),
    _look("oncall", "/api/oncall", "Who is on call", "Now and next, by schedule.", "oncall", reading.on_call,
          answers.OnCall),
)  # fmt: skip
