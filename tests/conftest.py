"""What several rooms of tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.postgres import NoBinaries, Server, a_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for the whole session; each test takes a database of its own."""
    try:
        with a_server() as server:
            yield server
    except NoBinaries as why:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(why))
