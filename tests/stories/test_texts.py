"""What a team's own templates can say of an incident when they are posted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.test_classifying import a_policy
from tests.town import Town, a_town

TEMPLATES = {
    "declared": "{{ label }} {{ status.word }} by {{ by }}{% if due %}, next word by {{ due }}{% endif %}\n",
    "updated": "{{ label }} no. {{ update.number }} at {{ at }} after {{ elapsed }}, before it "
    "{% if last_at %}{{ last_at }}{% else %}none{% endif %}: {{ update.state }}\n",
    "resolved": "{{ label }} over: {{ summary }}{% if cause %}; cause {{ cause }}{% endif %}"
    "{% for target, at in targets %}; {{ target.title }} by {{ at }}{% endfor %}\n",
}
TARGETS = """
targets:
  - {id: report, title: Report, within: next business day}
"""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    ours = a_policy(tmp_path / "ours", postmortem=TARGETS)
    folder = Path(ours) / "templates"
    folder.mkdir()
    for name, text in TEMPLATES.items():
        (folder / f"{name}.j2").write_text(text)
    async with a_town(tmp_path / "data", ours) as town:
        yield town


async def test_the_announcement_promises_the_first_update(town: Town) -> None:
    await town.declares("sev1 checkout is failing")

    assert "#1 Investigating" in (await town.announcement()).words
    assert "next word by" in (await town.announcement()).words and "03:15 UTC" in (await town.announcement()).words


async def test_where_no_update_is_promised_none_is_announced(town: Town) -> None:
    announcement = await town.announces("sev4 an icon is wrong")

    assert "next word" not in announcement.words


async def test_an_update_knows_its_time_and_that_of_the_one_before(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.later(minutes=7)
    await town.says(town.ben, room, "/incident update slow")
    await town.later(minutes=5)
    await town.says(town.ben, room, "/incident update slower")

    first, second = [m.words for m in town.heard("status-updates")]
    assert "no. 1" in first and "03:07 UTC" in first and "after 7 min, before it none: slow" in first
    assert "no. 2" in second and "03:12 UTC" in second and "after 12 min, before it" in second
    assert "03:07 UTC" in second and second.endswith("slower")


async def test_the_end_says_what_is_due_wherever_it_is_told(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ben, room, "/incident resolve")
    await town.submits(town.ben, how="fix", summary="it works", cause="a <pool> & more")

    for where in (room, "status-updates"):
        [said] = [m.words for m in town.heard(where) if "over: it works" in m.words]
        assert "cause a &lt;pool&gt; &amp; more; Report by" in said and "2026-11-23 03:00 UTC" in said
