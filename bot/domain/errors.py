"""
Our exception hierarchy:

    Refused            the person asked for something that is not possible; its text is the sentence they read
      ├ AlreadyDone    somebody was faster; the sentence says who and when
      └ Misfilled      what was filled in will not do; a sentence for each field
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


class Misfilled(Refused):
    """`fields` has a sentence for the name of each field that is filled in wrong."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields
