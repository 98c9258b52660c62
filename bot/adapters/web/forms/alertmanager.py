"""
What Alertmanager's webhook receiver sends, version 4.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.adapters.web.forms.reading import Unreadable, listed, mapping, moment, text, texts
from bot.domain.alert import Alert
from bot.policy.routing import AlertSource

#: the labels that may name the service, the first that is there counts
SERVICE = ("service", "app", "service_name", "job")
SUMMARY = ("summary", "message", "description")
STATUS = ("firing", "resolved")


def read(body: Any, source: AlertSource, now: datetime) -> list[Alert]:
    return [one(each, where, source, now) for where, each in parts(body)]


def parts(body: Any) -> Iterator[tuple[str, Any]]:
    """Each alert of the delivery, and what a sentence calls its place."""
    for n, each in enumerate(listed(mapping(body, "The body").get("alerts"), "alerts")):
        yield f"alerts.{n}", each


def one(each: Any, where: str, source: AlertSource, now: datetime) -> Alert:
    said = mapping(each, where)
    labels, notes = texts(said.get("labels"), f"{where}.labels"), texts(said.get("annotations"), f"{where}.annotations")
    status = text(said.get("status"), f"{where}.status").lower()
    if status not in STATUS:
        raise Unreadable(f"{where}.status must be firing or resolved, and is {status or 'missing'}.")
    firing = status == "firing"
    until = moment(said.get("endsAt"), f"{where}.endsAt")
    return Alert(
        source.id, text(said.get("fingerprint"), f"{where}.fingerprint") or fingerprint(labels),
        labels.get("alertname") or "alert", firing, labels.get("severity") or source.grade,
        moment(said.get("startsAt"), f"{where}.startsAt") or now, None if firing else until or now,
        service=first(labels, SERVICE), type=labels.get("type", ""), summary=first(notes, SUMMARY),
        link=text(said.get("generatorURL"), f"{where}.generatorURL"), labels=labels,
    )  # fmt: skip


def fingerprint(labels: Mapping[str, str]) -> str:
    """The same labels are the same alert."""
    return hashlib.sha256("\0".join(f"{k}={labels[k]}" for k in sorted(labels)).encode()).hexdigest()[:16]


def first(found: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((found[name] for name in names if found.get(name)), "")
