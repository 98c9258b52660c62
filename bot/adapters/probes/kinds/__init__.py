"""Every kind of probe: one file each, registered here."""

from __future__ import annotations

from collections.abc import Mapping

from bot.adapters.probes.kind import Kind
from bot.adapters.probes.kinds import (
    command,
    deploys,
    git,
    host,
    http,
    journal,
    log,
    metrics,
    ports,
    process,
    quota,
    redis,
    sqlite,
    tcp,
    tls,
    unit,
    websocket,
)

ALL: tuple[Kind, ...] = (
    command.KIND,
    deploys.KIND,
    git.KIND,
    host.KIND,
    http.KIND,
    journal.KIND,
    log.KIND,
    metrics.KIND,
    ports.KIND,
    process.KIND,
    quota.KIND,
    redis.KIND,
    sqlite.KIND,
    tcp.KIND,
    tls.KIND,
    unit.KIND,
    websocket.KIND,
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL}
