"""The Alarms port over PagerDuty's Events API v2: https://developer.pagerduty.com/docs/events-api-v2-overview"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.adapters.paging.http import Answer, Line
from bot.engine.outcomes import Rejected
from bot.ports import Alarm

#: https://developer.pagerduty.com/docs/send-alert-event; the whole event may be 512 KB
LONGEST_SUMMARY, LONGEST_TEXT, LONGEST_WORD = 1024, 8000, 300


class PagerDutyAlarms:
    """`address` is the Events API v2, without `/enqueue`; `key` the integration key of a service."""

    def __init__(self, line: Line, address: str, key: str) -> None:
        self._line = line
        self._address = f"{address.rstrip('/')}/enqueue"
        self._key = key

    async def trigger(self, alarm: Alarm) -> None:
        await self._send(alarm, "trigger", raised(alarm))

    async def acknowledge(self, alarm: Alarm) -> None:
        await self._send(alarm, "acknowledge", {})

    async def resolve(self, alarm: Alarm) -> None:
        await self._send(alarm, "resolve", {})

    async def _send(self, alarm: Alarm, action: str, more: Mapping[str, Any]) -> None:
        event = {"routing_key": self._key, "event_action": action, "dedup_key": dedup_key(alarm.incident), **more}
        answer = await self._line.ask(
            "POST", self._address, headers={"Content-Type": "application/json"}, body=json.dumps(event).encode()
        )
        if 200 <= answer.status < 300:
            return
        if answer.status == 400:
            raise Rejected(self._why(answer))
        if answer.status in (401, 403):
            raise Rejected(
                "PagerDuty does not know Muster's integration key; set MUSTER_PAGERDUTY_ROUTING_KEY to the one "
                "that the service's Events API v2 integration shows."
            )
        raise self._line.detour(answer)

    def _why(self, answer: Answer) -> str:
        """PagerDuty's own words, which name the field that it did not like."""
        said = [word.replace(self._key, "(hidden)") for word in words(answer.body)]
        return f"PagerDuty refused the event: {'; '.join(said)}." if said else "PagerDuty refused the event."


def dedup_key(incident: str) -> str:
    """The identity of an incident's alarm in PagerDuty."""
    return f"muster-{incident}"


def raised(alarm: Alarm) -> dict[str, Any]:
    """What a trigger says besides whose alarm it is."""
    details = {"incident": alarm.name, "text": cut(alarm.text, LONGEST_TEXT)}
    payload = {
        "summary": cut(" ".join(alarm.subject.split()) or alarm.name, LONGEST_SUMMARY), "source": "muster",
        "severity": alarm.severity, "custom_details": details,
    }  # fmt: skip
    event: dict[str, Any] = {"payload": payload, "client": "Muster"}
    if alarm.link:
        event |= {"client_url": alarm.link, "links": [{"href": alarm.link, "text": f"{alarm.name} in Slack"}]}
    return event


def words(body: bytes) -> list[str]:
    """What an error answer says, each on one line; nothing when it cannot be read."""
    try:
        said = json.loads(body)
    except ValueError:
        return []
    if not isinstance(said, dict):
        return []
    errors = said.get("errors")
    found = [said.get("message"), *(errors if isinstance(errors, list) else [])]
    return [cut(" ".join(word.split()), LONGEST_WORD).rstrip(".") for word in found if isinstance(word, str) and word]


def cut(text: str, length: int) -> str:
    """
    >>> cut("checkout is failing", 9)
    'checkout…'
    """
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
