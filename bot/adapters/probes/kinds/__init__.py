"""Every kind of probe: one file each, registered here."""

from __future__ import annotations

from collections.abc import Mapping

from bot.adapters.probes.kind import Kind

ALL: tuple[Kind, ...] = ()
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL}
