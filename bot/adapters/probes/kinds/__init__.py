"""Every kind of probe: one file each, registered here."""

from __future__ import annotations

from collections.abc import Mapping

from bot.adapters.probes.kind import Kind
from bot.adapters.probes.kinds import (
    deploys,
    host,
    http,
    log,
    metrics,
    process,
    quota,
    redis,
    sqlite,
    tcp,
    tls,
    websocket,
)

ALL: tuple[Kind, ...] = (
    deploys.KIND,
    host.KIND,
    http.KIND,
    log.KIND,
    metrics.KIND,
    process.KIND,
    quota.KIND,
    redis.KIND,
    sqlite.KIND,
    tcp.KIND,
    tls.KIND,
    websocket.KIND,
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL}
