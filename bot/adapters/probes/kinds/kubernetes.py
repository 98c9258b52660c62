"""
`kubernetes`: what a cluster says of itself. The address is that of its API; the target's headers bring the token
(`Authorization: Bearer …`), or `token_file` is where it is written.

Options: `what` is asked for; `namespace`, all of them if none is named; `selector`, labels such as `app=web`; `name`,
of one thing alone, for logs that of a deployment; `lines`, how many at most (of logs for each pod); `since`, how far
back logs and events go and what counts as recent; `contains`, a word that lines of logs must have, in any case;
`container`, whose log; `ca`, a file with the certificate that vouches for the cluster; `token_file`.

Values, by `what`:

- `nodes`: `nodes`, `not_ready` (or under pressure)
- `pods`: `pods`, `not_running`, `restarts` (of the pod with the most)
- `events`: `events`, `warnings`
- `rollouts`: `deployments`, `not_ready`, `minutes_since` the newest revision, and how many are `recent`
- `top_nodes`, `top_pods`: `cpu_cores`, `memory_bytes` of the busiest, of nodes also `cpu_percent`, `memory_percent`
- `services`: `services`, `without_endpoints`
- `ingresses`: `ingresses`, `without_address`
- `logs`: `lines`, `pods`

Text: what is not as it should be, the events, the revisions, or the log.
"""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias
from urllib.parse import quote

from pydantic import Field, model_validator

from bot.adapters.probes import cluster
from bot.adapters.probes.cluster import Told
from bot.adapters.probes.dig import dig, items, word
from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.rollouts import rolled
from bot.adapters.probes.web import MOST_DATA, get
from bot.domain.observation import Fault, Reading
from bot.policy.model import Span

#: one page: https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
MOST_THINGS, MOST_PODS = 500, 5
MOST_LOG = 64 * 1024
#: names of Kubernetes, which become part of a path: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
NAME = r"^[a-z0-9.\-]{0,253}$"


class KubernetesOptions(Options):
    what: Literal["nodes", "pods", "events", "rollouts", "top_nodes", "top_pods", "services", "ingresses", "logs"]
    namespace: str = Field(default="", pattern=NAME)
    selector: str = Field(default="", max_length=500)
    name: str = Field(default="", pattern=NAME)
    lines: int = Field(default=100, ge=1, le=1000)
    since: Span | None = None
    contains: str = Field(default="", max_length=100)
    container: str = Field(default="", pattern=NAME)
    ca: str = ""
    token_file: str = ""

    @model_validator(mode="after")
    def _logs_are_somebodys(self) -> Self:
        if self.what == "logs" and not (self.selector or self.name):
            raise ValueError("logs need the name of a deployment, or a selector")
        return self


@dataclass(frozen=True)
class Asking:
    """The API, for one reading."""

    spot: Spot
    options: KubernetesOptions
    reach: Reach
    trust: ssl.SSLContext | None = None

    async def list(self, group: str, things: str) -> Sequence[Any]:
        """Those that the options mean by name and selector. `group` is api/v1 or apis/…"""
        options = self.options
        query = [("labelSelector", options.selector)] if options.selector else []
        if options.name:
            query.append(("fieldSelector", f"metadata.name={options.name}"))
        found = await self.all(group, things, query)
        if query and not found:
            raise Unseen(Fault.MISSING, f"the cluster has no {things} {options.name or options.selector}")
        return found

    async def all(self, group: str, things: str, query: Sequence[tuple[str, str]] = ()) -> Sequence[Any]:
        namespace = f"namespaces/{self.options.namespace}/" if self.options.namespace and things != "nodes" else ""
        asked = [("limit", str(MOST_THINGS)), *query]
        path = f"/{group}/{namespace}{things}"
        answer = await get(self.reach, self.spot, path, query=asked, most=MOST_DATA, trust=self.trust)
        return items(answer.wanted(f"{things} in its API").json(), "items")

    async def log(self, pod: Any) -> str:
        options = self.options
        query = [("tailLines", str(options.lines))]
        if options.since:
            query.append(("sinceSeconds", f"{max(1, options.since.total_seconds()):.0f}"))
        if options.container:
            query.append(("container", options.container))
        path = f"/api/v1/namespaces/{quote(word(pod, 'metadata.namespace'))}/pods/{quote(cluster.name(pod))}/log"
        answer = await get(self.reach, self.spot, path, query=query, most=MOST_DATA, trust=self.trust)
        return answer.wanted("log of this pod").text


async def nodes(asking: Asking) -> Told:
    return cluster.nodes(await asking.list(CORE, "nodes"))


async def pods(asking: Asking) -> Told:
    return cluster.pods(await asking.list(CORE, "pods"))


async def events(asking: Asking) -> Told:
    """The name is that of what they are about; labels they have none."""
    named, since = asking.options.name, asking.options.since
    start = asking.reach.now() - since if since else None
    found = [each for each in await asking.all(CORE, "events") if cluster.young(each, start)]
    mine = [each for each in found if not named or word(each, "involvedObject.name") == named]
    return cluster.events(mine, asking.options.lines)


async def rollouts(asking: Asking) -> Told:
    deployments = await asking.list(APPS, "deployments")
    sets = await asking.all(APPS, "replicasets")
    return rolled(deployments, sets, asking.reach.now(), asking.options.since, asking.options.lines)


async def top_nodes(asking: Asking) -> Told:
    return cluster.top(await asking.list(USAGE, "nodes"), await asking.list(CORE, "nodes"))


async def top_pods(asking: Asking) -> Told:
    return cluster.top(await asking.list(USAGE, "pods"), ())


async def services(asking: Asking) -> Told:
    found = await asking.list(CORE, "services")
    return cluster.services(found, await asking.all("apis/discovery.k8s.io/v1", "endpointslices"))


async def ingresses(asking: Asking) -> Told:
    return cluster.ingresses(await asking.list("apis/networking.k8s.io/v1", "ingresses"))


async def logs(asking: Asking) -> Told:
    """Of the pods that the selector means, or the deployment of that name has."""
    selector, options = asking.options.selector, asking.options
    if options.name:
        deployment = (await asking.list(APPS, "deployments"))[0]
        labels = dig(deployment, "spec.selector.matchLabels")
        selector = ",".join(f"{label}={value}" for label, value in (labels if isinstance(labels, dict) else {}).items())
    found = await asking.all(CORE, "pods", [("labelSelector", selector)]) if selector else ()
    if not found:
        raise Unseen(Fault.MISSING, f"no pod runs for {options.name or selector}")
    lines: list[str] = []
    for pod in found[:MOST_PODS]:
        said = (await asking.log(pod)).splitlines()
        mine = [f"{cluster.name(pod)}: {line}" for line in said if options.contains.casefold() in line.casefold()]
        lines += cluster.newest(mine, MOST_LOG // len(found[:MOST_PODS]))
    told = f"{len(lines)} lines of {len(found[:MOST_PODS])} pods"
    return Told(told, {"lines": float(len(lines)), "pods": float(len(found))}, lines)


CORE, APPS, USAGE = "api/v1", "apis/apps/v1", "apis/metrics.k8s.io/v1beta1"
Ask: TypeAlias = Callable[[Asking], Awaitable[Told]]
WHATS: Mapping[str, Ask] = {
    "nodes": nodes, "pods": pods, "events": events, "rollouts": rollouts, "top_nodes": top_nodes, "top_pods": top_pods,
    "services": services, "ingresses": ingresses, "logs": logs,
}  # fmt: skip
VALUES = {
    "nodes": ("nodes", "not_ready"),
    "pods": ("pods", "not_running", "restarts"),
    "events": ("events", "warnings"),
    "rollouts": ("deployments", "not_ready", "minutes_since", "recent"),
    "top_nodes": ("cpu_cores", "memory_bytes", "cpu_percent", "memory_percent"),
    "top_pods": ("cpu_cores", "memory_bytes"),
    "services": ("services", "without_endpoints"),
    "ingresses": ("ingresses", "without_address"),
    "logs": ("lines", "pods"),
}


async def read(spot: Spot, options: KubernetesOptions, reach: Reach) -> Reading:
    trust = await reach.aside(partial(vouching, options.ca)) if options.ca else None
    if options.token_file:
        token = await reach.aside(partial(written, options.token_file))
        spot = replace(spot, headers={**spot.headers, "Authorization": f"Bearer {token}"})
    told = await WHATS[options.what](Asking(spot, options, reach, trust))
    return Reading(Fault.NONE, told.said, told.values, told.text)


def vouching(file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=file)
    except OSError:
        raise Unseen(Fault.BROKEN, f"{file} holds no certificate that Muster can read") from None


def written(file: str) -> str:
    """A token, which the cluster may write anew at any time."""
    try:
        with Path(file).open(encoding="ascii") as opened:
            return opened.readline(8192).strip()
    except (OSError, ValueError):
        raise Unseen(Fault.BROKEN, f"{file} holds no token that Muster can read") from None


def values(options: KubernetesOptions) -> tuple[str, ...]:
    return VALUES[options.what]


KIND = Kind("kubernetes", KubernetesOptions, read, values=values)
