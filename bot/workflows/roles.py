"""Roles: taking one, handing it over, leaving it."""

from __future__ import annotations

from bot.domain import facts
from bot.domain.errors import Refused
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.domain.people import by_api
from bot.engine.journal import NewRun
from bot.engine.outcomes import Key
from bot.engine.runs import Run
from bot.messages import Duties, Handover, Sentence
from bot.policy.book import Book
from bot.policy.roles import Role
from bot.ports import Books
from bot.workflows import nudge
from bot.workflows.access import insiders
from bot.workflows.desk import Desk, Gesture, home_lane
from bot.workflows.people import members
from bot.workflows.told import say


async def take(desk: Desk, gesture: Gesture, id: str, word: str, person: str, only_if_vacant: bool = False) -> Sentence:
    """`person` takes the role, from whoever held it; the person learns privately what it asks of them."""

    def act(incident: Incident) -> tuple[Incident, Fact]:
        role = role_of(desk.book_of(incident), word)
        return incident.take_role(role.id, person, gesture.by, gesture.at, only_if_vacant=only_if_vacant)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        assert isinstance(fact.event, facts.RoleTaken)
        role = desk.book_of(incident).roles.get(fact.event.role)
        data = {"role": role.id, "person": person, "before": fact.event.before}
        seats = ((home_lane(id), "handover"),)
        await books.start(NewRun("role", id, data, asker=gesture.by, seats=seats, priority=2))
        if role.id == desk.book_of(incident).roles.lead:
            await nudge.arm_lead(desk, books, incident, gesture.at)
        who = "You are" if person == gesture.by else f"{person} is"
        return f"{who} {role.title} of {incident.name} now."

    return await desk.change(gesture, id, act, then)


async def leave(desk: Desk, gesture: Gesture, id: str, word: str) -> Sentence:
    """The role is vacant again; the room is told, and prompted if it was the commanding one."""

    def act(incident: Incident) -> tuple[Incident, Fact]:
        return incident.leave_role(role_left(desk, incident, word), gesture.by, gesture.at)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        assert isinstance(fact.event, facts.RoleLeft)
        role, title = fact.event.role, desk.book_of(incident).words.role(fact.event.role)
        text = f"{title} is vacant, says {gesture.by}. To take it: /incident role {role}"
        await say(books, incident, text)
        if role == desk.book_of(incident).roles.lead:
            await nudge.arm_lead(desk, books, incident, gesture.at)
        return f"Nobody is {title} of {incident.name} now."

    return await desk.change(gesture, id, act, then)


def role_left(desk: Desk, incident: Incident, word: str) -> str:
    """The id of the role that is meant; one that is held may be of an earlier policy."""
    said = word.strip().casefold()
    return said if said in incident.roles else role_of(desk.book_of(incident), word).id


def role_of(book: Book, word: str) -> Role:
    role = book.roles.find(word)
    if role is None:
        names = ", ".join(role.id for role in book.roles.all)
        hint = " A person is named with @, picked from Slack's list." if " " in word.strip() else ""
        raise Refused(f"There is no role *{word}*. This team uses {names}.{hint}")
    return role


async def brief(desk: Desk, run: Run) -> None:
    """Bring the person in and whom the role calls besides, tell them what it asks, tell the room who it is."""
    incident = await desk.incident(run.subject)
    person = run.data["person"]
    work = [tell_room(desk, run)] if by_api(person) else [tell_duties(desk, run, person), tell_room(desk, run)]
    if room := incident.room:
        work += [bring(desk, run, incident, room, principal) for principal in besides(desk, incident, run)]
        if not by_api(person):
            work.append(invite(desk, run, room, person))
    await run.together(*work)


async def invite(desk: Desk, run: Run, room: str, person: str) -> None:
    await run.step(f"invite:{person}", lambda: desk.chat.invite(room, [person]), label=f"Inviting {person}")


def besides(desk: Desk, incident: Incident, run: Run) -> tuple[str, ...]:
    """Whom the policy brings in with that role; nobody when it has no such role (any more)."""
    return next((role.invite for role in desk.book_of(incident).roles.all if role.id == run.data["role"]), ())


async def bring(desk: Desk, run: Run, incident: Incident, room: str, principal: str) -> None:
    if people := await members(desk, run, incident, principal):
        label = f"Inviting {principal.partition(':')[2] or principal}"
        await insiders.let_in(desk, run, principal, people)
        await run.step(f"invite:{principal}", lambda: desk.chat.invite(room, people), label=label)


async def tell_duties(desk: Desk, run: Run, person: str) -> None:
    label = f"Telling {person} what the role asks"
    place = await run.step("direct", lambda: desk.chat.direct(person), label=label)

    async def send(key: Key) -> str:
        incident = await desk.incident(run.subject)
        return await desk.chat.post(place, Duties(desk.book_of(incident), incident, run.data["role"]), key)

    await run.keyed("duties", send, label=label)


async def tell_room(desk: Desk, run: Run) -> None:
    async def send(key: Key) -> str:
        incident = await desk.incident(run.subject)
        message = Handover(desk.book_of(incident), incident, **run.data)
        return await desk.chat.post(desk.home_of(incident), message, key)

    await run.keyed("handover", send, label="Announcing the role", lane=home_lane(run.subject))
