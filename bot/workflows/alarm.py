"""The incident as one alarm of a paging service: raised, acknowledged and resolved there."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.engine.outcomes import Key, Patience, Rejected
from bot.engine.runs import Run
from bot.ports import Books
from bot.workflows import ways
from bot.workflows.desk import Desk

LABELS = {
    "trigger": "Raising the alarm in PagerDuty",
    "acknowledge": "Acknowledging it in PagerDuty",
    "resolve": "Resolving it in PagerDuty",
}


async def trigger(desk: Desk, books: Books, incident: Incident) -> None:
    """Raise it there, if its severity is one that the policy sends."""
    if desk.alarms and incident.severity in desk.book_of(incident).escalation.pagerduty:
        await books.remember(mark(incident), True)
        await start(books, incident, "trigger")


async def follow(desk: Desk, books: Books, incident: Incident, verb: str) -> None:
    """Acknowledge or resolve there what was raised there."""
    if desk.alarms and await books.recall(mark(incident)):
        await start(books, incident, verb)


async def start(books: Books, incident: Incident, verb: str) -> None:
    # in the order in which they were decided: an acknowledgement before its alarm would be lost
    seats = ((lane(incident.id), "alarm"),)
    await books.start(NewRun("alarm", incident.id, {"verb": verb}, seats=seats, priority=0))


async def alarm(desk: Desk, run: Run) -> None:
    verb, alarms = run.data["verb"], desk.alarms
    if alarms is None:
        return
    act = {"trigger": alarms.trigger, "acknowledge": alarms.acknowledge, "resolve": alarms.resolve}[verb]

    async def send(key: Key) -> None:
        if run.doubt and verb == "trigger":
            # what was resolved there meanwhile would wake people once more
            raise Rejected(ways.UNSEEN)
        incident = await desk.incident(run.subject)
        await act(ways.alarm(desk.book_of(incident), incident))

    await run.keyed("alarm", send, label=LABELS[verb], lane=lane(run.subject), patience=Patience.FOREVER)


def mark(incident: Incident) -> str:
    return f"pagerduty:{incident.id}"


def lane(id: str) -> str:
    return f"pagerduty:{id}"
