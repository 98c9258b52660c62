"""Refusals, named as Slack names them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """A refusal of the Web API: `error` is Slack's own name for it, `extra` goes into the answer."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra

    def answer(self) -> Json:
        return {"ok": False, "error": self.error, **self.extra}


class GestureError(Exception):
    """Something a person cannot do here; the message is a sentence for that person."""


def explained(error: str, messages: list[str], **extra: Any) -> SlackError:
    """A refusal that says where, as Slack does in response_metadata.messages."""
    lines = [f"[ERROR] {message}" for message in messages]
    return SlackError(error, response_metadata={"messages": lines}, **extra)
