"""Ids that look like Slack's, unique in one workspace."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTUVWXYZ"


class Ids:
    """Hands out ids with Slack's one-letter prefixes; `count` is stored with the workspace."""

    def __init__(self, count: int = 0) -> None:
        self.count = count

    def new(self, prefix: str) -> str:
        self.count += 1
        digits, rest = "", self.count
        while rest:
            rest, digit = divmod(rest, len(ALPHABET))
            digits = ALPHABET[digit] + digits
        return f"{prefix}0{digits:0>8}"


def secret(size: int = 12) -> str:
    """An unguessable part of a trigger, hook, ticket or envelope id."""
    return secrets.token_hex(size)
