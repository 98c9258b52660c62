from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash.lab import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def blind_nursery() -> Iterator[Nursery]:
    nursery = Nursery(blind=True)
    yield nursery
    nursery.close()
