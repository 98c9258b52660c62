"""Programs that really run, and what is left of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bot.adapters.probes import child
from bot.adapters.probes.kind import Unseen
from bot.domain.observation import Fault
from bot.engine.clock import elapsed

SHELL = "/bin/sh"


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def alive(pid: int) -> bool:
    with suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


async def cancelled(script: str, file: Path, count: int) -> None:
    """Run it, and cancel that when it has written down so many processes."""
    running = asyncio.create_task(child.run([SHELL, "-c", script]))
    async with asyncio.timeout(20):
        while len(pids(file)) < count:
            await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def nobody_of(file: Path) -> None:
    async with asyncio.timeout(20):
        while not pids(file) or any(alive(pid) for pid in pids(file)):
            await asyncio.sleep(0.01)


@pytest.fixture
def descriptors() -> Iterator[None]:
    """As many are open afterwards as before."""
    before = len(os.listdir("/proc/self/fd"))
    yield
    assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.usefixtures("descriptors")
async def test_it_gives_status_and_output_of_both_streams() -> None:
    ended = await child.run([SHELL, "-c", "echo out; echo wrong >&2; exit 3"])
    assert (ended.status, ended.output) == (3, "out\nwrong\n")


async def test_it_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_SLACK_BOT_TOKEN", "a-secret")
    assert "a-secret" not in (await child.run(["/usr/bin/env"])).output


async def test_it_hears_nothing_and_starts_where_it_is_told(tmp_path: Path) -> None:
    ended = await child.run([SHELL, "-c", "cat; pwd"], folder=str(tmp_path))
    assert ended.output.strip().endswith(tmp_path.name)


async def test_of_much_output_the_newest_is_kept() -> None:
    ended = await child.run([SHELL, "-c", "seq 1 200000"])
    assert len(ended.output) == child.MOST_OUTPUT
    assert ended.output.endswith("\n200000\n")


@pytest.mark.usefixtures("descriptors")
async def test_it_is_killed_with_its_children_when_the_time_is_over(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    script = f"echo $$ >>{file}; sleep 60 & echo $! >>{file}; setsid sleep 60 & echo $! >>{file}; wait"
    await cancelled(script, file, 3)
    await nobody_of(file)


async def test_what_it_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    """And nobody waits for the output that it holds open."""
    file, began = tmp_path / "pids", elapsed()
    ended = await child.run([SHELL, "-c", f"sleep 60 & echo $! >{file}; echo done"])
    assert (ended.status, ended.output) == (0, "done\n")
    assert elapsed() - began < 30
    await nobody_of(file)


async def test_one_that_ignores_being_asked_is_killed_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    await cancelled(f"trap '' TERM INT HUP; echo $$ >{file}; while :; do sleep 1; done", file, 1)
    await nobody_of(file)


@pytest.mark.usefixtures("descriptors")
async def test_what_cannot_be_started_says_why(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("no program")
    for argv, folder, word in (
        (["/no/such/program"], "/", "/no/such/program"),
        (["/usr/bin/env"], str(tmp_path / "gone"), "gone"),
        ([str(tmp_path / "plain")], "/", "plain"),
    ):
        with pytest.raises(Unseen, match=word) as why:
            await child.run(argv, folder=folder)
        assert why.value.fault is Fault.BROKEN
