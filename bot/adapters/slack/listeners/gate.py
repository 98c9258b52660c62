"""Before anything is done: may they, and may they know of the incident that it is about?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.adapters.slack.verbs import Call, Verb
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.policy.commands import ANYWHERE, OF_TWO
from bot.workflows import report
from bot.workflows.access.permitted import UNKNOWN, free, permit
from bot.workflows.desk import Desk, Gesture

#: what a shortcut does, in the words of the permissions
SHORTCUTS: Mapping[str, str] = {
    "declare": "declare",
    "declare_from": "declare",
    "to_timeline": "capture",
    "to_task": "task",
    "to_action_item": "task",
}


async def allowed(verb: Verb, call: Call) -> Call:
    """
    The call, when they may make it, with the incident that was found for it.

    Looking up an incident at all is for those who may know of it; so a verb that everyone may say is not held up here.
    A verb about two incidents asks for each, as only it knows which.
    """
    if free(call.desk, verb.name) or verb.name in OF_TWO:
        return call
    incident = await meant(call)
    if incident is None and verb.name not in ANYWHERE:
        return call
    await permit(call.desk, call.gesture, verb.name, incident)
    return replace(call, id=incident.id) if incident else call


async def meant(call: Call) -> Incident | None:
    """The incident of the call; None where the verb itself will say that it finds none, or needs none."""
    try:
        return await call.incident()
    except Refused:
        return None


async def submitted(desk: Desk, gesture: Gesture, command: str, id: str | None) -> None:
    """A dialog about an incident is for those who may know of it, whoever opened it."""
    incident = None
    if id:
        incident = await desk.store.incident(id, gesture.by)
        if incident is None:
            raise Refused(UNKNOWN)
    if not free(desk, command):
        await permit(desk, gesture, command, incident)


async def chosen(desk: Desk, gesture: Gesture, callback: str) -> None:
    """A shortcut is about the incident of its place, if there is one."""
    command = SHORTCUTS.get(callback, callback)
    if free(desk, command):
        return
    try:
        incident = None if command in ANYWHERE else await report.find(desk, gesture.by, gesture.place, None)
    except Refused:
        return
    await permit(desk, gesture, command, incident)
