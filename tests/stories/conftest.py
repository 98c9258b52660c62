from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.town import Town, a_town


@pytest.fixture
async def town(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """Under the policy default, or the one that `parametrize("town", ["tracktion"], indirect=True)` names."""
    async with a_town(tmp_path, getattr(request, "param", "default")) as town:
        yield town
