"""Whom to ask for a role, what it asks, and who is called only when needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views import dialogs
from bot.simulator import Channel
from tests.stories.policies import a_policy
from tests.town import Town, a_town

ROLES = """
lead: boss
roles:
  - id: boss
    title: The Boss
    emoji: "🧭"
    choose: [stays calm, has done it before]
    duties: [You 1., You 2., You 3., You 4., You 5., You 6., You 7., You 8.]
  - id: legal
    title: Legal
    emoji: "⚖️"
    extended: true
    when: Somebody's data may be seen.
    choose: [knows the law]
    invite: ["group:counsel", "role:boss", declarer]
    duties: [You say what has to be reported.]
  - id: press
    title: Press
    emoji: "📰"
    extended: true
    invite: ["person:nobody@example.org"]
    duties: [You speak to the press.]
"""
LIFECYCLE = "decide_by: [boss]\n"
CADENCE = "louder:\n  - {miss: 1, volume: room, mention: [boss]}\n"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    policy = a_policy(tmp_path / "ours", roles=ROLES, cadence=CADENCE, lifecycle=LIFECYCLE)
    async with a_town(tmp_path / "data", policy) as town:
        yield town


@pytest.fixture
async def room(town: Town) -> Channel:
    return await town.declares("sev1 checkout is failing")


async def test_the_team_is_listed_and_apart_from_it_who_is_called_when(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident role legal @chen")
    core, extended = (await town.says(town.ana, room, "/incident role")).split("*Called when needed*")

    assert "The Boss: nobody" in core
    assert "Legal" not in core
    assert f"Legal: {town.chen.mention} · Somebody's data may be seen." in extended


@pytest.mark.parametrize(
    ("wanted", "said"),
    [("boss", "Good for The Boss: stays calm; has done it before."),
     ("legal", "Good for Legal: knows the law.\nCalled when: Somebody's data may be seen.")],
)  # fmt: skip
async def test_the_dialog_says_who_is_good_for_the_role_it_offers(
    town: Town, room: Channel, wanted: str, said: str
) -> None:
    asked = Ask("role", await town.incident(), {"role": wanted})
    blocks = dialogs.build(asked, town.muster.desk.book, None, None)["blocks"]
    assert blocks[0]["hint"]["text"] == said
    assert "*Called when needed*" in str([block for block in blocks if block["type"] == "context"])


async def test_the_dialog_offers_the_lead_and_everyone_else(town: Town, room: Channel) -> None:
    await town.chooses(town.ana, town.card(room), "menu:more", "Roles")
    [dialog] = town.ana.views
    assert "Good for The Boss" in str(dialog.blocks)
    await town.submits(town.ana, role="legal", person=town.chen.id)
    assert (await town.incident()).roles == {"legal": f"slack:{town.chen.id}"}


async def test_who_is_asked_for_a_commander_learns_who_is_good_for_it(town: Town, room: Channel) -> None:
    await town.later(minutes=3)
    asked = next(m for m in town.heard(room) if "Nobody commands" in m.words)
    assert "Good for: stays calm; has done it before" in asked.words


async def test_those_whom_the_role_calls_come_into_the_room_with_whoever_takes_it(town: Town) -> None:
    await town.announces("sev4 reports are late", town.dana)
    await town.says(town.dana, "#general", "/incident room #1")
    [room] = town.rooms()
    assert town.people_in(room) == {"dana"}

    await town.says(town.dana, room, "/incident role legal @chen")
    assert town.people_in(room) == {"dana", "chen", "ana", "ben"}
    assert await town.troubles() == []


async def test_somebody_who_is_not_found_keeps_nobody_else_out(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident role press @eli")

    assert town.people_in(room) == {"ana", "ben", "chen", "dana", "eli"}
    [trouble] = await town.troubles()
    assert "nobody@example.org" in trouble


async def test_all_eight_duties_go_to_whoever_takes_it(town: Town, room: Channel) -> None:
    await town.says(town.ben, room, "/incident role boss")
    duties = town.told(town.ben)[-1].words
    assert all(f"You {n}." in duties for n in range(1, 9))
