"""Redis, by a server that speaks its protocol."""

from __future__ import annotations

import pytest

from bot.adapters.probes.reach import Reach
from bot.adapters.probes.resp import connected
from bot.adapters.probes.spot import Spot
from bot.domain.observation import Fault
from tests.adapters.probes.looks import look
from tests.adapters.probes.resp import PLAIN, array, bulk, serving
from tests.postgres import free_port


async def test_how_it_does() -> None:
    async with serving() as server:
        found = await look("redis", f"redis://127.0.0.1:{server.port}/0")
    assert found.fault is Fault.NONE
    assert 0 < found.values["seconds"] < 5
    assert {name: value for name, value in found.values.items() if name != "seconds"} == {
        "memory_bytes": 750, "memory_percent": 75, "clients": 4, "clients_percent": 4, "evictions": 2,
        "seconds_up": 60, "hit_percent": 90,
    }  # fmt: skip
    assert server.heard == ["PING", "INFO"]


async def test_it_logs_in_and_says_which_database() -> None:
    replies = {**PLAIN, "AUTH eyes p@ss": b"+OK\r\n"}
    async with serving(replies) as server:
        found = await look("redis", f"redis://eyes:p%40ss@127.0.0.1:{server.port}/1")
    assert found.fault is Fault.NONE
    assert server.heard == ["AUTH eyes p@ss", "SELECT 1", "PING", "INFO"]


async def test_without_info_there_is_still_an_answer() -> None:
    async with serving({"PING": b"+PONG\r\n"}) as server:
        found = await look("redis", f"redis://127.0.0.1:{server.port}")
    assert found.fault is Fault.NONE
    assert {*found.values} == {"seconds"}


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (b"-NOAUTH Authentication required.\r\n", Fault.DENIED),
        (b"-LOADING Redis is loading the dataset in memory\r\n", Fault.UNEXPECTED),
        (b"+PANG\r\n", Fault.UNEXPECTED),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Fault.UNEXPECTED),
        (b":many\r\n", Fault.UNEXPECTED),
        (b"$99999999999\r\n", Fault.UNEXPECTED),
        (b"*99999999999\r\n", Fault.UNEXPECTED),
        (b"*1\r\n" * 50, Fault.UNEXPECTED),
        (b"+" + b"x" * 200_000, Fault.UNEXPECTED),
        (b"", Fault.TIME_OUT),
    ],
)
async def test_other_answers(reply: bytes, fault: Fault) -> None:
    async with serving({**PLAIN, "PING": reply}) as server:
        found = await look("redis", f"redis://127.0.0.1:{server.port}", seconds=1)
    assert found.fault is fault


async def test_a_wrong_password_is_told_and_not_shown() -> None:
    async with serving({**PLAIN, "AUTH hunter2": b"-WRONGPASS invalid username-password pair\r\n"}) as server:
        found = await look("redis", f"redis://:hunter2@127.0.0.1:{server.port}")
    assert found.fault is Fault.DENIED
    assert "hunter2" not in str(found)


async def test_nobody_there() -> None:
    assert (await look("redis", f"redis://127.0.0.1:{free_port()}/0")).fault is Fault.REFUSED
    assert (await look("redis", "127.0.0.1:6379")).fault is Fault.BROKEN


async def test_nested_answers_and_none() -> None:
    reply = array(bulk("name"), b"$-1\r\n", array(b":7\r\n", b"*0\r\n"))
    async with serving({"XINFO": reply}) as server:
        spot = Spot(f"redis://127.0.0.1:{server.port}", private=True)
        async with connected(Reach(), spot) as redis:
            assert await redis.ask("XINFO") == ["name", None, [7, []]]
