"""The stores that must keep the contract: each database by a parameter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.store import Store
from tests.postgres import Server, a_server

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def fresh(postgres: Server) -> str:
    """The address of an empty database at a PostgreSQL."""
    return postgres.database()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a store that has not been opened yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'muster.db'}"
    fresh: str = request.getfixturevalue("fresh")
    return fresh


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    store = await Store.open(address, NOON)
    yield store
    await store.close()


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def own_server(postgres: Server) -> Iterator[Server]:
    """A PostgreSQL that a test may stop and start."""
    with a_server() as server:
        yield server
