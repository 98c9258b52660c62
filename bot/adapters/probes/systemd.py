"""What probes of systemd share."""

from __future__ import annotations

import re

from bot.adapters.probes.child import Ended
from bot.adapters.probes.spot import Spot, Unseen
from bot.domain.observation import Fault

#: https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#Description; none begins with a dash here
UNIT = r"^(?:[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254})?$"
ABSENT = ("not been booted with systemd", "failed to connect to bus", "no journal files were found")
SHUT = ("insufficient permissions", "access denied", "permission denied", "not permitted")


def unit_of(spot: Spot, option: str) -> str:
    """The unit that the policy names. Unseen if that is none."""
    unit = option or spot.address
    if not unit or not re.fullmatch(UNIT, unit):
        raise Unseen(Fault.BROKEN, "this probe names no unit; right would be nginx.service")
    return unit


def no_systemd(program: str, ended: Ended) -> Unseen:
    """Why the program did not do what it was asked for."""
    said = " ".join(ended.output.split())[:200]
    if any(word in said.lower() for word in ABSENT):
        return Unseen(
            Fault.BROKEN, "systemd does not run on this machine, so its units and journal cannot be looked at"
        )
    if any(word in said.lower() for word in SHUT):
        return Unseen(Fault.DENIED, f"{program} may not be used by Muster: {said}")
    return Unseen(Fault.BROKEN, f"{program} fails with status {ended.status}: {said or 'it says nothing'}")
