"""Eyes on the systems: probes, one file per kind."""

from __future__ import annotations

from bot.adapters.probes.prober import Prober as Prober
from bot.adapters.probes.wrong import problems as problems
from bot.adapters.probes.wrong import wrong as wrong
