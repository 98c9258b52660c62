"""A backup is brought back: Muster goes on from it, and nothing that was sent is sent again."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.store.backup import _copy, back_up, restore
from bot.adapters.store.connections import StoreRefused
from tests.stories.test_oncall import MONDAY, ours
from tests.town import Town, a_town

RESTORED = "record was restored"


def said(town: Town) -> Counter[tuple[str, str]]:
    """All that Muster ever posted, by place and by the key that each message carries."""
    found: Counter[tuple[str, str]] = Counter()
    for message in town.everything():
        key = (message.metadata or {}).get("event_payload", {}).get("key", "")
        found[message.channel, key or message.ts] += 1
    return found


async def brings_back(town: Town, folder: Path, backup: Path) -> None:
    await town.muster.stop()
    await restore(backup, folder / "muster.db", town.clock.now(), force=True)
    await town.opens()
    await town.settle()


async def test_a_room_and_its_card_are_found_again_and_not_made_twice(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        town.simulator.faults.fail("conversations.create", status=429, retry_after=60)
        await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
        assert town.rooms() == []
        await back_up(tmp_path / "muster.db", tmp_path / "backup.db", town.clock.now())
        await town.later(seconds=90)
        await town.everything_stands()
        told = {(m.channel, m.ts) for m in town.everything()}

        await brings_back(town, tmp_path, tmp_path / "backup.db")

        [room] = town.rooms()
        assert (await town.incident()).room == f"slack:{room.id}"
        assert all(count == 1 for count in said(town).values())
        new = [m.words for m in town.everything() if (m.channel, m.ts) not in told]
        assert [words for words in new if RESTORED not in words] == []
        assert len([m for m in town.everything() if RESTORED in m.words]) == 2, "the channel and the room are told"


async def test_what_reminders_said_after_the_backup_is_not_said_again(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        room = await town.declares("sev1 checkout is failing")
        await back_up(tmp_path / "muster.db", tmp_path / "backup.db", town.clock.now())
        await town.later(minutes=45)
        before = Counter(m.words for m in town.heard(room))
        await brings_back(town, tmp_path, tmp_path / "backup.db")
        after = Counter(m.words for m in town.heard(room))
        new = after - before
        assert [words for words in new if RESTORED not in words] == []
        assert all(count == 1 for count in said(town).values())


async def test_numbers_are_issued_again_and_names_are_not(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        await town.declares("sev1 checkout is failing")
        await back_up(tmp_path / "muster.db", tmp_path / "backup.db", town.clock.now())
        lost = await town.declares("sev2 search is slow")
        await brings_back(town, tmp_path, tmp_path / "backup.db")
        again = await town.declares("sev2 search is slow")
        assert again.id != lost.id
        assert again.name != lost.name
        assert (await town.incident(2)).room == f"slack:{again.id}"
        assert not lost.archived


async def test_nothing_is_restored_while_muster_runs(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        await town.declares("sev1 checkout is failing")
        await back_up(tmp_path / "muster.db", tmp_path / "backup.db", town.clock.now())
        with pytest.raises(StoreRefused, match="Another Muster is working"):
            await restore(tmp_path / "backup.db", tmp_path / "muster.db", town.clock.now(), force=True)
        await town.later(minutes=1)
        assert (await town.incident()).title == "checkout is failing"


async def test_the_log_says_that_it_was_restored(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        await back_up(tmp_path / "muster.db", tmp_path / "backup.db", town.clock.now())
        await town.later(hours=1)
        await brings_back(town, tmp_path, tmp_path / "backup.db")
        [line] = [line for line in await town.muster.store.logged() if line.what == "restored"]
        assert "21 Nov 2026 03:00" in line.text
        await town.restarts()
        await town.settle()
        assert len([m for m in town.heard("incidents") if RESTORED in m.words]) == 1, "it is told once"


@pytest.mark.parametrize("commit", [2, 4, 8, 12, 16, 20])
async def test_at_whatever_commit_the_backup_was_made_nothing_is_sent_twice(tmp_path: Path, commit: int) -> None:
    async with a_town(tmp_path) as town:
        commits = 0

        def copy() -> None:
            nonlocal commits
            commits += 1
            if commits == commit:
                _copy(tmp_path / "muster.db", tmp_path / "backup.db", town.clock.now())

        deaf = town.muster.store.on_commit(copy)
        await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
        await town.later(minutes=1)
        deaf()
        assert commits > commit, "there were fewer commits than that"
        [room] = town.rooms()
        before = {(m.channel, m.ts) for m in town.everything()}

        await brings_back(town, tmp_path, tmp_path / "backup.db")

        new = [m.words for m in town.everything() if (m.channel, m.ts) not in before]
        assert [words for words in new if RESTORED not in words] == []
        assert town.rooms() == [room]
        assert len(room.pins) == len(room.bookmarks) == 1


async def test_a_shift_that_began_since_is_not_announced_again(tmp_path: Path) -> None:
    async with a_town(tmp_path, ours(tmp_path / "ours"), at=MONDAY - timedelta(minutes=5)) as town:
        await town.later(minutes=1)
        await back_up(tmp_path / "muster.db", tmp_path / "backup.db", town.clock.now())
        await town.later(minutes=10)
        before = len(town.heard("incidents"))
        assert before
        await brings_back(town, tmp_path, tmp_path / "backup.db")
        new = [m.words for m in town.heard("incidents")[before:]]
        assert len(new) == 1 and RESTORED in new[0]
        await town.later(days=7)
        assert len(town.heard("incidents")) > before + 1, "the next one is announced"
