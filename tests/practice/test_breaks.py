"""Every way to break the shop is noticed, explained by its true cause, and found mended; nothing else is blamed."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.practice.service.breaks import KINDS
from tests.practice.breaking import EXPECTED, a_practice, quick

#: each has a shop and a town of its own, and mostly they wait
AT_A_TIME = 3


def test_every_way_to_break_it_is_expected_to_be_seen() -> None:
    assert set(EXPECTED) == set(KINDS)


@pytest.mark.parametrize("kinds", [KINDS[n::AT_A_TIME] for n in range(AT_A_TIME)], ids="+".join)
async def test_breaks_are_noticed_and_explained_and_their_mending_told(kinds: tuple[str, ...], tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        rooms = [await stack.enter_async_context(a_practice(tmp_path / kind, quick(tmp_path / kind))) for kind in kinds]
        found = await asyncio.gather(*(room.sees(kind) for room, kind in zip(rooms, kinds, strict=True)))
    assert {each.kind: each.wrong for each in found} == dict.fromkeys(kinds, ""), found
