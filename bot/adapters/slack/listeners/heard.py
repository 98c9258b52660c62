"""What Slack tells of by itself, and what people choose from its menus: how a handler of either is declared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any, Generic, TypeVar

from bot.adapters.slack.listeners.errands import Errands
from bot.adapters.slack.verbs import Answer
from bot.workflows.desk import Desk, Gesture

H = TypeVar("H", bound=Callable[..., Any])


@dataclass(frozen=True)
class Heard:
    """
    An event of the Events API: `event` as Slack sent it, `id` the same for each of its deliveries.

    A handler commits and returns, as Slack waits no longer than 3 s; what may take longer is one of the `errands`. `me`
    is the user that Muster is, "" while Slack does not say.
    """

    desk: Desk
    event: Mapping[str, Any]
    id: str
    at: datetime
    errands: Errands
    me: str = ""

    def gesture(self, by: str, place: str | None = None) -> Gesture:
        return Gesture(by, self.at, f"event:{self.id}", place)


Handle = Callable[[Heard], Awaitable[None]]
#: what somebody chose, with the whole payload, which holds the message it was chosen on
Choose = Callable[[Desk, Gesture, Mapping[str, Any]], Awaitable[Answer | None]]


@dataclass(frozen=True)
class Door(Generic[H]):
    """`kind` is the type of the event, or the shortcut's callback_id in the manifest."""

    kind: str
    handle: H


def on(kind: str) -> Callable[[Handle], Door[Handle]]:
    """Have the function below it handle events of that type."""
    return lambda handle: Door(kind, handle)


def shortcut(callback: str) -> Callable[[Choose], Door[Choose]]:
    """Have the function below it answer that shortcut."""
    return lambda handle: Door(callback, handle)


def declared(*modules: ModuleType) -> Iterator[Door[Any]]:
    """Those that the modules declare, in order."""
    return (each for module in modules for each in vars(module).values() if isinstance(each, Door))
