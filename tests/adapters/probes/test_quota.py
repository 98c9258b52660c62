"""Folders of real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.probes.kind import Unseen
from bot.adapters.probes.kinds import quota
from bot.domain.observation import Fault
from bot.engine.clock import elapsed
from tests.adapters.probes.looks import look


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With 750 bytes in two files."""
    below = tmp_path / "disk" / "below"
    below.mkdir(parents=True)
    (below.parent / "receipts.jsonl").write_bytes(bytes(500))
    (below / "old.jsonl").write_bytes(bytes(250))
    return below.parent


async def test_it_is_measured_against_the_number_in_its_quota_file(folder: Path) -> None:
    (folder / ".quota").write_text("1000\n")
    found = await look("quota", folder)
    assert found.fault is Fault.NONE
    assert found.values == {"used_percent": 75.0, "bytes": 750.0, "limit_bytes": 1000.0, "files": 2.0}


async def test_the_limit_of_the_policy_stands_over_the_file(folder: Path) -> None:
    (folder / ".quota").write_text("1000")
    assert (await look("quota", folder, limit_bytes=500)).values["used_percent"] == 150


async def test_links_lead_nowhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(9000))
    (folder / "link").symlink_to(tmp_path / "large")
    (folder / "loop").symlink_to(folder)
    assert (await look("quota", folder, limit_bytes=1000)).values["bytes"] == 750


@pytest.mark.parametrize("said", ["", "much", "-5", "0"])
async def test_a_quota_file_that_says_no_number(folder: Path, said: str) -> None:
    (folder / ".quota").write_text(said)
    assert (await look("quota", folder)).fault is Fault.UNEXPECTED


async def test_what_is_not_there(folder: Path) -> None:
    assert (await look("quota", folder / "gone", limit_bytes=5)).fault is Fault.MISSING
    assert (await look("quota", folder / "gone")).fault is Fault.MISSING
    assert (await look("quota", folder)).fault is Fault.MISSING
    assert (await look("quota", "disk", limit_bytes=5)).fault is Fault.BROKEN


def test_too_much_to_count(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TimeoutError):
        quota.used_in(folder, ".quota", until=elapsed() - 1)
    monkeypatch.setattr(quota, "MOST_FILES", 1)
    with pytest.raises(Unseen, match="too many"):
        quota.used_in(folder, ".quota", until=elapsed() + 5)
