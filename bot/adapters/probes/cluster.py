"""What a Kubernetes cluster says of itself, in lines and numbers: https://kubernetes.io/docs/reference/kubernetes-api/"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from bot.adapters.probes.dig import dig, items, number, word

UNITS = {
    "": 1.0, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15,
    "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50,
}  # fmt: skip
#: why a container waits for no good reason
STUCK = re.compile(r"BackOff|Err|Invalid|CannotRun|ContainerCreat\w+Error")


@dataclass(frozen=True)
class Told:
    """`said` is one line for people."""

    said: str
    values: Mapping[str, float]
    lines: Sequence[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def nodes(found: Sequence[Any]) -> Told:
    """Ready, and not under pressure."""
    unwell = [(node, why) for node in found if (why := "; ".join(_ailments(node)))]
    lines = [f"{name(node)}: {why}" for node, why in unwell]
    said = f"{len(found) - len(unwell)} of {len(found)} nodes are ready"
    return Told(said, {"nodes": len(found), "not_ready": len(unwell)}, lines)


def _ailments(node: Any) -> Iterable[str]:
    states = {word(each, "type"): word(each, "status") for each in items(node, "status.conditions")}
    if states.get("Ready") != "True":
        yield "not ready"
    yield from (kind for kind, state in states.items() if kind != "Ready" and state == "True")


def pods(found: Sequence[Any]) -> Told:
    """Those that do not run as they should. One that did its work and ended well is none of them."""
    unwell = [(pod, why) for pod in found if (why := ailment(pod))]
    lines = [f"{place(pod)}: {why}, {restarts(pod):g} restarts" for pod, why in unwell]
    most = max((restarts(pod) for pod in found), default=0.0)
    values = {"pods": float(len(found)), "not_running": float(len(unwell)), "restarts": most}
    return Told(f"{len(found) - len(unwell)} of {len(found)} pods run", values, lines)


def ailment(pod: Any) -> str:
    """Why it does not run as it should; "" when it does."""
    phase = word(pod, "status.phase", "Unknown")
    if phase == "Succeeded":
        return ""
    containers = [*items(pod, "status.initContainerStatuses"), *items(pod, "status.containerStatuses")]
    reasons = [word(each, "state.waiting.reason") or word(each, "state.terminated.reason") for each in containers]
    stuck = next((reason for reason in reasons if STUCK.search(reason)), "")
    if stuck or phase != "Running":
        return stuck or word(pod, "status.reason") or next(filter(None, reasons), "") or phase
    ready = all(dig(each, "ready") is True for each in items(pod, "status.containerStatuses"))
    return "" if ready else "not ready"


def restarts(pod: Any) -> float:
    return sum(number(dig(each, "restartCount")) or 0.0 for each in items(pod, "status.containerStatuses"))


def events(found: Sequence[Any], last: int) -> Told:
    """The newest last."""
    ordered = sorted(found, key=when)
    lines = [f"{when(each)} {word(each, 'type')} {_about(each)}: {_message(each)}" for each in ordered[-last:]]
    warnings = sum(word(each, "type") == "Warning" for each in found)
    said = f"{warnings} warnings among {len(found)} events"
    return Told(said, {"events": len(found), "warnings": warnings}, lines)


def when(event: Any) -> str:
    for path in ("series.lastObservedTime", "lastTimestamp", "eventTime", "metadata.creationTimestamp"):
        if found := word(event, path):
            return found
    return ""


def young(event: Any, start: datetime | None) -> bool:
    """Whether it came to pass from `start` on. One that does not say when stays."""
    try:
        return start is None or datetime.fromisoformat(when(event)) >= start
    except (ValueError, TypeError):
        return True


def _about(event: Any) -> str:
    about = dig(event, "involvedObject")
    return f"{word(about, 'kind')} {word(about, 'namespace')}/{word(about, 'name')} {word(event, 'reason')}"


def _message(event: Any) -> str:
    return " ".join(word(event, "message").split())


def top(used: Sequence[Any], there: Sequence[Any]) -> Told:
    """What nodes or pods use, the busiest first; of nodes (`there`) also how much that is of what they have."""
    limits = {name(node): dig(node, "status.allocatable") for node in there}
    rows = sorted(((each, *usage(each)) for each in used), key=lambda row: -row[1])
    lines = [f"{place(each)}: {cores:.3g} cores, {memory / 2**20:.0f} MiB" for each, cores, memory in rows]
    values = {"cpu_cores": max((row[1] for row in rows), default=0.0)}
    values["memory_bytes"] = max((row[2] for row in rows), default=0.0)
    for value, column, key in (("cpu_percent", 1, "cpu"), ("memory_percent", 2, "memory")):
        parts = [100 * row[column] / limit for row in rows if (limit := quantity(word(limits.get(name(row[0])), key)))]
        if parts:
            values[value] = max(parts)
    return Told(f"the usage of {len(rows)} was read", values, lines)


def usage(each: Any) -> tuple[float, float]:
    """Cores and bytes, of a pod those of its containers together."""
    parts = items(each, "containers") or [each]
    cores = sum(quantity(word(part, "usage.cpu")) for part in parts)
    return cores, sum(quantity(word(part, "usage.memory")) for part in parts)


def services(found: Sequence[Any], slices: Sequence[Any]) -> Told:
    """Those that choose pods, and have none that is ready."""
    ready = {place_of(each) for each in slices if any(_ready(end) for end in items(each, "endpoints"))}
    bare = [place(each) for each in found if dig(each, "spec.selector") and place(each) not in ready]
    said = f"{len(found)} services, {len(bare)} without endpoints"
    lines = [f"{each}: no endpoint is ready" for each in bare]
    return Told(said, {"services": len(found), "without_endpoints": len(bare)}, lines)


def place_of(part: Any) -> str:
    labels = dig(part, "metadata.labels")
    service = labels.get("kubernetes.io/service-name", "") if isinstance(labels, dict) else ""
    return f"{word(part, 'metadata.namespace')}/{service}"


def _ready(end: Any) -> bool:
    """Unknown counts as ready: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ready"""
    return dig(end, "conditions.ready") is not False


def ingresses(found: Sequence[Any]) -> Told:
    """Those that no load balancer has given an address yet."""
    bare = [each for each in found if not items(each, "status.loadBalancer.ingress")]
    lines = [f"{place(each)}: {_hosts(each)}{', no address' if each in bare else ''}" for each in found]
    said = f"{len(found)} ingresses, {len(bare)} without an address"
    return Told(said, {"ingresses": len(found), "without_address": len(bare)}, lines)


def _hosts(ingress: Any) -> str:
    return ", ".join(word(rule, "host", "*") for rule in items(ingress, "spec.rules")) or "*"


def newest(lines: Sequence[str], most: int) -> list[str]:
    """
    The last of them, as many as fit in so many bytes.

    >>> newest(["one", "two", "three"], 10)
    ['two', 'three']
    """
    sizes = accumulate(len(line.encode()) + 1 for line in reversed(lines))
    return list(lines[len(lines) - sum(size <= most for size in sizes) :])


def name(each: Any) -> str:
    return word(each, "metadata.name")


def place(each: Any) -> str:
    """
    >>> place({"metadata": {"name": "web-1", "namespace": "shop"}}), place({"metadata": {"name": "node-1"}})
    ('shop/web-1', 'node-1')
    """
    namespace = word(each, "metadata.namespace")
    return f"{namespace}/{name(each)}" if namespace else name(each)


def quantity(text: str) -> float:
    """
    What Kubernetes writes: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/

    >>> quantity("250m"), quantity("64Mi"), quantity("2"), quantity("1e3"), quantity("")
    (0.25, 67108864.0, 2.0, 1000.0, 0.0)
    """
    found = re.fullmatch(r"([0-9.]+(?:[eE][+-]?\d+)?)([numkMGTP]|[KMGTP]i)?", text.strip())
    return (number(found[1]) or 0.0) * UNITS[found[2] or ""] if found else 0.0
