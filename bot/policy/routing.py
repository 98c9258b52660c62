"""What becomes of an alert that comes from outside (routing.yml)."""

from __future__ import annotations

import fnmatch
from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.domain.alert import Alert
from bot.policy.model import Channel, Id, Part, Span, Title

#: open an incident, join one that is open (or open one), post it with a Declare button, or only keep it
Do = Literal["open", "join", "offer", "record"]
#: the source of alerts that Muster's own detector raises: rules may name it, nobody else sends as it
DETECTOR = "detector"
Form = Literal["alertmanager", "pagerduty", "grafana", "statuspage", "form"]


class Fields(Part):
    """
    Where a form keeps what Muster wants to know: paths with dots into the JSON. `each` leads to a list of alerts, if
    there are several in one delivery. An alert is over when the value at `status` is one of `over`.
    """

    each: str = ""
    name: str = "name"
    fingerprint: str = "id"
    grade: str = "severity"
    service: str = "service"
    type: str = "type"
    summary: str = "summary"
    link: str = "link"
    since: str = "at"
    status: str = "status"
    over: tuple[str, ...] = ("resolved", "ok", "closed", "up")


class AlertSource(Part):
    """Who may send alerts to /webhooks/alerts/<id>, and in which form."""

    id: Id
    title: Title
    form: Form
    fields: Fields = Fields()
    grade: str = ""


class When(Part):
    """
    All that is said must hold. Patterns have * and ?, whatever the case; `labels` are patterns by label. `grades` are
    words of alerts.yml.
    """

    source: tuple[Id, ...] = ()
    type: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    grades: tuple[Id, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)

    def fits(self, alert: Alert, grade: str) -> bool:
        """`grade` is the alert's in the words of alerts.yml, "" where they have none."""
        return (
            (not self.source or alert.source in self.source)
            and (not self.grades or grade in self.grades)
            and _one(self.type, alert.type)
            and _one(self.name, alert.name)
            and _one(self.service, alert.service)
            and all(_one((wanted,), alert.labels.get(label, "")) for label, wanted in self.labels.items())
        )


def _one(patterns: tuple[str, ...], said: str) -> bool:
    return not patterns or any(fnmatch.fnmatchcase(said.casefold(), p.casefold()) for p in patterns)


class Route(Part):
    """
    A rule: `do` it with alerts `when` they fit. Those with the same values of `by` (name, service, source, type, or a
    label) belong together. `severity` stands in for what alerts.yml makes of the grade; `page` says whether an incident
    opened by it pages, None: as alerts.yml says.
    """

    id: Id
    title: Title | None = None
    when: When = When()
    do: Do
    by: tuple[str, ...] = ()
    severity: Id | None = None
    page: bool | None = None


class Routing(Part):
    """
    The first rule that fits counts; without one an alert is only kept. An alert joins an incident of its group that is
    open; with `together` also any that alerts opened so long ago or less. Alerts outside incidents are told of in
    `channel` (None: where incidents are announced), at most once in `settle`.
    """

    sources: tuple[AlertSource, ...] = Field(default=(), max_length=50)
    rules: tuple[Route, ...] = Field(default=(), max_length=200)
    together: Span = timedelta(minutes=10)
    settle: Span = timedelta(seconds=15)
    channel: Channel | None = None
    keep: Span = timedelta(days=30)

    @model_validator(mode="after")
    def _ids_are_names(self) -> Self:
        for what, things in (("source", self.sources), ("rule", self.rules)):
            ids = [thing.id for thing in things]
            if twice := next((id for id in ids if ids.count(id) > 1), None):
                raise ValueError(f'two of them are the {what} "{twice}"; each needs an id of its own')
        return self

    def source(self, id: str) -> AlertSource | None:
        return next((source for source in self.sources if source.id == id), None)

    def route(self, alert: Alert, grade: str) -> Route | None:
        return next((rule for rule in self.rules if rule.when.fits(alert, grade)), None)


def group(alert: Alert, by: tuple[str, ...]) -> str:
    """
    What tells the group of an alert from others: the values of `by`, else its name and service.

    >>> from datetime import UTC, datetime
    >>> group(Alert("am", "f1", "HighLatency", True, "high", datetime(2026, 1, 1, tzinfo=UTC), service="api"), ())
    'HighLatency|api'
    """
    own = {"name": alert.name, "service": alert.service, "source": alert.source, "type": alert.type}
    return "|".join(own[each] if each in own else alert.labels.get(each, "") for each in by or ("name", "service"))
