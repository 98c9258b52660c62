"""How requests fail: surely not done, or perhaps."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from bot.adapters.paging import http
from bot.adapters.paging.http import Line
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Busy, Doubt
from tests.adapters.paging.conftest import NIGHT
from tests.adapters.paging.servers import HttpService, Order, an_http_service


@pytest.fixture
def line(client: httpx.AsyncClient, clock: StoppedClock) -> Line:
    return Line("PagerDuty", client, clock)


async def post(line: Line, address: str, **more: float) -> http.Answer:
    return await line.ask("POST", address, headers={}, body=b"{}", **more)


def nobody_listens() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.mark.parametrize("address", ["http://nowhere.invalid/", "ftp://127.0.0.1/", "refused"])
async def test_what_never_left_is_busy(line: Line, address: str) -> None:
    with pytest.raises(Busy, match=r"PagerDuty cannot be reached\.") as why:
        await post(line, nobody_listens() if address == "refused" else address)

    assert why.value.until == NIGHT + http.CONNECT_PAUSE


@pytest.mark.parametrize("status", [0, 408, 500, 502, 503, 599])
async def test_what_may_have_arrived_is_in_doubt(line: Line, service: HttpService, status: int) -> None:
    service.answers(Order(status, "an error"))

    with pytest.raises(Doubt, match="PagerDuty"):
        await post(line, service.address)

    assert len(service.got) == 1


async def test_silence_ends_in_doubt_within_its_time(line: Line, service: HttpService) -> None:
    service.answers(Order(-1))

    async with asyncio.timeout(2):
        with pytest.raises(Doubt, match="did not answer in time"):
            await post(line, service.address, seconds=0.2)

    assert http.CALL_SECONDS < 10


@pytest.mark.parametrize(("said", "seconds"), [("30", 30), ("0", 1), ("999999", 3600), ("soon", 60), (None, 60)])
async def test_told_to_wait_it_waits_as_long(
    line: Line, service: HttpService, said: str | None, seconds: int
) -> None:  # fmt: skip
    service.answers(Order(429, headers={"Retry-After": said} if said else {}))

    with pytest.raises(Busy, match=f"wait {seconds} s") as why:
        await post(line, service.address)

    assert (why.value.until - NIGHT).total_seconds() == seconds


async def test_an_endless_answer_is_cut(line: Line, service: HttpService) -> None:
    service.answers(Order(400, "x" * (3 * http.MOST_BYTES)))

    answer = await post(line, service.address)

    assert len(answer.body) == http.MOST_BYTES


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(line: Line, service: HttpService, status: int) -> None:
    async with an_http_service() as elsewhere:
        service.answers(Order(status, headers={"Location": f"{elsewhere.address}/metadata"}))

        answer = await post(line, service.address)

        assert answer.status == status
        assert elsewhere.got == []


async def test_a_connection_closed_while_idle_is_no_lost_request(line: Line, service: HttpService) -> None:
    """The service closes a kept connection between two calls; the second call gets through."""
    service.answers(Order(202, headers={"Connection": "close"}))

    for _ in range(2):
        assert (await post(line, service.address)).status == 202


async def test_no_proxy_of_the_environment_stands_before_this_machine(
    service: HttpService, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, nobody_listens())
    service.answers(Order(202))

    async with http.open_client() as client:
        line = Line("PagerDuty", client, clock)
        assert (await post(line, service.address)).status == 202
        with pytest.raises(Busy):
            await post(line, "http://pagerduty.invalid/")
