"""
What was deployed lately: a JSON list behind a URL or in a file (the target's address), one object a deploy.

Values: deploys (within the look-back), minutes_since the newest, whenever it was. The text lists them, newest first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.adapters.probes.files import place, small
from bot.adapters.probes.kind import Kind, LookBack, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.web import MOST_DATA, get
from bot.domain.observation import Fault, Reading
from bot.policy.model import Part

MOST_SHOWN = 50
LONGEST_WORD = 200
#: a clock that is so much ahead of ours is no mistake in the data
AHEAD = timedelta(minutes=5)


class Fields(Part):
    """What the fields of a deploy are called; `at` holds ISO 8601 or Unix seconds."""

    version: str = "version"
    at: str = "at"
    by: str = "by"
    what: str = "what"


class DeploysOptions(Options):
    """`since` is the look-back, `list` the field that holds the list if it is not all there is."""

    since: LookBack = timedelta(hours=24)
    list: str = ""
    fields: Fields = Fields()


@dataclass(frozen=True)
class Deploy:
    at: datetime
    what: str


async def read(spot: Spot, options: DeploysOptions, reach: Reach) -> Reading:
    now = reach.now()
    known = sorted(deploys(await _told(spot, reach), options), key=lambda each: each.at, reverse=True)
    past = [each for each in known if each.at <= now + AHEAD]
    lately = [each for each in past if each.at > now - options.since]
    values = {"deploys": float(len(lately))}
    if past:
        values["minutes_since"] = max(0.0, (now - past[0].at).total_seconds() / 60)
    said = f"{len(lately) or 'none'} in {short(options.since)}"
    newest = f"; the last was {past[0].what}" if past else ""
    return Reading(Fault.NONE, f"deploys: {said}{newest}", values, "\n".join(map(_line, lately[:MOST_SHOWN])))


async def _told(spot: Spot, reach: Reach) -> Any:
    if spot.address.startswith(("http://", "https://")):
        return (await get(reach, spot, most=MOST_DATA)).wanted().json()
    path = place(spot)
    text = await reach.aside(lambda: small(path, MOST_DATA))
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unseen(Fault.UNEXPECTED, f"{path} holds something that is no JSON") from None


def deploys(told: Any, options: DeploysOptions) -> Iterator[Deploy]:
    """Unseen when this is no list of deploys."""
    listed = told.get(options.list) if options.list and isinstance(told, dict) else told
    if not isinstance(listed, list):
        raise Unseen(Fault.UNEXPECTED, "the deploys come in no list")
    for each in listed:
        yield _deploy(each if isinstance(each, dict) else {}, options.fields)


def _deploy(told: dict[str, Any], fields: Fields) -> Deploy:
    at = _moment(told.get(fields.at))
    if at is None:
        right = f'"{fields.at}": "2026-11-24T09:30:00Z"'
        raise Unseen(Fault.UNEXPECTED, f"a deploy does not say when it was; right is {right}")
    by = _word(told, fields.by)
    words = (_word(told, fields.version), _word(told, fields.what), by and f"by {by}")
    return Deploy(at, " ".join(filter(None, words)) or "unnamed")


def _word(deploy: dict[str, Any], name: str) -> str:
    return " ".join(str(deploy.get(name) or "").split())[:LONGEST_WORD]


def _moment(told: Any) -> datetime | None:
    try:
        if isinstance(told, str):
            at = datetime.fromisoformat(told)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        return datetime.fromtimestamp(told, UTC) if isinstance(told, int | float) else None
    except (ValueError, OverflowError, OSError):
        return None


def _line(deploy: Deploy) -> str:
    return f"{deploy.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {deploy.what}"


def short(length: timedelta) -> str:
    """
    >>> short(timedelta(hours=24)), short(timedelta(minutes=90))
    ('24 h', '90 min')
    """
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


KIND = Kind("deploys", DeploysOptions, read, values=("deploys", "minutes_since"))
