"""
`alertmanager`: alerts that fire in Alertmanager (the target's address), but for silenced and inhibited ones.

Options: `filters`, matchers such as `service="shop"`; `label`, the one that says how grave an alert is.

Values: `alerts`, and for each severity that one has `alerts_<severity>`. Text: one line for each, the newest first.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from pydantic import Field

from bot.adapters.probes.dig import word
from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.web import MOST_DATA, get
from bot.domain.observation import Fault, Reading


class AlertmanagerOptions(Options):
    filters: tuple[str, ...] = Field(default=(), max_length=20)
    label: str = "severity"


async def read(spot: Spot, options: AlertmanagerOptions, reach: Reach) -> Reading:
    # https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
    only = [("active", "true"), ("silenced", "false"), ("inhibited", "false")]
    asked = [*only, *(("filter", each) for each in options.filters)]
    answer = (await get(reach, spot, "/api/v2/alerts", query=asked, most=MOST_DATA)).wanted("Alertmanager API")
    alerts = answer.json()
    if not isinstance(alerts, list):
        raise Unseen(Fault.UNEXPECTED, f"{answer.place} answers with something that is no list of alerts")
    alerts.sort(key=lambda alert: word(alert, "startsAt"), reverse=True)
    grades = Counter(word(alert, f"labels.{options.label}") for alert in alerts)
    values = {f"alerts_{grade}": float(count) for grade, count in grades.items() if grade}
    said = f"{len(alerts)} alerts fire" if len(alerts) != 1 else "1 alert fires"
    text = "\n".join(told(alert, options.label) for alert in alerts)
    return Reading(Fault.NONE, said, {"alerts": float(len(alerts)), **values}, text)


def told(alert: Any, label: str) -> str:
    summary = word(alert, "annotations.summary") or word(alert, "annotations.description")
    parts = (word(alert, "startsAt"), word(alert, f"labels.{label}"), word(alert, "labels.alertname"), summary)
    return " ".join(" ".join(part.split()) for part in parts if part)


KIND = Kind("alertmanager", AlertmanagerOptions, read)
