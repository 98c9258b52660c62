"""The sections of a postmortem (postmortem.yml)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.policy.model import Id, Part, Title, Words

Source = Literal["summary", "impact", "timeline", "roles", "measures", "actions", "updates", "people"]


class Section(Part):
    """`source` says what fills it; `prompt` asks people for what the record cannot know."""

    id: Id
    title: Title
    source: Source
    prompt: Words | None = None


class Postmortem(Part):
    sections: tuple[Section, ...] = Field(min_length=1)
