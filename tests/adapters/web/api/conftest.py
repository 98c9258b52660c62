"""A town, and somebody who speaks to its Muster over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api import Caller, a_caller
from tests.town import Town, a_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path) as town:
        yield town


@pytest.fixture
async def api(town: Town) -> AsyncIterator[Caller]:
    async with a_caller(town) as caller:
        yield caller
