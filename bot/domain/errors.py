"""
Our exception hierarchy:

    Refused            the person asked for something that is not possible; its text is the sentence they read
      ├ AlreadyDone    somebody was faster; the sentence says who and when
      ├ NotPermitted   the policy leaves it to others; the sentence says to whom
      ├ Misfilled      what was filled in will not do; a sentence for each field
      └ Reused         the same key came before, with something else
"""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """A sentence for the person: what is wrong and what would be right."""

    @property
    def sentence(self) -> str:
        return str(self)


class AlreadyDone(Refused):
    """What was asked for stands already; nothing was changed."""


class NotPermitted(Refused):
    """The permissions of the policy leave that to others."""


class Misfilled(Refused):
    """`fields` has a sentence for the name of each field that is filled in wrong."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


class Reused(Refused):
    """A key that stands for one gesture came with another one; nothing was changed."""
