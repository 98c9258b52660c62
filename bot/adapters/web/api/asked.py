"""One request, read: who asks, what for, and about which incident."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.adapters.web.api import answers
from bot.adapters.web.api.names import Names
from bot.adapters.web.api.problems import Problem
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.people import API, by_api, is_name
from bot.engine.clock import Clock
from bot.engine.outcomes import Busy, Doubt, Rejected
from bot.messages import Sentence
from bot.workflows import report
from bot.workflows.access.permitted import permit
from bot.workflows.desk import Desk, Gesture

T = TypeVar("T")
ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}", re.IGNORECASE)
SLACK = re.compile(r"slack:[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*")
WHO = "slack:U012AB3CD, an e-mail address that the chat knows, or api:name"
#: seconds until a look at what another replica may have written
LOOK_AGAIN = 1.0
OnCommit = Callable[[Callable[[], None]], Callable[[], None]]


@dataclass(frozen=True)
class Room:
    """What every request works with. `on_commit` calls back after each commit, until what it returned is called."""

    desk: Desk
    clock: Clock
    names: Names
    on_commit: OnCommit


@dataclass(frozen=True)
class Given:
    """An answer; `status` in place of the usual one."""

    said: BaseModel | str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """
    `gesture.by` asks for what takes `command` of /incident; `path` holds the parts of the address, `query` and `body`
    are of the operation's own models.
    """

    room: Room
    gesture: Gesture
    command: str
    path: Mapping[str, str]
    query: Any
    body: Any

    @property
    def desk(self) -> Desk:
        return self.room.desk

    async def incident(self) -> Incident:
        """The incident of the address. Problem or NotPermitted unless whoever asks may know of it, and do that."""
        word = self.path["incident"]
        incident = found(await self._by_id(word) if ULID.fullmatch(word) else await self._called(word), word)
        await permit(self.desk, self.gesture, self.command, incident)
        return incident

    async def _by_id(self, id: str) -> Incident | None:
        return await self.desk.store.incident(id.upper(), self.gesture.by)

    async def _called(self, word: str) -> Incident | None:
        if not word.isprintable():
            return None
        try:
            return await report.called(self.desk, self.gesture.by, word)
        except Refused:
            return None

    def number(self, part: str, what: str) -> int:
        """A number in the address. Problem when it is none."""
        word = self.path[part]
        if not (word.isascii() and word.isdigit() and len(word) < 7):
            raise Problem("not-found", f"There is no {what} {word[:20]}; they are numbered from 1.")
        return int(word)

    async def person(self, said: str | None) -> str:
        """Who is meant; whoever asks when nobody was named."""
        if said is None:
            return self.gesture.by
        if (by_api(said) and is_name(said.removeprefix(API))) or SLACK.fullmatch(said):
            return said
        if "@" not in said.strip("@"):
            raise Problem("misfilled", f"Nobody is called {said}. Right would be {WHO}.")
        try:
            return await self.desk.directory.person(said)
        except Rejected as why:
            raise Problem("refused", str(why)) from None
        except (Busy, Doubt):
            sentence = f"The chat does not say just now who {said} is. Say it later, or name them as slack:U012AB3CD."
            raise Problem("chat-silent", sentence, headers={"Retry-After": "10"}) from None

    async def shown(self, incident: Incident) -> answers.Incident:
        people = await self.room.names.known(answers.people_of(incident))
        return answers.incident(self.desk.book_of(incident), incident, people)

    async def changed(self, said: Sentence, status: int | None = None) -> Given:
        """What became true, and the incident as it stands since."""
        if any(button.verb == "go" for button in said.buttons):
            raise Problem("not-permitted", (await self.room.names.told([said.text]))[0])
        incident = await self.desk.incident(said.incident or "")
        [message] = await self.room.names.told([said.text])
        own = f"{answers.INCIDENTS}/{incident.id}"
        headers = {"Location": own} if status == 201 else {}
        return Given(answers.Changed(message=message, incident=await self.shown(incident)), status, headers)

    async def waited_for(self, look: Callable[[], Awaitable[Sequence[T]]], seconds: float) -> Sequence[T]:
        """What `look` finds: now, or as soon as it finds something within so many seconds."""
        loop, written = asyncio.get_running_loop(), asyncio.Event()
        deadline = loop.time() + seconds
        deaf = self.room.on_commit(written.set)
        try:
            while not (seen := await look()) and (left := deadline - loop.time()) > 0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(written.wait(), min(left, LOOK_AGAIN))
                written.clear()
            return seen
        finally:
            deaf()


def found(incident: Incident | None, word: str) -> Incident:
    if incident is None:
        raise Problem("not-found", f"There is no incident {word[:80]}. GET {answers.INCIDENTS} lists the open ones.")
    return incident
