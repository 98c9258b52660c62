"""What people gathered from the chat for the record: messages marked by emoji, by pins and by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.event import Event


@dataclass(frozen=True)
class Spoke(Event):
    """Somebody said the first word in the room: from then on it is a conversation."""

    TYPE = "spoke"


@dataclass(frozen=True)
class Captured(Event):
    """
    A message of the chat goes on the record; the fact's time is when the message was said, its `by` who marked it.

    `id` is one for each message and list, `message` an opaque reference, `how` emoji, pin or shortcut, `list` that of
    the policy ("timeline"), `author` who said it, `files` addresses by the files' names, `task` the number of the task
    that it became, 0 for none.
    """

    TYPE = "captured"
    id: str
    message: str
    how: str
    list: str
    text: str
    author: str
    link: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    task: int = 0


@dataclass(frozen=True)
class CaptureEdited(Event):
    """Whoever said it says it otherwise now."""

    TYPE = "capture_edited"
    id: str
    text: str


@dataclass(frozen=True)
class CaptureRemoved(Event):
    """It counts no longer; `why` is deleted (the message), or unmarked."""

    TYPE = "capture_removed"
    id: str
    why: str
