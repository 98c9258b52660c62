"""From the declaration to the postmortem, as the people in it see it."""

from __future__ import annotations

from tests.town import Town


async def test_one_line_opens_a_room_with_everybody_in_it(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")

    names = {town.simulator.workspace.users[u].name for u in room.members}
    assert names >= {"ana", "ben", "chen", "dana"}
    assert room.name == "inc-1-checkout-is-failing"
