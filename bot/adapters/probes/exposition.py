"""The text that Prometheus reads, as numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as classic

from bot.adapters.probes.spot import Unseen
from bot.domain.observation import Fault

#: characters that are parsed of a page of which nothing is wanted by name
MOST_TEXT = 256 * 1024
#: regular expressions, which the labels of that name must fit as a whole
Where: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Sample:
    name: str
    labels: Mapping[str, str]
    value: float

    def fits(self, where: Where) -> bool:
        return all(re.fullmatch(pattern, self.labels.get(label, "")) for label, pattern in where.items())

    def __str__(self) -> str:
        labels = ",".join(f'{name}="{value}"' for name, value in self.labels.items())
        return f"{self.name}{{{labels}}} {self.value:g}" if labels else f"{self.name} {self.value:g}"


Scrape: TypeAlias = Mapping[str, Sequence[Sample]]


def parsed(text: str, open_metrics: bool = False, names: Collection[str] = ()) -> Scrape:
    """
    Samples by name. Unseen when the text is none of that kind.

    Only those whose names begin with one of `names` are parsed for certain: pages of some services have 10,000s of
    lines, of which a reading needs a few.
    """
    lines = _wanted(text, names) or _beginning(text)
    end = "# EOF\n" if open_metrics else ""
    found: dict[str, list[Sample]] = {}
    try:
        for family in (openmetrics if open_metrics else classic)("\n".join(lines) + f"\n{end}"):
            for each in family.samples:
                found.setdefault(each.name, []).append(Sample(each.name, each.labels, float(each.value)))
    except (ValueError, LookupError, TypeError, AttributeError):
        found = {}
    if not found:
        raise Unseen(Fault.UNEXPECTED, "the answer holds no metrics")
    return found


def _wanted(text: str, names: Collection[str]) -> list[str]:
    starts = tuple(names)
    return [line for line in text.splitlines() if line.startswith(starts)] if starts else []


def _beginning(text: str) -> list[str]:
    """Whole lines, without the one that ends OpenMetrics."""
    lines = text[:MOST_TEXT].splitlines()
    whole = lines if len(text) <= MOST_TEXT else lines[:-1]
    return [line for line in whole if line.strip() != "# EOF"]


def chosen(scrape: Scrape, name: str, where: Where) -> list[Sample]:
    return [sample for sample in scrape.get(name, ()) if sample.fits(where)]


def total(scrape: Scrape, name: str, where: Where) -> float:
    return sum(sample.value for sample in chosen(scrape, name, where))


def grown(before: Scrape, after: Scrape, name: str, where: Where) -> float:
    """
    By how much counters rose. One that fell began anew at 0, as it does with its process:
    https://prometheus.io/docs/prometheus/latest/querying/functions/#increase
    """
    known = {_key(sample): sample.value for sample in chosen(before, name, where)}
    return sum(risen(known.get(_key(sample), 0.0), sample.value) for sample in chosen(after, name, where))


def risen(before: float, after: float) -> float:
    """
    >>> risen(5, 8), risen(5, 2)
    (3, 2)
    """
    return after - before if after >= before else after


def _key(sample: Sample) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(sample.labels.items()))


def buckets(before: Scrape | None, after: Scrape, name: str, where: Where) -> list[tuple[float, float]]:
    """The cumulative counts of a histogram by upper bound, rising; what came between the two if there is a `before`."""
    bounds = {sample.labels["le"] for sample in chosen(after, f"{name}_bucket", where) if "le" in sample.labels}
    counts = []
    for bound in bounds:
        mine = {**where, "le": re.escape(bound)}
        of = f"{name}_bucket"
        counts.append((float(bound), grown(before, after, of, mine) if before else total(after, of, mine)))
    return sorted(counts)


def quantile(part: float, counts: Sequence[tuple[float, float]]) -> float | None:
    """
    The value that `part` of all observations lie under, evenly spread within a bucket; None when there are none.
    https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile

    >>> quantile(0.5, [(1.0, 10.0), (2.0, 20.0), (float("inf"), 20.0)]), quantile(0.9, [(1.0, 0.0), (2.0, 4.0)])
    (1.0, 1.9)
    """
    if not counts or not counts[-1][1]:
        return None
    rank, lower, below = part * counts[-1][1], 0.0, 0.0
    for upper, count in counts:
        if count >= rank and count > below:
            return lower if upper == float("inf") else lower + (upper - lower) * (rank - below) / (count - below)
        lower, below = upper, count
    return lower
