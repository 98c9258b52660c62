"""One thing that can be asked of the API. Its route, its page and its part of the OpenAPI document come from it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from pydantic import BaseModel

from bot.adapters.web.api.asked import Asked, Given
from bot.adapters.web.api.bodies import Nothing

PART = re.compile(r"\{(\w+)\}")
PARTS = {
    "incident": "The incident: its id, its number, or what it is called.",
    "role": "The role, by its id or another name.",
    "task": "The number of the task.",
}
SAMPLES = {"incident": "12", "role": "commander", "task": "3"}


@dataclass(frozen=True)
class Operation:
    """
    `command` is the word of /incident that does the same: its permissions hold here, too. `answer` None is Markdown.
    """

    id: str
    method: str
    path: str
    summary: str
    about: str
    command: str
    do: Callable[[Asked], Awaitable[Given]]
    answer: type[BaseModel] | None
    body: type[BaseModel] = Nothing
    query: type[BaseModel] = Nothing
    status: int = 200
    #: statuses of problems besides those that any operation may have
    problems: tuple[int, ...] = field(default=())

    @property
    def changes(self) -> bool:
        return self.method != "GET"

    @property
    def parts(self) -> list[str]:
        """The names of what varies in its address."""
        return PART.findall(self.path)

    @property
    def has_body(self) -> bool:
        return self.body is not Nothing

    def matches(self, path: str) -> bool:
        return re.fullmatch(PART.sub("[^/]+", self.path), path) is not None
