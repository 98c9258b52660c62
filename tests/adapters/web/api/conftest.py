"""A town, and somebody who speaks to its Muster over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.api import Caller, a_caller
from tests.town import Town


@pytest.fixture
async def api(town: Town) -> AsyncIterator[Caller]:
    async with a_caller(town) as caller:
        yield caller
