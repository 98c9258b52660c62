"""Somebody asks what would happen, and nothing happens but the answer."""

from __future__ import annotations

from pathlib import Path

from tests.town import Town, a_town


async def test_a_rehearsal_is_told_to_whoever_asks_and_to_nobody_else(town: Town) -> None:
    said = await town.says(town.ana, "#general", "/incident simulate sev1 ack 12m resolve 3h at saturday 03:00")

    assert "Rehearsing it." in said
    assert "*SEV1 rehearsed*" in said and "Sat 28 Nov 2026 03:00 (UTC)" in said
    assert "📟 *at once* (Sat 03:00) paged: " in said and "severities sev1: SEV1 pages" in said
    assert "/incident ack" in said and "/incident resolve" in said
    assert town.rooms() == [] and town.heard("incidents") == []
    assert await town.muster.store.incidents() == []


async def test_what_the_policy_does_not_know_is_a_sentence(town: Town) -> None:
    for words, sentence in (
        ("sev9", "There is no severity *sev9*. This team uses sev1, sev2, sev3, sev4."),
        ("sev1 ack soon", "'soon' is not a length of time"),
        ("sev1 at someday", "'someday' is no moment"),
        ("sev1 ack 5m ack 6m", "Each of ack, resolve and at is said once"),
    ):
        said = await town.says(town.ana, "#general", f"/incident simulate {words}")

        assert sentence in said and "rehearsed" not in said


async def test_a_rehearsal_under_another_policy_has_its_severities_and_fits(tmp_path: Path) -> None:
    async with a_town(tmp_path, "portfolio") as town:
        said = await town.says(town.ana, "#general", "/incident simulate p0 resolve 40m")

    assert "*P0 rehearsed*" in said and "⏫ *30m*" in said and "escalation p0-executives" in said


async def test_work_goes_on_while_somebody_rehearses(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    said = await town.says(town.ben, room, "/incident simulate sev2")

    assert "SEV2 rehearsed" in said
    assert len(await town.muster.store.incidents()) == 1
