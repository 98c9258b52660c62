"""How long people took, and whether that was what the team had promised itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.facts import Stage
from bot.domain.incident import Incident


@dataclass(frozen=True)
class Measure:
    """`took` is None while it has not happened; `met` is None when there is nothing to compare."""

    name: str
    took: timedelta | None
    target: timedelta | None

    @property
    def met(self) -> bool | None:
        return None if self.took is None or self.target is None else self.took <= self.target

    @property
    def missed_by(self) -> timedelta | None:
        """How much longer than the target it took; None when it was met or cannot be compared."""
        late = None if self.took is None or self.target is None else self.took - self.target
        return late if late and late > timedelta() else None


def time_to_acknowledge(incident: Incident) -> timedelta | None:
    """The first time; that an acknowledgement did not count later changes nothing of it."""
    return _since_declared(incident, incident.first_acknowledged_at)


def time_to_mitigate(incident: Incident) -> timedelta | None:
    """Until the harm was stopped: an incident resolved without a stop on the way was mitigated then."""
    return _since_declared(incident, incident.stages.get(Stage.MITIGATED, incident.stages.get(Stage.RESOLVED)))


def time_to_resolve(incident: Incident) -> timedelta | None:
    return _since_declared(incident, incident.stages.get(Stage.RESOLVED))


TIMES = {"acknowledge": time_to_acknowledge, "mitigate": time_to_mitigate, "resolve": time_to_resolve}


def measures(incident: Incident, targets: Mapping[str, timedelta | None]) -> tuple[Measure, ...]:
    """Acknowledge, mitigate, resolve, each against the target of that name, if there is one."""
    return tuple(Measure(name, time(incident), targets.get(name)) for name, time in TIMES.items())


def _since_declared(incident: Incident, at: datetime | None) -> timedelta | None:
    """Never negative: a message's own time may lie before the declaration."""
    return max(at - incident.declared_at, timedelta()) if at else None
