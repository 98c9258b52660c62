"""
Whether somebody may do it: the one question before every command, button, dialog, mark and call of the API.

The permissions are those of the team's policy of today, whatever the incident runs under. What everyone may do costs
nothing. Whoever is refused reads who could do it instead, and that they were refused is on record, once.

Slack may not be able to say who is in a group. What is asked of an open incident is let through then, and written
down: whoever cannot be verified at 3 a.m. may be the only one there. A restricted incident is closed to them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from bot.domain import facts
from bot.domain.errors import NotPermitted, Refused
from bot.domain.incident import MUSTER, Incident
from bot.engine.outcomes import Busy, Doubt, Rejected
from bot.messages import Sentence
from bot.policy.permissions import EVERYONE, INSIDERS
from bot.policy.show.access import named as in_words
from bot.ports import Books
from bot.workflows import covers, oncall
from bot.workflows.desk import Desk, Gesture, known, record

#: Slack waits 3 s for an answer to a gesture: https://docs.slack.dev/interactivity/handling-user-interaction/
LOOK_SECONDS = 1.5
API = "api"
#: what has to be looked up outside the record
LOOKED_UP = ("oncall:", "group:", "person:")
UNKNOWN = "There is no such incident any more. /incident list shows those that are open."


class Answer(Enum):
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


def free(desk: Desk, command: str) -> bool:
    """Whether nothing has to be asked: everyone may do it of an open incident, every insider of a restricted one."""
    return desk.book.permissions.rule(command).free


async def permit(desk: Desk, gesture: Gesture, command: str, incident: Incident | None = None) -> None:
    """Return if they may. NotPermitted says who could instead; of what they may not know there is no such thing."""
    if gesture.by == MUSTER:
        return
    restricted = incident is not None and incident.restricted
    if incident and restricted and gesture.by not in incident.insiders:
        raise Refused(UNKNOWN)
    who = desk.book.permissions.rule(command).named(restricted)
    if EVERYONE in who or any(holds(desk, gesture.by, each, incident) for each in who):
        return
    answer = await asked(desk, gesture, who)
    if answer is Answer.NO or (answer is Answer.UNSURE and restricted):
        await deny(desk, gesture, command, incident, who, answer)
    elif answer is Answer.UNSURE:
        await let_through(desk, gesture, command, incident, who)


def holds(desk: Desk, person: str, who: str, incident: Incident | None) -> bool:
    """What the record knows."""
    if who == API:
        return person.partition(":")[0] == API
    if incident is None:
        return False
    kind, _, role = who.partition(":")
    if who == INSIDERS:
        return person in incident.insiders
    if who == "declarer":
        return person == incident.declared_by
    if who == "lead":
        kind, role = "role", desk.book_of(incident).roles.lead
    return kind == "role" and incident.roles.get(role) == person


# what the chat knows


async def asked(desk: Desk, gesture: Gesture, who: Sequence[str]) -> Answer:
    """Side by side; UNSURE when it is no for all who answer, and not all do."""
    found = await asyncio.gather(*(looked_up(desk, gesture, each) for each in who if each.startswith(LOOKED_UP)))
    if Answer.YES in found:
        return Answer.YES
    return Answer.UNSURE if Answer.UNSURE in found else Answer.NO


async def looked_up(desk: Desk, gesture: Gesture, who: str) -> Answer:
    kind, _, name = who.partition(":")
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            if kind == "oncall":
                return await on_call(desk, gesture, name)
            people = await desk.directory.members(name) if kind == "group" else (await desk.directory.person(name),)
    except (Busy, Doubt, Rejected, TimeoutError):
        return Answer.UNSURE
    return Answer.YES if gesture.by in people else Answer.NO


async def on_call(desk: Desk, gesture: Gesture, schedule: str) -> Answer:
    """Whoever is on call now, as `/incident oncall` shows it."""
    if not desk.book.oncall.has(schedule):
        return Answer.NO
    duty = await oncall.duty(desk, desk.book.oncall.get(schedule), await covers.kept(desk.store), gesture.at)
    if gesture.by in duty.people:
        return Answer.YES
    # a name that stands as the policy writes it could not be looked up
    unsure = any(":" not in person for person in duty.people) or (not duty.people and duty.note)
    return Answer.UNSURE if unsure else Answer.NO


# what is told and written down


async def deny(
    desk: Desk, gesture: Gesture, command: str, incident: Incident | None, who: Sequence[str], answer: Answer
) -> None:
    sentence = refusal(desk, command, incident, who, answer)

    async def decision(books: Books) -> Sentence:
        if incident:
            event = facts.Denied(command, in_words(desk.book, who))
            after, fact = (await known(books, incident.id)).add(event, gesture.by, gesture.at)
            await record(books, after, fact)
        else:
            await books.log("denied", f"was refused /incident {command}", gesture.by, data={"command": command})
        return Sentence(sentence)

    answered = await desk.decide(beside(gesture, command), decision)
    raise NotPermitted(answered.text)


def refusal(desk: Desk, command: str, incident: Incident | None, who: Sequence[str], answer: Answer) -> str:
    about = f" {incident.name}" if incident else ""
    allowed = in_words(desk.book, who)
    if answer is Answer.UNSURE:
        return (
            f"/incident {command}{about} is for {allowed}, and Slack cannot say just now whether you are one of them. "
            "Try again in a minute, or ask one of them to do it."
        )
    if who in ((), ("nobody",)):
        return f"This team's policy lets nobody say /incident {command}{about}."
    return f"/incident {command}{about} is for {allowed}. Ask one of them to do it{instead(desk, incident, who)}."


def instead(desk: Desk, incident: Incident | None, who: Sequence[str]) -> str:
    """Who that is, as far as the record knows, or how to become one of them."""
    if incident is None:
        return ""
    roles = [desk.book_of(incident).roles.lead if each == "lead" else each.partition(":")[2]
             for each in who if each == "lead" or each.startswith("role:")]  # fmt: skip
    holders = dict.fromkeys(incident.roles[role] for role in roles if role in incident.roles)
    if holders:
        return f": {', '.join(holders)}"
    return f", or take the role: /incident role {roles[0]}" if roles else ""


async def let_through(
    desk: Desk, gesture: Gesture, command: str, incident: Incident | None, who: Sequence[str]
) -> None:  # fmt: skip
    text = f"was let through for /incident {command}, as Slack could not say who is {in_words(desk.book, who)}"

    async def decision(books: Books) -> Sentence:
        await books.log("unverified", text, gesture.by, incident.id if incident else None, {"command": command})
        return Sentence(text)

    await desk.decide(beside(gesture, command), decision)


def beside(gesture: Gesture, command: str) -> Gesture:
    """The same delivery, for a receipt of its own."""
    return replace(gesture, delivery=f"{gesture.delivery}:permit:{command}")
