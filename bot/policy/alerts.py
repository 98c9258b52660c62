"""What monitoring calls the gravity of an alert, and what that means here and to PagerDuty (alerts.yml)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from bot.policy.model import Id, Part, Title

# https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ knows these four
PagerDuty = Literal["info", "warning", "error", "critical"]


class AlertSeverity(Part):
    """`severity` is the incident's."""

    id: Id
    title: Title
    severity: Id
    pagerduty: PagerDuty
    aliases: tuple[str, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """All that it answers to, in lower case."""
        return frozenset(word.strip().casefold() for word in (self.id, self.title, *self.aliases))


class Alerts(Part):
    """In rising order. `page_from` is the first that pages; None: the severity of the incident decides alone."""

    severities: tuple[AlertSeverity, ...] = Field(default=(), max_length=20)
    page_from: Id | None = None

    @model_validator(mode="after")
    def _each_word_means_one(self) -> Self:
        words = [word for alert in self.severities for word in alert.words]
        if twice := next((word for word in words if words.count(word) > 1), None):
            raise ValueError(f'"{twice}" means more than one alert severity')
        ids = [alert.id for alert in self.severities]
        if self.page_from and self.page_from not in ids:
            raise ValueError(f'page_from is "{self.page_from}"; right would be {", ".join(ids) or "to leave it out"}')
        return self

    def find(self, word: str) -> AlertSeverity | None:
        """By id, title or alias, in any case."""
        said = word.strip().casefold()
        return next((alert for alert in self.severities if said in alert.words), None)

    def gravest(self, *words: str) -> AlertSeverity | None:
        """The gravest of several alerts; words that mean nothing here do not count."""
        found = [alert for word in words if (alert := self.find(word))]
        return max(found, key=self.severities.index, default=None)

    def of(self, severity: str) -> AlertSeverity | None:
        """The alert severity that stands for an incident's; of several the gravest."""
        return next((alert for alert in reversed(self.severities) if alert.severity == severity), None)

    def pages(self, alert: AlertSeverity) -> bool:
        if self.page_from is None:
            return True
        ids = [each.id for each in self.severities]
        return ids.index(alert.id) >= ids.index(self.page_from)
