"""What is said when an incident was declared about a message."""

from __future__ import annotations

from dataclasses import dataclass

from bot.messages.plain import About


@dataclass(frozen=True)
class CameFrom(About):
    """In the room: `by` declared it about a message, which `link` opens; "" when there is no address."""

    link: str
    by: str


@dataclass(frozen=True)
class IsNow(About):
    """In the thread of the message: what it has become, and where people work on it."""
