"""The forms in which alerts come: one file for each, and here by the name that routing.yml gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.adapters.web.forms import alertmanager, grafana, mapped, pagerduty, statuspage
from bot.adapters.web.forms.reading import Unreadable as Unreadable
from bot.domain.alert import Alert
from bot.policy.routing import AlertSource

#: the alerts in a delivery, none for one that says nothing of alerts; Unreadable says what is wrong with it
Read = Callable[[Any, AlertSource, datetime], list[Alert]]

FORMS: Mapping[str, Read] = {
    "alertmanager": alertmanager.read,
    "grafana": grafana.read,
    "pagerduty": pagerduty.read,
    "statuspage": statuspage.read,
    "form": mapped.read,
}
