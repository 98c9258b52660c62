"""Killed before, during and after each call that the unkilled story makes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.crash.around import Tale, by_method, kill_around, unkilled
from tests.crash.diagnosis_story import DIAGNOSED, LOOKED
from tests.crash.findings import findings
from tests.crash.lab import Nursery
from tests.crash.long_story import LONG, NEW
from tests.crash.story import SHORT, Story, tell


def told(what: str, story: Story) -> Tale:
    """The order of calls that go out side by side changes, and edits melt into one: some points are in one run only."""
    return Tale(
        what, lambda lab, chance: tell(lab, story), lambda lab: findings(lab, story), lambda point: True,
        together=3, unreached=0.15, policy=story.policy,
    )  # fmt: skip


async def test_kill_around_every_call(nursery: Nursery, tmp_path: Path) -> None:
    tale = replace(told("of the short story", SHORT), naming=by_method)
    todo = await unkilled(nursery, tmp_path / "unkilled", tale)
    await kill_around(nursery, tmp_path, tale, todo)


async def test_kill_around_every_call_that_other_policies_bring(nursery: Nursery, tmp_path: Path) -> None:
    tale = replace(told("that other policies bring", LONG), wanted=lambda point: (point.call, point.nth) in NEW)
    todo = await unkilled(nursery, tmp_path / "unkilled", tale)
    assert {(point.call, point.nth) for point in todo} == NEW
    await kill_around(nursery, tmp_path, tale, todo)


async def test_kill_around_every_call_of_a_diagnosis(nursery: Nursery, tmp_path: Path) -> None:
    tale = replace(told("of a diagnosis", DIAGNOSED), wanted=lambda point: (point.call, point.nth) in LOOKED)
    todo = await unkilled(nursery, tmp_path / "unkilled", tale)
    assert {(point.call, point.nth) for point in todo} == LOOKED
    await kill_around(nursery, tmp_path, tale, todo)
