from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from bot.adapters.paging.http import open_client
from bot.engine.clock import StoppedClock
from tests.adapters.paging.servers import HttpService, Mailbox, a_mail_server, an_http_service

NIGHT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NIGHT)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with open_client() as client:
        yield client


@pytest.fixture
async def service() -> AsyncIterator[HttpService]:
    async with an_http_service() as service:
        yield service


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with a_mail_server() as mailbox:
        yield mailbox
