"""What the policy keeps no longer goes, once a day, and the log says so. By default nothing goes."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.domain.typed import ERASED
from bot.policy.layers import folder_of
from tests.town import Town, a_town


def a_policy(folder: Path, text: str) -> str:
    """The default one, with that retention.yml."""
    shutil.copytree(folder_of("default"), folder)
    (folder / "retention.yml").write_text(text)
    return str(folder)


async def an_ended_incident(town: Town) -> None:
    room = await town.declares("sev2 the password of checkout is hunter2")
    await town.says(town.ana, room, "/incident note hunter2 is everywhere")
    await town.says(town.ana, room, "/incident report somebody saw hunter2")
    await town.says(town.ana, room, "/incident resolve fix hunter2 is changed")
    assert (await town.incident()).over


async def test_nothing_is_deleted_unless_the_policy_says_so(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        await an_ended_incident(town)
        assert await town.muster.store.due("record", "retention") is None
        assert "hunter2" in (await town.incident()).title


async def test_what_people_typed_and_what_was_kept_goes_after_its_time(tmp_path: Path) -> None:
    policy = a_policy(tmp_path / "policy", "evidence: 1d\npersonal: 2d\n")
    async with a_town(tmp_path, policy) as town:
        await an_ended_incident(town)
        store, id = town.muster.store, (await town.incident()).id
        [kept] = await store.evidence_of(id)

        await town.later(hours=20)
        assert await store.evidence(kept.id) != (kept, b"")
        await town.later(hours=10)
        [left] = await store.evidence_of(id)
        assert "deleted by retention on 22 Nov 2026" in left.title and left.sha256 == kept.sha256
        assert "hunter2" in (await town.incident()).title
        told = await town.says(town.ana, "#general", "/incident evidence #1 1")
        assert "Only the hash is left of it" in told

        await town.later(days=1)
        assert (await town.incident()).title == ERASED
        assert "hunter2" not in str(await store.facts(id)) + str(await town.incident())
        assert await store.verify(id) == [] and await store.verify_log() == []
        assert [line.what for line in await store.logged()] == ["forgotten", "forgotten"]
        assert all(line.incident == id for line in await store.logged())

        await town.later(days=3)
        assert len(await store.logged()) == 2, "what is gone is not said again"
