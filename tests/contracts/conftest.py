"""The stores that must keep the contract. A second database joins by a second parameter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(tmp_path / "data" / "muster.db", NOON)
    yield store
    await store.close()


@pytest.fixture
def now() -> datetime:
    return NOON
