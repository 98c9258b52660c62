"""The mistakes in a policy, all at once."""

from __future__ import annotations

from collections.abc import Sequence


class PolicyError(Exception):
    """`problems` holds one sentence per mistake, each beginning with its file (and line where known)."""

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        count = "one mistake" if len(self.problems) == 1 else f"{len(self.problems)} mistakes"
        super().__init__("\n  ".join([f"The policy {name} has {count}:", *self.problems]))
