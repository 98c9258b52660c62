from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.probes.kind import Unseen
from bot.adapters.probes.kinds.tls import TlsOptions, read
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from bot.engine.clock import SystemClock
from tests.adapters.probes.servers import HERE, hang, identity, spot, talking

NOW = SystemClock().now().replace(microsecond=0)
DAY = timedelta(days=1)


async def shown(folder: Path, days: float, since: float = -365, trust: bool = True, **options: Any) -> Reading:
    shop = identity(folder, NOW + days * DAY, NOW + since * DAY)
    async with talking(hang, shop.serve) as port:
        reach = Reach(trust=shop.trust if trust else None, now=lambda: NOW)
        return await read(spot(f"{HERE}:{port}"), TlsOptions(**options), reach)


async def test_a_valid_one_says_how_long_it_lasts(tmp_path: Path) -> None:
    reading = await shown(tmp_path, 30)

    assert reading.fault is Fault.NONE and reading.values["days_left"] == pytest.approx(30)
    assert "CN=shop.test" in reading.text and "valid until" in reading.summary


@pytest.mark.parametrize("trusted", [True, False])
async def test_an_expired_one_is_read_all_the_same(tmp_path: Path, trusted: bool) -> None:
    reading = await shown(tmp_path, -3, trusted=trusted)

    assert reading.fault is Fault.UNTRUSTED and reading.values["days_left"] == pytest.approx(-3)
    assert "expired on" in reading.summary


async def test_one_that_is_not_valid_yet(tmp_path: Path) -> None:
    reading = await shown(tmp_path, 30, since=2)

    assert reading.fault is Fault.UNTRUSTED and "only from" in reading.summary


async def test_one_that_nobody_vouches_for(tmp_path: Path) -> None:
    reading = await shown(tmp_path, 30, trust=False)

    assert reading.fault is Fault.UNTRUSTED and reading.values["days_left"] == pytest.approx(30)
    assert (await shown(tmp_path, 30, trust=False, trusted=False)).fault is Fault.NONE


async def test_one_for_another_name(tmp_path: Path) -> None:
    reading = await shown(tmp_path, 30, name="shop.example")

    assert reading.fault is Fault.UNTRUSTED and "shop.example" in reading.summary


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
async def test_what_speaks_no_tls(answer: bytes) -> None:
    async def plain(reader: Any, writer: Any) -> None:
        await reader.read(10)
        writer.write(answer)
        await writer.drain()

    async with talking(plain) as port:
        with pytest.raises(Unseen) as why:
            await read(spot(f"{HERE}:{port}"), TlsOptions(), Reach())

    assert why.value.fault is Fault.UNEXPECTED
