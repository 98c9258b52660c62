"""
`promql_range`: how the answer to a question went, from Prometheus (the target's address).

Options: `query` in PromQL; `value`, what its result is called; `last`, how far back; `step` between two points.

Values: `value` (or as it is called), the highest of the newest points, `value_max`, the highest of all, and `series`,
how many there are; of an empty result only the latter, 0. Series: up to ten, by their labels.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from bot.adapters.probes import prometheus
from bot.adapters.probes.kind import Kind, Options, Spot
from bot.adapters.probes.kinds.promql import NAME
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from bot.policy.model import Span

MOST_SERIES, MOST_POINTS = 10, 2000


class PromqlRangeOptions(Options):
    query: str = Field(min_length=1, max_length=5000)
    value: str = Field(default="value", pattern=NAME)
    last: Span = timedelta(minutes=30)
    step: Span = timedelta(seconds=30)

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        if not self.step or self.last / self.step > MOST_POINTS:
            raise ValueError(f"from last to now are more than {MOST_POINTS} steps; right is a longer step")
        return self


async def read(spot: Spot, options: PromqlRangeOptions, reach: Reach) -> Reading:
    end = reach.now().timestamp()
    asked = [
        ("query", options.query),
        ("start", f"{end - options.last.total_seconds():.3f}"),
        ("end", f"{end:.3f}"),
        ("step", f"{options.step.total_seconds():g}"),
    ]
    lines = await prometheus.asked(reach, spot, "query_range", asked)
    values = {"series": float(len(lines))}
    if lines:
        values[options.value] = max(line.last for line in lines)
        values[f"{options.value}_max"] = max(line.highest for line in lines)
    name = options.value.replace("_", " ")
    said = f"{name} is {values[options.value]:g}, at most {values[f'{options.value}_max']:g}" if lines else "no points"
    highest = sorted(lines, key=lambda line: -line.highest)[:MOST_SERIES]
    series = {line.name or name: line.points for line in highest}
    return Reading(Fault.NONE, said, values, "\n".join(map(str, lines)), series)


def values(options: PromqlRangeOptions) -> tuple[str, ...]:
    return ("series", options.value, f"{options.value}_max")


KIND = Kind("promql_range", PromqlRangeOptions, read, values=values)
