"""Observations as JSON and back, and what changed between two rounds of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.observation import Fault, Look, Observation, Reading, Symptom


def to_json(observation: Observation) -> dict[str, Any]:
    """JSON values only."""
    reading = observation.reading
    series = {name: [list(point) for point in points] for name, points in reading.series.items()}
    return {
        **vars(observation),
        "look": observation.look.value,
        "reading": {**vars(reading), "fault": reading.fault.value, "values": dict(reading.values), "series": series},
        "symptoms": [dict(vars(symptom)) for symptom in observation.symptoms],
        "at": observation.at.isoformat(),
    }


def from_json(stored: Mapping[str, Any]) -> Observation:
    """The inverse of `to_json`."""
    read = stored["reading"]
    series = {name: tuple((x, y) for x, y in points) for name, points in read["series"].items()}
    reading = Reading(**{**read, "fault": Fault(read["fault"]), "series": series})
    symptoms = tuple(Symptom(**symptom) for symptom in stored["symptoms"])
    at, look = datetime.fromisoformat(stored["at"]), Look(stored["look"])
    return Observation(**{**stored, "reading": reading, "symptoms": symptoms, "at": at, "look": look})


def brief(observation: Observation) -> Observation:
    """Without what was read at length: its verdict, its figures and one line."""
    return replace(observation, reading=replace(observation.reading, text="", series={}))


@dataclass(frozen=True)
class Change:
    """
    Between two rounds. Of a symptom whose probe could not look the second time nobody knows: it is `unseen`.
    """

    came: tuple[Symptom, ...]
    went: tuple[Symptom, ...]
    stayed: tuple[Symptom, ...]
    unseen: tuple[Symptom, ...]

    @property
    def none(self) -> bool:
        return not (self.came or self.went)


def change(before: Iterable[Observation], after: Iterable[Observation]) -> Change:
    """A symptom is the same when its probe finds the same type again, whatever the words."""
    now = list(after)
    told = {each.probe for each in now if each.look in (Look.WELL, Look.WRONG)}
    was = {_same(symptom): symptom for each in before for symptom in each.symptoms}
    there = {_same(symptom): symptom for each in now for symptom in each.symptoms}
    return Change(
        came=tuple(symptom for key, symptom in there.items() if key not in was),
        went=tuple(symptom for key, symptom in was.items() if key not in there and symptom.probe in told),
        stayed=tuple(symptom for key, symptom in there.items() if key in was),
        unseen=tuple(symptom for key, symptom in was.items() if key not in there and symptom.probe not in told),
    )


def after(before: Iterable[Observation], round: Iterable[Observation]) -> list[Observation]:
    """What is known after the round: of a probe that could not look, what it found before."""
    known = {each.probe: each for each in before}
    for each in round:
        if each.look in (Look.WELL, Look.WRONG) or each.probe not in known:
            known[each.probe] = each
    return list(known.values())


def _same(symptom: Symptom) -> tuple[str, str, str]:
    return symptom.probe, symptom.service, symptom.type
