"""Prometheus, and what answers like it: https://prometheus.io/docs/prometheus/latest/querying/api/"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.adapters.probes.dig import dig, items, number, word
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.spot import Spot, Unseen
from bot.adapters.probes.web import MOST_DATA, get
from bot.domain.observation import Fault

#: Unix seconds, value
Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """One series of a result; `points` are in the order of time."""

    labels: Mapping[str, str]
    points: tuple[Point, ...]

    @property
    def name(self) -> str:
        return ", ".join(f"{label}={value}" for label, value in self.labels.items() if label != "__name__")

    @property
    def last(self) -> float:
        return self.points[-1][1]

    @property
    def highest(self) -> float:
        return max(value for _, value in self.points)

    def __str__(self) -> str:
        return f"{self.name}: {self.last:g}" if self.name else f"{self.last:g}"


async def asked(reach: Reach, spot: Spot, what: str, query: Sequence[tuple[str, str]]) -> list[Line]:
    """What the query (`query` or `query_range`) finds. Unseen when it is refused."""
    answer = await get(reach, spot, f"/api/v1/{what}", query=query, most=MOST_DATA)
    # a query that is wrong is a 400 or 422 with a sentence: https://prometheus.io/docs/prometheus/latest/querying/api/
    if answer.status not in (400, 422, 503):
        answer.wanted("Prometheus API")
    body = answer.json()
    if word(body, "status") != "success":
        said = word(body, "error", "no reason given")
        raise Unseen(Fault.UNEXPECTED, f"{answer.place} refuses the query: {said}")
    return lines(dig(body, "data"))


def lines(data: Any) -> list[Line]:
    """Those of a scalar, a vector or a matrix; what is no number is left out."""
    kind = word(data, "resultType")
    found: list[tuple[Any, Sequence[Any]]]
    if kind == "scalar":
        found = [({}, [dig(data, "result")])]
    elif kind == "vector":
        found = [(dig(each, "metric"), [dig(each, "value")]) for each in items(data, "result")]
    else:
        found = [(dig(each, "metric"), items(each, "values")) for each in items(data, "result")]
    made = [Line(labels if isinstance(labels, dict) else {}, _points(pairs)) for labels, pairs in found]
    return [line for line in made if line.points]


def _points(pairs: Sequence[Any]) -> tuple[Point, ...]:
    found = [(number(dig(pair, "0")), number(dig(pair, "1"))) for pair in pairs]
    return tuple((at, value) for at, value in found if at is not None and value is not None and value == value)
