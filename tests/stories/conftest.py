from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.town import OVER_HTTP, Town, a_town

#: files whose stories are told twice, with sockets and with requests: between them every kind of delivery, repeated and
#: failing. MUSTER_TEST_HTTP=1 tells all stories with requests.
IN_BOTH_MODES = {"test_the_main_job", "test_stopping_and_repeating", "test_when_slack_fails", "test_marks"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    module = metafunc.module.__name__.rpartition(".")[2]
    if "over_http" in metafunc.fixturenames and module in IN_BOTH_MODES and not OVER_HTTP:
        metafunc.parametrize("over_http", [False, True], ids=["sockets", "http"])


@pytest.fixture
def over_http() -> bool:
    return OVER_HTTP


@pytest.fixture
async def town(tmp_path: Path, request: pytest.FixtureRequest, over_http: bool) -> AsyncIterator[Town]:
    """Under the policy default, or the one that `parametrize("town", ["tracktion"], indirect=True)` names."""
    async with a_town(tmp_path, getattr(request, "param", "default"), over_http=over_http) as town:
        yield town
