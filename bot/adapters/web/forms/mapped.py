"""Any JSON: the policy's routing says where in it stands what Muster wants to know."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.adapters.web.forms.reading import Unreadable, kind, listed, moment, needed, text, texts
from bot.domain.alert import Alert
from bot.policy.routing import AlertSource


def read(body: Any, source: AlertSource, now: datetime) -> list[Alert]:
    each = source.fields.each
    if not each:
        return [one(body, "", source, now)]
    return [one(found, f"{each}.{n}", source, now) for n, found in enumerate(listed(at(body, each), each))]


def one(body: Any, where: str, source: AlertSource, now: datetime) -> Alert:
    if not isinstance(body, Mapping):
        raise Unreadable(f"{where or 'The body'} must be an object, and is {kind(body)}.")
    fields = source.fields

    def said(path: str) -> str:
        return text(at(body, path), place(where, path))

    name, service = needed(at(body, fields.name), place(where, fields.name)), said(fields.service)
    labels = texts(body.get("labels"), place(where, "labels")) if isinstance(body.get("labels"), Mapping) else {}
    firing = said(fields.status).strip().casefold() not in {word.casefold() for word in fields.over}
    return Alert(
        source.id, said(fields.fingerprint) or fingerprint(name, service, labels), name, firing,
        said(fields.grade) or source.grade, moment(at(body, fields.since), place(where, fields.since)) or now,
        None if firing else now, service=service, type=said(fields.type), summary=said(fields.summary),
        link=said(fields.link), labels=labels,
    )  # fmt: skip


def at(body: Any, path: str) -> Any:
    """
    What stands at a path with dots; numbers count in lists. None where nothing does.

    >>> at({"check": {"tags": ["api"]}}, "check.tags.0"), at({}, "check.name")
    ('api', None)
    """
    for step in path.split("."):
        if isinstance(body, Mapping):
            body = body.get(step)
        elif isinstance(body, list) and step.isdecimal() and int(step) < len(body):
            body = body[int(step)]
        else:
            return None
    return body


def place(where: str, path: str) -> str:
    return f"{where}.{path}" if where else path


def fingerprint(name: str, service: str, labels: Mapping[str, str]) -> str:
    """The same name, service and labels are the same alert."""
    words = (name, service, *(f"{label}={labels[label]}" for label in sorted(labels)))
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]
