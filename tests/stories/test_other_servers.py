"""Servers that are not Slack: an id is whatever the server gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.simulator.ids import Ids
from tests.town import a_town


@pytest.mark.parametrize("shape", ["{}-{}", "{}{}", "{}_x{}"])
async def test_people_and_rooms_with_ids_of_other_shapes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:  # fmt: skip
    def new(ids: Ids, prefix: str) -> str:
        ids.count += 1
        return shape.format(prefix.lower(), ids.count)

    monkeypatch.setattr(Ids, "new", new)
    async with a_town(tmp_path) as town:
        room = await town.declares("sev1 checkout is failing")
        await town.says(town.ana, room, "/incident role commander @ben")
        await town.says(town.ana, room, "/incident task @chen fail over")
        await town.says(town.ana, room, "/incident note @dana saw it")
        await town.says(town.ana, room, "/incident resolve fix it is mended")

        assert town.people_in(room) == {"ana", "ben", "chen", "dana"}
        assert (await town.incident()).roles == {"commander": f"slack:{town.ben.id}"}
        assert f"<@{town.chen.id}>" in town.words("incidents"), "the mention rings"
        assert "slack:" not in "".join(message.words for message in town.everything())
        written = town.file(town.files(room)[-1])
        assert "Dana Novak saw it" in written
        assert "slack:" not in written
