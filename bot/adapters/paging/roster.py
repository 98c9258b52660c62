"""The Roster port over PagerDuty's REST API: https://developer.pagerduty.com/api-reference/"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.adapters.paging.http import CALL_SECONDS, Answer, Line
from bot.engine.clock import Clock
from bot.engine.outcomes import Doubt, Rejected

ACCEPT = "application/vnd.pagerduty+json;version=2"
MOST = 100


class PagerDutyRoster:
    """`address` is the REST API; `token` one that may read on-calls and users."""

    def __init__(self, line: Line, clock: Clock, address: str, token: str) -> None:
        self._line = line
        self._clock = clock
        self._address = address.rstrip("/")
        self._token = token

    async def on_call(self, schedule: str) -> tuple[str, ...]:
        asked = {
            "schedule_ids[]": schedule, "include[]": "users", "earliest": "true", "limit": str(MOST),
            "time_zone": "UTC",
        }  # fmt: skip
        answer = await self._get("/oncalls", f"the schedule {schedule}", asked)
        entries = [each for each in rows(answer) if on_now(each, self._clock.now())]
        users = [each["user"] for each in sorted(entries, key=level) if isinstance(each.get("user"), Mapping)]
        found = [email for user in users if (email := mail_of(user))]
        if users and not found:
            raise Rejected(
                "PagerDuty does not show the e-mail addresses of those on call; give MUSTER_PAGERDUTY_TOKEN a key that "
                "may read users."
            )
        return tuple(dict.fromkeys(found))

    async def email(self, user: str, seconds: float = CALL_SECONDS) -> str:
        """The e-mail address of one of its users; "" if it shows none."""
        answer = await self._get(f"/users/{quote(user, safe='')}", f"the user {user}", {}, seconds)
        found = read(answer).get("user")
        return mail_of(found) if isinstance(found, Mapping) else ""

    async def _get(self, path: str, what: str, params: Mapping[str, str], seconds: float = CALL_SECONDS) -> Answer:
        headers = {"Authorization": f"Token token={self._token}", "Accept": ACCEPT}
        answer = await self._line.ask("GET", self._address + path, headers=headers, params=params, seconds=seconds)
        if answer.status == 200:
            return answer
        if answer.status in (401, 403):
            raise Rejected("PagerDuty does not accept Muster's key; set MUSTER_PAGERDUTY_TOKEN to one that may read.")
        if answer.status in (400, 404):
            raise Rejected(f"PagerDuty does not know {what}; its address in PagerDuty ends in the right id.")
        raise self._line.detour(answer)


def read(answer: Answer) -> Mapping[str, Any]:
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, Mapping):
        raise Doubt("PagerDuty's answer could not be read.")
    return said


def rows(answer: Answer) -> list[Mapping[str, Any]]:
    found = read(answer).get("oncalls")
    if not isinstance(found, list):
        raise Doubt("PagerDuty's answer could not be read.")
    return [each for each in found if isinstance(each, Mapping)]


def on_now(entry: Mapping[str, Any], now: datetime) -> bool:
    """An entry without a beginning or an end is on call for good."""
    start, end = moment(entry.get("start")), moment(entry.get("end"))
    return (start is None or start <= now) and (end is None or now < end)


def moment(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None


def level(entry: Mapping[str, Any]) -> int:
    found = entry.get("escalation_level")
    return found if isinstance(found, int) else 0


def mail_of(user: Mapping[str, Any]) -> str:
    email = user.get("email")
    return email if isinstance(email, str) and "@" in email else ""
