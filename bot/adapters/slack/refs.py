"""References as the rest of Muster sees them: slack:U1, slack:C1, slack:C1/1700000000.000100, slack:F1, slack:S1."""

from __future__ import annotations

SCHEME = "slack:"


def person(user: str) -> str:
    return f"{SCHEME}{user}"


def room(channel: str) -> str:
    return f"{SCHEME}{channel}"


def message(channel: str, ts: str) -> str:
    return f"{SCHEME}{channel}/{ts}"


def group(id: str) -> str:
    return f"{SCHEME}{id}"


def file(id: str) -> str:
    return f"{SCHEME}{id}"


def split(ref: str) -> tuple[str, str | None]:
    """The channel of a place, and the message in it if the place is one. ValueError if it is not Slack's."""
    channel, _, ts = _bare(ref).partition("/")
    return channel, ts or None


def user(ref: str) -> str:
    """The user id of a person. ValueError if they are not Slack's."""
    return _bare(ref)


def posted(ref: str) -> tuple[str, str]:
    """Channel and ts of a message. ValueError if `ref` is no message of Slack."""
    channel, ts = split(ref)
    if ts is None:
        raise ValueError(f"{ref} is a room; a message looks like slack:C1/1700000000.000100.")
    return channel, ts


def is_ours(ref: str) -> bool:
    """Whether the reference is one of Slack."""
    return ref.startswith(SCHEME) and len(ref) > len(SCHEME)


def _bare(ref: str) -> str:
    if not is_ours(ref):
        raise ValueError(f"{ref} is not a reference of Slack; those begin with {SCHEME}.")
    return ref.removeprefix(SCHEME)
