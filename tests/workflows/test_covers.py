"""What people arranged is kept in order, and what is long over is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.adapters.store import Store
from bot.workflows import covers
from bot.workflows.covers import KEPT, Cover

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def cover(id: str, start: datetime = NOON, schedule: str = "primary") -> Cover:
    return Cover(id, schedule, f"slack:U{id}", start, start + HOUR, "slack:U1")


async def test_they_come_back_from_the_record_as_they_went_in(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'muster.db'}", NOON)

    async def arrange(books: Any) -> None:
        await covers.add(books, cover("1"), cover("2"))
        await covers.add(books, cover("3"))

    await store.transact(arrange, NOON)
    await store.close()
    again = await Store.open(f"sqlite:///{tmp_path / 'muster.db'}", NOON)
    kept = await covers.kept(again)
    await again.close()

    assert kept == (cover("1"), cover("2"), cover("3"))
    assert kept[0].override.who == "person:slack:U1"


class Memory:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.known: dict[str, Any] = {}

    async def remember(self, name: str, value: Any) -> None:
        self.known[name] = value

    async def recall(self, name: str) -> Any:
        return self.known.get(name)


async def test_what_was_over_90_days_ago_is_forgotten_with_the_next_arrangement() -> None:
    books: Any = Memory(NOON)
    await covers.add(books, cover("1"), cover("2", NOON + 2 * HOUR))
    books.now = NOON + KEPT + 2 * HOUR
    await covers.add(books, cover("3", books.now))

    assert [each.id for each in await covers.kept(books)] == ["2", "3"]


async def test_what_is_taken_back_is_gone_with_all_its_parts() -> None:
    books: Any = Memory(NOON)
    await covers.add(books, cover("swap"), cover("swap", NOON + HOUR), cover("other"))
    await covers.drop(books, ["swap"])

    assert [each.id for each in await covers.kept(books)] == ["other"]
