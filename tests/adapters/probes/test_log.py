"""Log files that the test writes."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.probes.kinds import log
from bot.domain.observation import Fault
from tests.adapters.probes.looks import bytes_of, look, write

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


def stamped(minutes_ago: float, said: str) -> str:
    return f"{(NOW - timedelta(minutes=minutes_ago)).isoformat(sep=' ')} INFO shop {said}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Ten lines, one a minute, the newest of this moment."""
    (tmp_path / "shop.log").write_text("".join(f"{stamped(9 - n, f'order {n}')}\n" for n in range(10)))
    os.utime(tmp_path / "shop.log", (NOW.timestamp() - 30, NOW.timestamp() - 30))
    return tmp_path / "shop.log"


def orders(text: str) -> list[int]:
    return [int(line.split()[-1]) for line in text.splitlines()]


async def test_the_last_lines(file: Path) -> None:
    found = await look("log", file, at=NOW, lines=3)
    assert found.fault is Fault.NONE
    assert orders(found.text) == [7, 8, 9]
    assert found.values == {"lines": 3, "size_bytes": len(bytes_of(file)), "seconds_since": 30}
    assert found.summary == "shop.log: 3 lines"


async def test_the_last_minutes(file: Path) -> None:
    assert orders((await look("log", file, at=NOW, since="2m")).text) == [7, 8, 9]
    assert orders((await look("log", file, at=NOW, since="2m", lines=1)).text) == [9]
    quiet = await look("log", file, at=NOW + timedelta(hours=1), since="2m")
    assert (quiet.fault, quiet.text, quiet.values["lines"]) == (Fault.NONE, "", 0)


async def test_lines_with_a_word(file: Path) -> None:
    with file.open("a") as more:
        more.write(f"{stamped(0, 'Payment FAILED for order 3')}\n")
    found = await look("log", file, at=NOW, contains="failed")
    assert orders(found.text) == [3]
    assert "failed" in found.summary


async def test_lines_that_say_no_time_belong_to_the_one_before(file: Path) -> None:
    write(file, f"{stamped(9, 'old')}\n  old trace\n{stamped(1, 'new')}\n  new trace\n")
    assert (await look("log", file, at=NOW, since="2m")).text == f"{stamped(1, 'new')}\n  new trace"


async def test_lines_of_json_are_shown_as_people_read_them(file: Path) -> None:
    written = [
        {"time": "2026-11-24T19:00:00+00:00", "level": "INFO", "message": "ready"},
        {"ts": NOW.timestamp() - 5, "level": "ERROR", "msg": "no pool", "order": 7, "error": None, "at_all": {"a": 1}},
    ]
    write(file, "".join(f"{json.dumps(line)}\n" for line in written))
    found = await look("log", file, at=NOW)
    assert found.text.splitlines()[0] == "2026-11-24T19:00:00+00:00 INFO ready"
    assert found.text.splitlines()[1].endswith('ERROR no pool order=7 at_all={"a": 1}')
    assert (await look("log", file, at=NOW, since="1m")).values["lines"] == 1


async def test_an_exception_of_many_lines_is_one_line_of_json(file: Path) -> None:
    trace = 'Traceback (most recent call last):\n  File "shop.py", line 3\nKeyError: tier'
    write(file, json.dumps({"time": NOW.isoformat(), "level": "ERROR", "message": "GET /", "exception": trace}))
    found = await look("log", file, at=NOW)
    assert found.values["lines"] == len(found.text.splitlines()) == 1
    assert "Traceback (most recent call last)" in found.text


@pytest.mark.parametrize(
    "line",
    [
        '10.0.0.7 - - [24/Nov/2026:19:59:30 +0000] "GET / HTTP/1.1" 502',
        "2026/11/24 19:59:30 [error] 7#7: *1 connect() failed",
        "Nov 24 19:59:30 web shop[9]: ready",
        "[2026-11-24T20:59:30,123 +0100] ready",
        "2026-11-24T19:59:30.5Z ready",
        "INFO 2026-11-24 19:59:30 ready",
    ],
)
async def test_times_in_many_forms(file: Path, line: str) -> None:
    write(file, f"{line}\n")
    assert (await look("log", file, at=NOW, since="1m")).text == line
    assert (await look("log", file, at=NOW, since="20s")).text == ""


async def test_times_without_a_zone_are_of_the_one_that_is_named(file: Path) -> None:
    write(file, "2026-11-24 20:59:30 ready\n")
    assert (await look("log", file, at=NOW, since="1m", zone="Europe/Berlin")).values["lines"] == 1
    assert (await look("log", file, at=NOW + timedelta(hours=1), since="1m")).values["lines"] == 1
    assert (await look("log", file, at=NOW + timedelta(hours=1), since="1m", zone="Europe/Berlin")).text == ""


async def test_of_a_large_file_only_the_end_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with file.open("w") as large:
        large.writelines(f"{stamped(100, f'order {n}')}\n" for n in range(400_000))
    read = 0

    class Counted:
        def __init__(self, file: object) -> None:
            self._file = file

        def __getattr__(self, name: str) -> object:
            return getattr(self._file, name)

        def __enter__(self) -> Counted:
            return self

        def __exit__(self, *why: object) -> None:
            self._file.close()  # type: ignore[attr-defined]

        def read(self, size: int) -> bytes:
            nonlocal read
            read += size
            return self._file.read(size)  # type: ignore[attr-defined, no-any-return]

    real = log.opened
    monkeypatch.setattr(log, "opened", lambda path: Counted(real(path)))
    assert orders((await look("log", file, at=NOW, lines=3)).text) == [399_997, 399_998, 399_999]
    assert read == log.BLOCK
    assert (await look("log", file, at=NOW, lines=3, contains="order 7")).fault is Fault.NONE
    assert read <= log.BLOCK + log.MOST_BYTES


async def test_lines_across_blocks_are_whole(file: Path) -> None:
    lines = [f"{n:05d} {'x' * 500}" for n in range(2000)]
    write(file, "\n".join(lines))
    found = await look("log", file, at=NOW, lines=1000, contains="x")
    assert found.values["lines"] == 1000
    shown = found.text.splitlines()
    assert shown == lines[-len(shown) :]
    assert 60_000 < len(found.text) + 600 <= 64 * 1024


async def test_one_line_that_is_larger_than_anything(file: Path) -> None:
    write(file, "x" * 300_000 + "\nend\n")
    assert (await look("log", file, at=NOW)).text.splitlines()[-1] == "end"
    assert len((await look("log", file, at=NOW)).text) < 3000


async def test_a_file_that_was_just_rotated_is_read_on_in_the_one_before(file: Path) -> None:
    before = file.with_name("shop.log.1")
    os.rename(file, before)
    write(file, f"{stamped(0, 'order 10')}\n")
    assert orders((await look("log", file, at=NOW, lines=3)).text) == [8, 9, 10]
    assert orders((await look("log", file, at=NOW, since="1m")).text) == [8, 9, 10]
    os.unlink(file)
    assert orders((await look("log", file, at=NOW, lines=2)).text) == [8, 9]
    os.unlink(before)
    assert (await look("log", file, at=NOW)).fault is Fault.MISSING


async def test_files_that_are_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.log")
    assert (await look("log", tmp_path / "pipe.log")).fault is Fault.UNEXPECTED
    assert (await look("log", tmp_path)).fault is Fault.UNEXPECTED
    assert (await look("log", tmp_path / "shop.log" / "below")).fault is Fault.MISSING
    assert (await look("log", "shop.log")).fault is Fault.BROKEN


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_a_file_that_may_not_be_read(file: Path) -> None:
    os.chmod(file, 0)
    assert (await look("log", file)).fault is Fault.DENIED


async def test_bytes_that_are_no_text(file: Path) -> None:
    write(file, b"\xff\xfe order\0 1\nfine\n")
    assert (await look("log", file, at=NOW)).text.splitlines()[-1] == "fine"


async def test_an_empty_one(file: Path) -> None:
    write(file, "")
    found = await look("log", file, at=NOW)
    assert (found.fault, found.values["lines"]) == (Fault.NONE, 0)
