"""
How much Muster says: the messages of an hour of a SEV1, from its declaration to the postmortem.

    .venv/bin/python -m benchmarks.messages

Ana declares, ben is on it; roles, tasks, ticks, four updates, a diagnosis, an escalation, and the end after an hour.
Counted are messages that are posted, by where they stand, and edits of those that stand already.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.simulator import Channel, Message
from bot.simulator.calls import Call
from tests.town import Town, a_town

POLICIES = ("default", "portfolio", "framework", "code", "smartcloudops", "tracktion")


@dataclass
class Counted:
    """`opened` are the messages in the room once it stands, `alone` those after ten minutes in which nobody came."""

    opened: int = 0
    alone: int = 0
    posts: Counter[str] = field(default_factory=Counter)
    edits: int = 0

    def told(self) -> str:
        rows = "  ".join(f"{where} {number}" for where, number in sorted(self.posts.items()))
        return f"opened {self.opened}  alone {self.alone}  edits {self.edits}  posts {self.posts.total()}: {rows}"


async def opening(town: Town) -> Channel:
    """The room of the gravest incident of the policy."""
    gravest = town.muster.desk.book.severities.all[0].id
    return await town.declares(f"{gravest} checkout is failing")


async def hour(town: Town) -> Counted:
    """Play it, and count."""
    counted = Counted()

    def count(call: Call, phase: str) -> None:
        counted.edits += phase == "after" and call.method == "chat.update"

    town.simulator.on_call.append(count)
    room = await opening(town)
    counted.opened = len(town.on_top(room))
    await work(town, room)
    counted.posts = posts(town, room)
    return counted


async def silence(town: Town) -> int:
    room = await opening(town)
    await town.later(minutes=10)
    return len(town.on_top(room))


async def work(town: Town, room: Channel) -> None:
    roles = town.muster.desk.book.roles
    await town.says(town.ben, room, "/incident ack")
    for person, role in zip((town.dana, town.ben, town.chen), roles.core, strict=False):
        await town.says(person, room, f"/incident role {role.id}")
    await town.says(town.ben, room, "/incident task look at the deploys")
    await town.says(town.chen, room, "/incident task look at the database")
    await town.says(town.dana, room, "/incident diagnose")
    for number in range(1, 5):
        await town.says(town.dana, room, f"/incident checklist done {number}")
    for number in range(1, 5):
        await town.later(minutes=12)
        await town.says(town.dana, room, f"/incident update step {number}: we know more")
    await town.says(town.dana, room, "/incident escalate next it takes too long")
    await town.says(town.chen, room, "/incident task done 1")
    await town.says(town.chen, room, "/incident task done 2")
    await town.later(minutes=8)
    await town.says(town.dana, room, "/incident resolve rollback the deploy was reverted")
    await town.later(minutes=1)


def posts(town: Town, room: Channel) -> Counter[str]:
    return Counter(place(town, room, message) for message in said(town))


def said(town: Town) -> Iterator[Message]:
    return (message for message in town.everything() if not message.ephemeral)


def place(town: Town, room: Channel, message: Message) -> str:
    channel = town.simulator.workspace.channels[message.channel]
    if channel.kind == "im":
        return "direct"
    where = "room" if channel.id == room.id else f"#{channel.name}"
    return f"{where} (threads)" if message.is_reply else where


async def main() -> None:
    for policy in POLICIES:
        with tempfile.TemporaryDirectory() as folder:
            async with a_town(Path(folder), policy) as town:
                counted = await hour(town)
        with tempfile.TemporaryDirectory() as folder:
            async with a_town(Path(folder), policy) as town:
                counted.alone = await silence(town)
        print(f"{policy:14} {counted.told()}")


if __name__ == "__main__":
    asyncio.run(main())
