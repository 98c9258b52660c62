from __future__ import annotations

import asyncio

import pytest

from bot.adapters.probes.kind import Unseen
from bot.adapters.probes.kinds.tcp import TcpOptions, read
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault
from tests.adapters.probes.servers import HERE, hang, spot, talking


async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.test ready\r\n")
    await asyncio.sleep(0.2)


async def test_somebody_listens() -> None:
    async with talking(hang) as port:
        reading = await read(spot(f"{HERE}:{port}"), TcpOptions(), Reach())

    assert reading.fault is Fault.NONE and 0 <= reading.values["seconds"] < 2


async def test_nobody_listens() -> None:
    async with talking(hang) as port:
        pass
    with pytest.raises(Unseen) as why:
        await read(spot(f"tcp://{HERE}:{port}"), TcpOptions(), Reach())

    assert why.value.fault is Fault.REFUSED


async def test_what_a_server_says_first() -> None:
    async with talking(greet) as port:
        well = await read(spot(f"{HERE}:{port}"), TcpOptions(contains="220 "), Reach())
        wrong = await read(spot(f"{HERE}:{port}"), TcpOptions(contains="SSH-2.0"), Reach())

    assert well.fault is Fault.NONE and "mail.test" in well.text
    assert wrong.fault is Fault.UNEXPECTED and "SSH-2.0" in wrong.summary
