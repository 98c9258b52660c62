"""The machine that the test runs on."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from bot.adapters.probes.kinds import host
from bot.domain.observation import Fault
from tests.adapters.probes.looks import look


async def test_what_it_uses(tmp_path: Path) -> None:
    found = await look("host", disks=["/", str(tmp_path)])
    assert found.fault is Fault.NONE
    shares = [name for name in found.values if name.endswith("_percent") and name != "load_percent"]
    assert {"cpu_percent", "memory_percent", "swap_percent", "disk_percent", "inodes_percent"} <= {*shares}
    assert all(0 <= found.values[name] <= 100 for name in shares)
    assert found.values["memory_percent"] > 0
    assert found.values["disk_percent"] == max(found.values["disk_percent /"], found.values[f"disk_percent {tmp_path}"])
    assert found.values["cores"] == os.cpu_count()
    assert found.values["load_percent"] == pytest.approx(100 * found.values["load_5"] / found.values["cores"])
    assert found.values["seconds_up"] > 0


async def test_a_disk_that_is_not_there(tmp_path: Path) -> None:
    found = await look("host", disks=[str(tmp_path / "gone")])
    assert found.fault is Fault.MISSING
    assert str(tmp_path / "gone") in found.summary


class Times(NamedTuple):
    user: float
    idle: float
    iowait: float
    guest: float


def test_the_processor_is_busy_when_it_does_not_idle() -> None:
    assert host.busy(Times(10, 10, 0, 0), Times(13, 16, 1, 3)) == pytest.approx(30)
    assert host.busy(Times(1, 1, 0, 0), Times(1, 1, 0, 0)) == 0
    assert host.busy(SimpleNamespace(), SimpleNamespace()) == 0
