"""What was asked of the ports, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.clock import Clock
from bot.messages import Message

#: people are written as the chat writes them, so that all who read references know a person when they see one
CHAT = "slack:"


def person(name: str) -> str:
    """
    The reference to the person of that name.

    >>> person("@oncall"), person("slack:oncall")
    ('slack:oncall', 'slack:oncall')
    """
    return CHAT + name.removeprefix(CHAT).lstrip("@")


def whom(reference: str) -> str:
    """
    The name of a person or a channel.

    >>> whom("slack:oncall")
    'oncall'
    """
    return reference.removeprefix(CHAT)


@dataclass(frozen=True)
class Entry:
    """
    One call. `where` is a place of the chat, or the way (email, sms) of a page; `people` are references; `text` is what
    the call itself carries: the name of a room, the subject of a page, the title of a file.
    """

    at: datetime
    verb: str
    where: str
    message: Message | None = None
    people: tuple[str, ...] = ()
    text: str = ""


@dataclass
class Record:
    clock: Clock
    entries: list[Entry] = field(default_factory=list)

    def add(
        self, verb: str, where: str, message: Message | None = None, people: tuple[str, ...] = (), text: str = ""
    ) -> None:
        self.entries.append(Entry(self.clock.now(), verb, where, message, people, text))
