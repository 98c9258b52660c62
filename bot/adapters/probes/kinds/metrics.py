"""
`metrics`: numbers of a service that speaks as Prometheus listens. The address is that of the metrics page itself.

Options: `metrics`, values by name; without it every metric there is becomes one, as `gauge`. `path` after the target's
address; `seconds` between the two readings that rates and ratios need. Each of `metrics` has `metric`, its name;
`where`, labels and what they must be, as regular expressions; `how` it becomes a value:

- `gauge`: the highest of the samples
- `sum`: all of them together
- `rate`: by how much they rise per second
- `ratio`: how many percent of the rise of `of` (`of_where`) theirs is
- `quantile`: of a histogram, the value that `part` of all observations lie under (0.95 is p95)

`since_start`: true takes ratios and quantiles over the whole life of the process, which one reading tells.

Values: those of `metrics`; a ratio or quantile of nothing is left out. Text: the samples they come from.
"""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import Literal

from pydantic import Field, field_validator

from bot.adapters.probes import exposition
from bot.adapters.probes.exposition import Scrape
from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.web import MOST_DATA, get
from bot.domain.observation import Fault, Reading
from bot.engine.clock import elapsed

PLAIN = {"Accept": "text/plain; version=0.0.4"}
PAIRED = frozenset({"rate", "ratio", "quantile"})


class Metric(Options):
    metric: str
    where: dict[str, str] = Field(default_factory=dict)
    how: Literal["gauge", "sum", "rate", "ratio", "quantile"] = "gauge"
    of: str = ""
    of_where: dict[str, str] = Field(default_factory=dict)
    part: float = Field(default=0.95, gt=0, lt=1)
    since_start: bool = False

    @field_validator("where", "of_where")
    @classmethod
    def _compile(cls, where: dict[str, str]) -> dict[str, str]:
        for pattern in where.values():
            try:
                re.compile(pattern)
            except re.error as wrong:
                raise ValueError(f"{pattern} is no regular expression ({wrong})") from None
        return where

    @property
    def paired(self) -> bool:
        return self.how == "rate" or (self.how in PAIRED and not self.since_start)

    @property
    def named(self) -> str:
        """What has to be there for the value to mean something; counters of errors come with the first error."""
        return {"quantile": f"{self.metric}_bucket", "ratio": self.of or self.metric}.get(self.how, self.metric)


class MetricsOptions(Options):
    metrics: dict[str, Metric] = Field(default_factory=dict, max_length=50)
    path: str = ""
    seconds: float = Field(default=2.0, ge=0.1, le=30)


async def read(spot: Spot, options: MetricsOptions, reach: Reach) -> Reading:
    before, apart = None, 0.0
    if any(metric.paired for metric in options.metrics.values()):
        before, began = await scraped(spot, options, reach), elapsed()
        await asyncio.sleep(options.seconds)
        apart = elapsed() - began
    after = await scraped(spot, options, reach)
    if not options.metrics:
        return everything(after)
    missing = sorted({each.named for each in options.metrics.values() if each.named not in after})
    found = {name: valued(metric, before, after, apart) for name, metric in options.metrics.items()}
    values = {name: value for name, value in found.items() if value is not None}
    fault = Fault.MISSING if missing else Fault.NONE
    said = f"there is no metric {', '.join(missing)}" if missing else f"{len(values)} values were read"
    return Reading(fault, said, values, shown(options, after))


def everything(scrape: Scrape) -> Reading:
    values = {name: max(each.value for each in samples) for name, samples in scrape.items()}
    text = "\n".join(str(each) for samples in scrape.values() for each in samples)
    return Reading(Fault.NONE, f"{len(values)} metrics were read", values, text)


async def scraped(spot: Spot, options: MetricsOptions, reach: Reach) -> Scrape:
    answer = (await get(reach, spot, options.path, headers=PLAIN, most=MOST_DATA)).wanted(options.path)
    if answer.cut:
        raise Unseen(Fault.UNEXPECTED, f"{answer.place} answers with more than Muster reads")
    names = {name for each in options.metrics.values() for name in (each.metric, each.of) if name}
    open_metrics = "openmetrics" in answer.headers.get("Content-Type", "")
    return await reach.aside(partial(exposition.parsed, answer.text, open_metrics, names))


def valued(metric: Metric, before: Scrape | None, after: Scrape, apart: float) -> float | None:
    """`apart`: the seconds between the two."""
    since = None if metric.since_start else before
    if metric.how == "quantile":
        return exposition.quantile(metric.part, exposition.buckets(since, after, metric.metric, metric.where))
    if metric.how == "ratio":
        whole = _risen(since, after, metric.of or metric.metric, metric.of_where)
        return 100 * _risen(since, after, metric.metric, metric.where) / whole if whole else None
    if metric.how == "rate":
        return _risen(before, after, metric.metric, metric.where) / apart if apart else None
    samples = [sample.value for sample in exposition.chosen(after, metric.metric, metric.where)]
    if metric.how == "sum":
        return sum(samples) if metric.metric in after else None
    return max(samples, default=None)


def _risen(before: Scrape | None, after: Scrape, name: str, where: dict[str, str]) -> float:
    if before is None:
        return exposition.total(after, name, where)
    return exposition.grown(before, after, name, where)


def shown(options: MetricsOptions, after: Scrape) -> str:
    lines = [
        str(sample)
        for metric in options.metrics.values()
        for name in (metric.metric, f"{metric.metric}_bucket")
        for sample in exposition.chosen(after, name, metric.where)
    ]
    return "\n".join(dict.fromkeys(lines))


def values(options: MetricsOptions) -> tuple[str, ...]:
    return tuple(options.metrics)


KIND = Kind("metrics", MetricsOptions, read, values=values)
