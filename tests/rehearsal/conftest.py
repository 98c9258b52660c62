from __future__ import annotations

from pathlib import Path

import pytest

from bot.policy import book
from bot.policy.book import Book
from tests.rehearsal import quay


@pytest.fixture
def policy(tmp_path: Path) -> Book:
    return book.load(quay.build(tmp_path))
