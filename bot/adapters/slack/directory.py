"""
The Directory port over Slack. What was once found is remembered, and serves while Slack does not answer.

What people chose at set-up goes before what a name says.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.adapters.slack import refs
from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.errors import Refusal
from bot.adapters.slack.lookups import rooms
from bot.adapters.slack.memory import Memory
from bot.domain.people import in_words
from bot.engine.clock import Clock
from bot.engine.outcomes import Busy, Doubt, Rejected
from bot.ports import WHEREABOUTS, Contact, Whereabouts

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
GROUP_FRESH = timedelta(seconds=60)
CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,}")
UNKNOWN_PERSON = {"user_not_found", "users_not_found", "user_not_visible"}
UNKNOWN_GROUP = {"no_such_subteam", "subteam_not_found"}


class SlackDirectory:
    def __init__(self, calls: SlackCalls, memory: Memory, clock: Clock) -> None:
        self._calls = calls
        self._memory = memory
        self._clock = clock
        self._served: dict[str, str] = {}
        self._asking: dict[str, asyncio.Future[Any]] = {}
        calls.when_missing(self._forget)

    async def channel(self, name: str) -> str:
        """The public channel called `name`, with or without #; an id or a reference is taken as it is."""
        if refs.is_ours(name):
            return refs.room(refs.split(name)[0])
        bare = name.lstrip("#")
        if CHANNEL_ID.fullmatch(bare):
            return refs.room(bare)
        if chosen := (await self._chosen()).channels.get(bare):
            return chosen
        key = f"slack:channel:{bare}"
        id = await self._remembered(key, DAY, lambda: self._find_channel(bare))
        self._served[id] = key
        return refs.room(id)

    async def members(self, group: str) -> tuple[str, ...]:
        """The people of the user group with that handle; at most a minute old unless Slack does not answer."""
        handle, chosen = group.lstrip("@"), await self._chosen()
        if crew := chosen.crews.get(handle):
            return tuple(crew)
        try:
            users = await self._members(handle)
        except Refusal as refusal:
            if refusal.code not in UNKNOWN_GROUP:
                raise
            await self._memory.remember(_group_key(handle), None)
            users = await self._members(handle)
        return tuple(refs.person(user) for user in users)

    async def person(self, name: str) -> str:
        """The person with that id, reference or e-mail address."""
        if "@" in name.strip("@"):
            email = name.casefold()
            if chosen := (await self._chosen()).people.get(email):
                return chosen
            id = await self._remembered(f"slack:person:{email}", DAY, lambda: self._find_email(email))
            return refs.person(id)
        id = refs.user(name) if refs.is_ours(name) else name
        if not await self._name(id):
            raise Rejected(f"Slack knows no person {id}; give their e-mail address or their id, such as U012AB3CD.")
        return refs.person(id)

    async def names(self, people: Sequence[str]) -> dict[str, str]:
        """What people call them; whoever is not found, or not of Slack, keeps the reference."""
        ours = [person for person in dict.fromkeys(people) if refs.is_ours(person)]
        found = await asyncio.gather(*(self._name_if_shown(refs.user(person)) for person in ours))
        named = {person: name for person, name in zip(ours, found, strict=True) if name}
        return {person: named.get(person) or in_words(person) for person in people}

    async def contact(self, person: str) -> Contact:
        """What their profile says of how to reach them; the last known while Slack does not answer."""
        if not refs.is_ours(person):
            raise Rejected(f"{person} is nobody in Slack, and so has no profile there.")
        user = refs.user(person)
        known = await self._remembered(f"slack:contact:{user}", HOUR, lambda: self._find_contact(user))
        if not known:
            raise Rejected(f"Slack knows no person {user}.")
        return Contact(**known)

    async def group(self, handle: str) -> str:
        """The user group with that handle, with or without @; "" when people were chosen to stand in for it."""
        bare = handle.lstrip("@")
        return "" if bare in (await self._chosen()).crews else refs.group(await self._group_id(bare))

    async def groups(self) -> dict[str, str]:
        """Every user group by its handle."""
        answer = await self._calls.call("usergroups.list")
        return {str(each["handle"]): refs.group(each["id"]) for each in answer.get("usergroups") or ()}

    async def staff(self, group: str, people: Sequence[str]) -> None:
        """Make these people, at least one, the members of the user group with that handle."""
        handle, users = group.lstrip("@"), [refs.user(person) for person in people]
        if not users:
            raise Rejected(f"@{handle} keeps its members: Slack knows no user group without any.")
        if handle in (chosen := await self._chosen()).crews:
            crews = {**chosen.crews, handle: list(people)}
            await self._memory.remember(WHEREABOUTS, replace(chosen, crews=crews).to_json())
            return
        try:
            await self._staff(handle, users)
        except Refusal as refusal:
            if refusal.code not in UNKNOWN_GROUP:
                raise
            await self._memory.remember(_group_key(handle), None)
            await self._staff(handle, users)

    async def _members(self, handle: str) -> list[str]:
        id = await self._group_id(handle)
        users = await self._remembered(_members_key(id), GROUP_FRESH, lambda: self._find_members(id))
        return list(users)

    async def _group_id(self, handle: str) -> str:
        if chosen := (await self._chosen()).groups.get(handle):
            return refs.split(chosen)[0]
        return str(await self._remembered(_group_key(handle), DAY, lambda: self._find_group(handle)))

    async def _chosen(self) -> Whereabouts:
        return Whereabouts.from_json(await self._memory.recall(WHEREABOUTS))

    async def _staff(self, handle: str, users: list[str]) -> None:
        id = await self._group_id(handle)
        await self._calls.call("usergroups.users.update", usergroup=id, users=",".join(users))
        await self._remember(_members_key(id), users)

    async def _name(self, user: str) -> str | None:
        name = await self._remembered(f"slack:name:{user}", DAY, lambda: self._find_name(user))
        return name or None

    async def _name_if_shown(self, user: str) -> str | None:
        try:
            return await self._name(user)
        except Refusal as refusal:
            logger.warning("A name is left out: %s", refusal, extra={"action": "slack.names"})
            return None

    async def _find_channel(self, name: str) -> str:
        async for room in rooms(self._calls):
            if room.get("name") == name:
                return str(room["id"])
        raise Rejected(f"There is no public channel #{name}. Create it in Slack, or choose one: /incident setup")

    async def _find_group(self, handle: str) -> str:
        answer = await self._calls.call("usergroups.list")
        for group in answer.get("usergroups") or ():
            if group.get("handle") == handle:
                return str(group["id"])
        raise Rejected(f"There is no user group @{handle}. Create it in Slack, or say who it is: /incident setup")

    async def _find_members(self, group: str) -> list[str]:
        answer = await self._calls.call("usergroups.users.list", usergroup=group)
        return list(answer.get("users") or ())

    async def _find_email(self, email: str) -> str:
        try:
            answer = await self._calls.call("users.lookupByEmail", email=email)
        except Refusal as refusal:
            if refusal.code not in UNKNOWN_PERSON:
                raise
            raise Rejected(f"Nobody in this Slack workspace has the e-mail address {email}.") from None
        return str(answer["user"]["id"])

    async def _find_name(self, user: str) -> str:
        """Empty if there is no such person."""
        return _called(await self._find_user(user))

    async def _find_contact(self, user: str) -> dict[str, str]:
        """The fields of a Contact; empty if there is no such person."""
        found = await self._find_user(user)
        profile = found.get("profile") or {}
        known = (_called(found), profile.get("email"), profile.get("phone"), found.get("tz"))
        fields = zip(("name", "email", "phone", "zone"), known, strict=True)
        return {field: str(value or "") for field, value in fields} if found else {}

    async def _find_user(self, user: str) -> Mapping[str, Any]:
        """Empty if there is no such person."""
        try:
            answer = await self._calls.call("users.info", user=user)
        except Refusal as refusal:
            if refusal.code not in UNKNOWN_PERSON:
                raise
            return {}
        found: Mapping[str, Any] = answer["user"]
        return found

    async def _remembered(self, key: str, fresh: timedelta, find: Callable[[], Awaitable[Any]]) -> Any:
        """What is remembered if it is fresh, else what is found now; if Slack does not answer, the last known."""
        known = await self._memory.recall(key)
        now = self._clock.now()
        if known is not None and now - datetime.fromisoformat(known["at"]) < fresh:
            return known["value"]
        try:
            return await self._asked_once(key, find)
        except (Busy, Doubt):
            if known is None:
                raise
            return known["value"]

    async def _asked_once(self, key: str, find: Callable[[], Awaitable[Any]]) -> Any:
        """Whoever asks while the same question is open gets its answer."""
        if key not in self._asking:
            self._asking[key] = asking = asyncio.ensure_future(self._ask(key, find))
            asking.add_done_callback(lambda done: self._asked(key, done))
        return await asyncio.shield(self._asking[key])

    async def _ask(self, key: str, find: Callable[[], Awaitable[Any]]) -> Any:
        found = await find()
        await self._remember(key, found)
        return found

    async def _remember(self, key: str, found: Any) -> None:
        await self._memory.remember(key, {"value": found, "at": self._clock.now().isoformat()})

    def _asked(self, key: str, done: asyncio.Future[Any]) -> None:
        del self._asking[key]
        if not done.cancelled():
            done.exception()

    async def _forget(self, channel: str) -> None:
        if key := self._served.pop(channel, None):
            await self._memory.remember(key, None)


def _group_key(handle: str) -> str:
    return f"slack:group:{handle}"


def _members_key(id: str) -> str:
    return f"slack:members:{id}"


def _called(user: Mapping[str, Any]) -> str:
    return str((user.get("profile") or {}).get("real_name") or user.get("real_name") or user.get("name") or "")
