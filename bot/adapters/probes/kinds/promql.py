"""
`promql`: a question to Prometheus (the target's address) about now.

Options: `query` in PromQL; `value`, what its result is called; `by`, a label each of whose values becomes a value of
its own (`value_orders`).

Values: `value` (or as it is called), the highest of the result, and `series`, how many there are in it; of an empty
result only the latter, 0. Text: the series and their values.
"""

from __future__ import annotations

from pydantic import Field

from bot.adapters.probes import prometheus
from bot.adapters.probes.kind import Kind, Options, Spot
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading

NAME = r"^[a-z][a-z0-9_]{0,59}$"


class PromqlOptions(Options):
    query: str = Field(min_length=1, max_length=5000)
    value: str = Field(default="value", pattern=NAME)
    by: str = ""


async def read(spot: Spot, options: PromqlOptions, reach: Reach) -> Reading:
    lines = await prometheus.asked(reach, spot, "query", [("query", options.query)])
    values = {"series": float(len(lines))}
    if lines:
        values[options.value] = max(line.last for line in lines)
    if options.by:
        values |= {
            f"{options.value}_{line.labels[options.by]}": line.last for line in lines if options.by in line.labels
        }
    said = f"{options.value.replace('_', ' ')} is {values[options.value]:g}" if lines else "nothing fits the query"
    return Reading(Fault.NONE, said, values, "\n".join(map(str, lines)))


def values(options: PromqlOptions) -> tuple[str, ...]:
    return () if options.by else ("series", options.value)


KIND = Kind("promql", PromqlOptions, read, values=values)
