"""
Our exception hierarchy:

    Refused            the person asked for something that is not possible; its text is the sentence they read
      └ AlreadyDone    somebody was faster; the sentence says who and when
"""


class Refused(Exception):
    """A sentence for the person: what is wrong and what would be right."""

    @property
    def sentence(self) -> str:
        return str(self)


class AlreadyDone(Refused):
    """What was asked for stands already; nothing was changed."""
