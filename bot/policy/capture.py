"""Which emoji and pins put a message on the record (capture.yml)."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from bot.policy.model import Id, Part, Title

#: an emoji's name without colons; a skin tone after :: does not count
EmojiName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_'+-]{1,100}$")]


class Marks(Part):
    """A list that marked messages go to: timeline, task, action_item, or one of the team's own on the timeline."""

    id: Id
    title: Title
    emoji: tuple[EmojiName, ...] = ()


class Capture(Part):
    """`pins` is the list that pinned messages go to; None leaves pins alone."""

    lists: tuple[Marks, ...] = ()
    pins: Id | None = None

    def marked(self, emoji: str) -> Marks | None:
        """The list that an emoji stands for."""
        name = emoji.partition("::")[0]
        return next((marks for marks in self.lists if name in marks.emoji), None)
