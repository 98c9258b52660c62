"""Being on call in a real browser: who it is, and asking to be covered with one press."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.steps import EDITED, a_hall, go_to, log, picture, say
from tests.stories.test_oncall import ours

if TYPE_CHECKING:
    from tests.browser.conftest import PageFor

ROTA = """
schedules:
  - {id: primary, title: Primary, layers: [{members: ["person:ana@practice.example", "person:ben@practice.example"],
     starts: "2025-01-06 09:00", every: 400d}]}
  - {id: secondary, title: Secondary, layers: [{members: ["group:seconds"]}]}
fallback: ["person:dana@practice.example"]
"""


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
async def test_whoever_is_on_call_is_covered(tmp_path: Path, page_for: PageFor, width: int, height: int) -> None:
    async with a_hall(tmp_path / "data", ours(tmp_path / "ours", ROTA)) as hall:
        page = await page_for(f"{hall.url}/?as=ben", width=width, height=height)
        await go_to(page, "general")
        await say(page, "/incident oncall")
        await expect(log(page).get_by_text("Primary").first).to_be_visible(timeout=EDITED)
        await picture(page, "oncall-1-board")
        await log(page).get_by_role("button", name="Cover me 2h").first.click()
        await expect(log(page).get_by_text("Asked in #incidents").first).to_be_visible(timeout=EDITED)

        other = await page_for(f"{hall.url}/?as=chen", width=width, height=height)
        await go_to(other, "incidents")
        await log(other).get_by_role("button", name="I cover").click()
        await expect(log(other).get_by_text("covers Primary for").first).to_be_visible(timeout=EDITED)
        await expect(log(other).get_by_text("@Chen Wei on call until").first).to_be_visible(timeout=EDITED)
        await picture(other, "oncall-2-covered")
        await say(other, "/incident oncall")
        await expect(log(other).get_by_text("as arranged").first).to_be_visible(timeout=EDITED)
        await picture(other, "oncall-3-board")
        assert hall.complaints == []
