"""Whatever a server does, a reading comes of it, in time."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest
from pydantic import SecretStr

from bot.adapters.probes import Prober
from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.kinds import KINDS
from bot.adapters.probes.prober import LAST_NET, MOST_TEXT
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from bot.policy.diagnosis import Probe, Target
from tests.adapters.probes.servers import HERE, Talk, hang, saying, talking

#: beyond the time-out: what a probe may take to clear up, on a machine that is busy
MARGIN = 2.0
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def probe(kind: str = "http", seconds: int = 1, **options: Any) -> Probe:
    return Probe(id="x", title="X", kind=kind, target="t", options=options, time_out=f"{seconds}s")  # type: ignore[arg-type]


def target(address: str = "", **more: Any) -> Target:
    return Target(id="t", address=address, **{"private": True, **more})


async def timed(port: int, asked: Probe, scheme: str = "http://") -> tuple[Reading, float]:
    began = time.monotonic()
    reading = await Prober({}).read(asked, target(f"{scheme}{HERE}:{port}"))
    return reading, time.monotonic() - began


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """1 GB, as fast as it is taken."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HEAD + b"Content-Length: 1073741824\r\n\r\n")
    for _ in range(1024):
        writer.write(b"x" * 1024 * 1024)
        await writer.drain()


async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says things at once and for ever, before anything was asked."""
    while True:
        writer.write(b"\x00\xff\xfe" * 1000)
        await writer.drain()
        await asyncio.sleep(0)


async def endless_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: 1\r\n" * 100)
        await writer.drain()
        await asyncio.sleep(0)


def packed(body: bytes, coding: str) -> bytes:
    return HEAD + f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


BOMB = gzip.compress(b"\x00" * 64 * 1024 * 1024)
NO_HTTP: Mapping[str, Talk] = {
    "nothing": saying(b""),
    "garbage": saying(b"\x16\x03\x01\x00garbage\r\n\r\n"),
    "mail": saying(b"220 mail.test ESMTP\r\n"),
    "half a status": saying(b"HTTP/1.1 20"),
    "half a body": saying(HEAD + b"Content-Length: 100\r\n\r\nhalf"),
    "half a chunk": saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nhalf"),
    "no chunk": saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "a huge header": saying(HEAD + b"X-Huge: " + b"x" * 10_000_000 + b"\r\n\r\nbody"),
    "many headers": saying(HEAD + b"X-More: 1\r\n" * 10_000 + b"\r\nbody"),
    "a status of no number": saying(b"HTTP/1.1 abc OK\r\n\r\n"),
    "two lengths": saying(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
    "endless headers": endless_headers,
    "chatter": chatter,
    "no gzip": saying(packed(b"no such thing", "gzip")),
    "an unknown coding": saying(packed(b"no such thing", "br")),
}


@pytest.mark.parametrize("talk", NO_HTTP.values(), ids=NO_HTTP.keys())
async def test_what_is_no_http_is_unexpected(talk: Talk) -> None:
    async with talking(talk) as port:
        reading, took = await timed(port, probe(seconds=5))

    assert reading.fault is Fault.UNEXPECTED, reading
    assert took < 5


SLOW: Mapping[str, Talk] = {
    "hangs": hang,
    "hangs after the head": saying(HEAD + b"Content-Length: 9\r\n\r\n", then=hang),
    "a byte now and then": saying(HEAD + b"Content-Length: 900\r\n\r\n" + b"x" * 900, piece=1, pause=0.05),
    "a byte of the head now and then": saying(HEAD * 50 + b"\r\n", piece=1, pause=0.05),
}


@pytest.mark.parametrize("talk", SLOW.values(), ids=SLOW.keys())
@pytest.mark.parametrize("kind", ["http", "websocket", "metrics"])
async def test_what_is_slow_ends_with_its_time(talk: Talk, kind: str) -> None:
    async with talking(talk) as port:
        reading, took = await timed(port, probe(kind), "ws://" if kind == "websocket" else "http://")

    if kind == "websocket" and reading.fault is not Fault.TIME_OUT:
        assert reading.fault is Fault.UNEXPECTED
        return
    assert reading.fault is Fault.TIME_OUT and "within 1 s" in reading.summary
    assert 0.9 < took < 1 + MARGIN


@pytest.mark.parametrize(("kind", "options"), [("tls", {}), ("tcp", {"contains": "220"})])
async def test_what_says_nothing_ends_with_its_time(kind: str, options: dict[str, Any]) -> None:
    async with talking(hang) as port:
        reading, took = await timed(port, probe(kind, **options), "")

    assert reading.fault is Fault.TIME_OUT
    assert took < 1 + MARGIN


async def test_of_a_gigabyte_the_beginning_is_read() -> None:
    async with talking(flood) as port:
        reading, took = await timed(port, probe(seconds=10))

    assert reading.fault is Fault.NONE and reading.text == "x" * MOST_TEXT
    assert took < 5


@pytest.mark.parametrize(("coding", "body"), [("gzip", BOMB), ("deflate", zlib.compress(b"\x00" * 64 * 1024 * 1024))])
async def test_of_a_bomb_the_beginning_is_unpacked(coding: str, body: bytes) -> None:
    async with talking(saying(packed(body, coding))) as port:
        reading, took = await timed(port, probe(seconds=10))

    assert reading.fault is Fault.NONE and len(reading.text) <= MOST_TEXT
    assert took < 5


async def test_what_is_packed_unasked_is_read() -> None:
    async with talking(saying(packed(gzip.compress(b"all is well"), "gzip"))) as port:
        reading, _ = await timed(port, probe(contains="well"))

    assert reading.fault is Fault.NONE


async def test_fifty_probes_of_which_ten_hang_take_as_long_as_one() -> None:
    well = saying(HEAD + b"Content-Length: 2\r\n\r\nok")
    async with AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(talking(hang if n < 10 else well)) for n in range(50)]
        prober, began = Prober({}), time.monotonic()
        asked = probe(seconds=2)
        readings = await asyncio.gather(*(prober.read(asked, target(f"http://{HERE}:{port}")) for port in ports))
        took = time.monotonic() - began

    assert [reading.fault for reading in readings] == [Fault.TIME_OUT] * 10 + [Fault.NONE] * 40
    # one after the other it would be twenty
    assert took < 2 + MARGIN


class Named(Options):
    at: int = 0


def kind(read: Any, local: bool = True) -> Mapping[str, Kind]:
    return {"made": Kind("made", Named, read, local)}


def raising(why: BaseException) -> Any:
    async def read(spot: Spot, options: Named, reach: Reach) -> Reading:
        raise why

    return read


@pytest.mark.parametrize("error", [*LAST_NET, KeyError, UnicodeError, RecursionError, ZeroDivisionError])
async def test_no_error_leaves(error: type[Exception]) -> None:
    why = error.__new__(error, "postgresql://app:hunter2@db/shop")
    reading = await Prober({}, kind(raising(why))).read(probe("made"), None)

    assert reading.fault is (Fault.TIME_OUT if error is TimeoutError else Fault.BROKEN)
    assert "hunter2" not in str(reading)


async def test_what_a_probe_says_itself_is_kept() -> None:
    reading = await Prober({}, kind(raising(Unseen(Fault.MISSING, "no such unit")))).read(probe("made"), None)

    assert reading == Reading(Fault.MISSING, "no such unit")


async def test_a_probe_that_will_not_end_is_left_behind() -> None:
    released = asyncio.Event()

    async def stubborn(spot: Spot, options: Named, reach: Reach) -> Reading:
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue
        return Reading(Fault.NONE, "too late")

    began = time.monotonic()
    reading = await Prober({}, kind(stubborn)).read(probe("made"), None)

    assert reading.fault is Fault.TIME_OUT and time.monotonic() - began < 1 + MARGIN
    released.set()
    await asyncio.sleep(0)


async def test_work_that_blocks_hangs_nobody_else() -> None:
    async def blocked(spot: Spot, options: Named, reach: Reach) -> Reading:
        await reach.aside(lambda: time.sleep(2.5))
        return Reading(Fault.NONE, "too late")

    prober, began = Prober({}, kind(blocked)), time.monotonic()
    readings = await asyncio.gather(*(prober.read(probe("made"), None) for _ in range(50)))

    assert {reading.fault for reading in readings} == {Fault.TIME_OUT}
    assert time.monotonic() - began < 1 + MARGIN


async def test_to_cancel_a_reading_cancels_the_probe() -> None:
    ended = asyncio.Event()

    async def waiting(spot: Spot, options: Named, reach: Reach) -> Reading:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await Prober({}, kind(waiting)).read(probe("made"), None)
    await asyncio.wait_for(ended.wait(), 1)


async def test_readings_are_clean() -> None:
    async def leaking(spot: Spot, options: Named, reach: Reach) -> Reading:
        secret = "postgresql://app:hunter2@db/shop"
        values = {"well": 1.0, "none": float("nan"), "all": float("inf")}
        return Reading(Fault.NONE, f"two\nlines {secret}", values, f"{secret}\n" + "ä" * MOST_TEXT,
                       {secret: ((1.0, 1.0), (2.0, float("nan")))})  # fmt: skip

    reading = await Prober({}, kind(leaking)).read(probe("made"), None)

    assert "hunter2" not in str(reading) and "\n" not in reading.summary
    assert reading.values == {"well": 1.0}
    assert len(reading.text.encode()) <= MOST_TEXT
    assert list(reading.series.values()) == [((1.0, 1.0),)]


async def test_wrong_kinds_and_options_are_broken() -> None:
    unknown = await Prober({}).read(probe("gopher"), target("a.test:70"))
    wrong = await Prober({}).read(probe("tcp", porte=7), target("a.test:70"))

    assert unknown.fault is Fault.BROKEN and "gopher" in unknown.summary
    assert wrong.fault is Fault.BROKEN and "muster policy check" in wrong.summary


async def test_a_target_without_address_is_not_looked_at() -> None:
    prober = Prober({"t": SecretStr("")})

    assert prober.sees(None) and not prober.sees(target())
    assert (await prober.read(probe(), target())).fault is Fault.UNSET


async def test_the_environment_stands_over_the_policy_and_may_mean_this_machine() -> None:
    async with talking(saying(HEAD + b"Content-Length: 2\r\n\r\nok")) as port:
        here = SecretStr(f"http://{HERE}:{port}")
        strange = target("http://a.invalid", private=False)

        assert (await Prober({"t": here}).read(probe(), strange)).fault is Fault.NONE
        named = await Prober({}).read(probe(), target(here.get_secret_value(), private=False))
        assert named.fault is Fault.DENIED


@pytest.mark.parametrize("address", ["http://169.254.169.254/", "http://[fd00:ec2::254]/", "http://0xa9fea9fe/"])
async def test_the_environment_does_not_open_the_metadata_of_clouds(address: str) -> None:
    reading = await Prober({"t": SecretStr(address)}).read(probe(), target(private=False))

    assert reading.fault is Fault.DENIED


def test_every_kind_stands_under_its_name() -> None:
    assert all(name == kind.name for name, kind in KINDS.items())
