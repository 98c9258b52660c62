"""Every kind of probe: one file each, registered here."""

from __future__ import annotations

from collections.abc import Mapping

from bot.adapters.probes.kind import Kind
from bot.adapters.probes.kinds import (
    alertmanager,
    balancer,
    command,
    deploys,
    dns,
    git,
    host,
    http,
    journal,
    kubernetes,
    log,
    metrics,
    ports,
    postgresql,
    process,
    promql,
    promql_range,
    queue,
    quota,
    redis,
    sqlite,
    statuspage,
    tcp,
    tls,
    unit,
    websocket,
)

ALL: tuple[Kind, ...] = (
    alertmanager.KIND,
    balancer.KIND,
    command.KIND,
    deploys.KIND,
    dns.KIND,
    git.KIND,
    host.KIND,
    http.KIND,
    journal.KIND,
    kubernetes.KIND,
    log.KIND,
    metrics.KIND,
    ports.KIND,
    postgresql.KIND,
    process.KIND,
    promql.KIND,
    promql_range.KIND,
    queue.KIND,
    quota.KIND,
    redis.KIND,
    sqlite.KIND,
    statuspage.KIND,
    tcp.KIND,
    tls.KIND,
    unit.KIND,
    websocket.KIND,
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL}
