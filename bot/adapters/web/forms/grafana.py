"""
What a webhook contact point of Grafana Alerting sends: as Alertmanager, with links of its own.

https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.adapters.web.forms import alertmanager
from bot.adapters.web.forms.reading import mapping, text
from bot.domain.alert import Alert
from bot.policy.routing import AlertSource

#: those that people can look at, the most telling first
LINKS = ("panelURL", "dashboardURL", "generatorURL")
#: what Grafana calls an alert whose rule has no data or cannot be asked; the rule's own name stands in a label
NAMELESS = ("DatasourceNoData", "DatasourceError")


def read(body: Any, source: AlertSource, now: datetime) -> list[Alert]:
    return [one(each, where, source, now) for where, each in alertmanager.parts(body)]


def one(each: Any, where: str, source: AlertSource, now: datetime) -> Alert:
    alert, said = alertmanager.one(each, where, source, now), mapping(each, where)
    link = next((link for name in LINKS if (link := text(said.get(name), f"{where}.{name}"))), "")
    rule = alert.labels.get("rulename")
    name = f"{rule}: {alert.name}" if rule and alert.name in NAMELESS else alert.name
    return replace(alert, name=name, link=link)
