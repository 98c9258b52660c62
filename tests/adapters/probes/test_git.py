"""Repositories that the test makes."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.observation import Fault
from tests.adapters.probes.looks import look

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


def git(folder: Path, *words: str, at: datetime = NOW) -> None:
    stamp = at.isoformat()
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "GIT_COMMITTER_DATE": stamp, "GIT_AUTHOR_DATE": stamp,
        "GIT_AUTHOR_NAME": "Ben", "GIT_AUTHOR_EMAIL": "ben@shop.test", "GIT_COMMITTER_NAME": "Ben",
        "GIT_COMMITTER_EMAIL": "ben@shop.test",
    }  # fmt: skip
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, env=environment)


def commit(folder: Path, what: str, hours_ago: float) -> None:
    git(folder, "commit", "--allow-empty", "--no-gpg-sign", "-m", what, at=NOW - timedelta(hours=hours_ago))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Commits of 50, 3 and half an hour ago."""
    folder = tmp_path / "shop"
    folder.mkdir()
    git(folder, "init", "-b", "main")
    for what, hours_ago in (("orders", 50), ("delivery days", 3), ("discounts", 0.5)):
        commit(folder, what, hours_ago)
    return folder


async def test_commits_within_the_look_back(shop: Path) -> None:
    found = await look("git", shop, at=NOW, since="2h")
    assert found.fault is Fault.NONE
    assert found.values == {"commits": 1, "minutes_since": 30}
    assert found.text.startswith("2026-11-24T19:30:00Z ")
    assert found.text.endswith(" Ben: discounts")
    day = await look("git", shop, at=NOW)
    assert [line.rpartition(": ")[2] for line in day.text.splitlines()] == ["discounts", "delivery days"]


async def test_none_lately(shop: Path) -> None:
    found = await look("git", shop, at=NOW + timedelta(days=9), since="2h")
    assert (found.fault, found.values["commits"], found.text) == (Fault.NONE, 0, "")


async def test_another_branch(shop: Path) -> None:
    git(shop, "switch", "-c", "release/2")
    commit(shop, "vouchers", 0.1)
    git(shop, "switch", "main")
    assert (await look("git", shop, at=NOW, since="2h", branch="release/2")).values["commits"] == 2
    assert (await look("git", shop, at=NOW, since="2h")).values["commits"] == 1
    assert (await look("git", shop, at=NOW, branch="release/3")).fault is Fault.MISSING


async def test_what_the_repository_says_of_itself_starts_no_program(shop: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for setting in ("core.fsmonitor", "core.pager", "gpg.program", "core.editor", "pager.log"):
        git(shop, "config", setting, str(trap))
    git(shop, "config", "log.showSignature", "true")
    assert (await look("git", shop, at=NOW)).fault is Fault.NONE
    assert "sprung" not in os.listdir(tmp_path)


@pytest.mark.parametrize("branch", ["--output=x", "-n1", "main; id", "a b"])
async def test_a_branch_is_no_option(shop: Path, branch: str) -> None:
    assert (await look("git", shop, at=NOW, branch=branch)).fault is Fault.BROKEN


async def test_folders_that_are_none(tmp_path: Path) -> None:
    assert (await look("git", tmp_path / "gone")).fault is Fault.MISSING
    assert (await look("git", "shop")).fault is Fault.BROKEN
    empty = tmp_path / "empty"
    os.mkdir(empty)
    assert (await look("git", empty)).fault is Fault.UNEXPECTED
    git(empty, "init")
    assert (await look("git", empty)).fault is Fault.MISSING
