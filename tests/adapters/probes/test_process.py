"""Processes that the test starts."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.domain.observation import Fault
from tests.adapters.probes.looks import look

CODE = "import time; held = bytearray(20_000_000); print('ready', flush=True); time.sleep(60)"
BUSY = "print('ready', flush=True)\nwhile True: pass"


@contextmanager
def running(word: str, code: str = CODE) -> Iterator[subprocess.Popen[str]]:
    """A process with this word in its command line, when it is ready."""
    with subprocess.Popen([sys.executable, "-c", code, word], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> None:
    """Wait until it has, and leave it as it is."""
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


async def test_it_is_found_by_its_pid_file(tmp_path: Path) -> None:
    with running("shop-by-pid") as process:
        (tmp_path / "shop.pid").write_text(f"{process.pid}\n")
        found = await look("process", tmp_path / "shop.pid")
    assert found.fault is Fault.NONE
    assert found.values["count"] == 1
    assert found.values["memory_bytes"] > 20_000_000
    assert 0 < found.values["memory_percent"] < 100
    assert found.values["open_files"] >= 3
    assert 0 <= found.values["seconds_up"] < 60
    assert f"process {process.pid}" in found.summary
    assert found.text.startswith(f"{process.pid} python")
    assert "shop-by-pid" not in found.text


async def test_all_that_fit_a_command_line_are_counted_together() -> None:
    with running("shop-worker-1"), running("shop-worker-2"):
        found = await look("process", command=r"shop-worker-\d")
    assert found.values["count"] == 2
    assert found.values["memory_bytes"] > 40_000_000


async def test_a_busy_one_shows() -> None:
    with running("shop-calm"):
        assert (await look("process", command="shop-calm")).values["cpu_percent"] < 5
    async with asyncio.timeout(20):
        with running("shop-spin", BUSY):
            while (await look("process", command="shop-spin")).values["cpu_percent"] < 5:
                await asyncio.sleep(0)


async def test_one_that_was_killed_is_missing_and_its_pid_file_still_there(tmp_path: Path) -> None:
    with running("shop-killed") as process:
        (tmp_path / "shop.pid").write_text(str(process.pid))
        process.kill()
        process.wait()
        found = await look("process", tmp_path / "shop.pid")
    assert (found.fault, found.values) == (Fault.MISSING, {"count": 0})
    assert found.summary == "the process of shop.pid is not running"


async def test_one_that_nobody_buried_is_not_running(tmp_path: Path) -> None:
    with running("shop-zombie") as process:
        (tmp_path / "shop.pid").write_text(str(process.pid))
        process.kill()
        ended(process)
        found = await look("process", tmp_path / "shop.pid")
    assert found.fault is Fault.MISSING


async def test_another_process_with_its_number_is_not_taken_for_it(tmp_path: Path) -> None:
    with running("something-else") as process:
        (tmp_path / "shop.pid").write_text(str(process.pid))
        assert (await look("process", tmp_path / "shop.pid", command="something-else")).fault is Fault.NONE
        assert (await look("process", tmp_path / "shop.pid", command="shop-web")).fault is Fault.MISSING


async def test_pid_files_that_say_nothing(tmp_path: Path) -> None:
    assert (await look("process", tmp_path / "absent.pid")).fault is Fault.MISSING
    for said in ("", "none", "-1", "0"):
        (tmp_path / "shop.pid").write_text(said)
        assert (await look("process", tmp_path / "shop.pid")).fault is Fault.UNEXPECTED
    (tmp_path / "shop.pid").write_text("9" * 30)
    assert (await look("process", tmp_path / "shop.pid")).fault is Fault.MISSING


async def test_nobody_of_that_name_and_no_name_at_all() -> None:
    assert (await look("process", name="no-such-program")).fault is Fault.MISSING
    assert (await look("process")).fault is Fault.BROKEN
