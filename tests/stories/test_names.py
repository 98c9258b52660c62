"""What incidents are called, and that one can name them so wherever #12 works."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import facts
from tests.stories.policies import a_policy
from tests.town import Town, a_town

BY_THE_CLOCK = 'incident: "INC-{date}-{minute}"\nroom: "{id}-{slug}"'


@pytest.fixture
async def clocked(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path / "data", a_policy(tmp_path / "clocked", naming=BY_THE_CLOCK)) as town:
        yield town


async def test_it_is_called_by_the_pattern_everywhere(clocked: Town) -> None:
    town = clocked
    told = await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
    [room] = town.rooms()

    assert told.startswith("INC-20261121-0300 is declared")
    assert room.name == "inc-20261121-0300-checkout-is-failing"
    assert "INC-20261121-0300" in town.card(room).words
    assert "INC-20261121-0300" in (await town.announcement()).words
    assert "INC-20261121-0300" in room.purpose.value
    for typed in ("ack", "note the pool is full", "task draw a line", "role commander", "update half of it works",
                  "severity sev2", "retry"):  # fmt: skip
        assert "INC-20261121-0300" in await town.says(town.ben, room, f"/incident {typed}"), typed
    assert not [m.words for m in town.everything() if "#1 " in m.words]


async def test_two_in_one_minute_have_names_of_their_own(clocked: Town) -> None:
    town = clocked
    for title in ("checkout is failing", "search is failing", "login is failing"):
        await town.says(town.ana, "#general", f"/incident declare sev4 {title}")

    assert [(await town.incident(n)).label for n in (1, 2, 3)] == [
        "INC-20261121-0300", "INC-20261121-0300-2", "INC-20261121-0300-3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "status INC-20261121-0300-2",
        "inc-20261121-0300-2",
        "INC-20261121-0300-2 status",
        "INC-20261121-0300-2: status",
        "note INC-20261121-0300-2: who noticed",
        "severity sev3 inc-20261121-0300-2",
        "status #2",
        "2",
        "ack 2",
    ],
)
async def test_it_is_named_in_any_case_wherever_a_number_would_stand(clocked: Town, typed: str) -> None:
    town = clocked
    for title in ("checkout is failing", "search is failing"):
        await town.says(town.ana, "#general", f"/incident declare sev4 {title}")

    before = await town.incident(1)
    told = await town.says(town.ben, "#general", f"/incident {typed}")

    assert "INC-20261121-0300-2" in told
    assert await town.incident(1) == before
    assert len(await town.muster.store.incidents(open=None)) == 2


async def test_a_slip_is_refused_and_ends_up_on_no_other_incident(clocked: Town) -> None:
    town = clocked
    room = await town.declares("sev1 checkout is failing")

    told = await town.says(town.ben, room, "/incident note INC-20261121-0299 the pool is full")
    assert "no incident INC-20261121-0299" in told
    assert "the pool is full" not in str(await town.timeline())


async def test_words_that_only_look_like_a_name_are_words(clocked: Town) -> None:
    town = clocked
    room = await town.declares("sev1 CVE-2026-1234 is exploited")
    assert (await town.incident()).title == "CVE-2026-1234 is exploited"

    await town.says(town.ben, room, "/incident note CVE-2026-1234 is what hit us")
    assert "CVE-2026-1234 is what hit us" in str(await town.timeline())

    told = await town.says(town.ben, room, "/incident CVE-2027-99999 update broke login")
    assert "Declare it as an incident" in told or "does not know the word" in told
    assert len(await town.muster.store.incidents(open=None)) == 1


async def test_names_of_any_shape_are_known_from_the_record(tmp_path: Path) -> None:
    policy = a_policy(tmp_path / "short", naming='incident: "Fall{number}"')
    async with a_town(tmp_path / "data", policy) as town:
        room = await town.declares("sev1 checkout is failing")
        await town.says(town.ana, "#general", "/incident declare sev4 search is slow")

        for typed in ("status fall2", "Fall2", "fall2 update it is slow", "severity sev3 Fall2", "#2 note seen"):
            assert "Fall2" in await town.says(town.ben, room, f"/incident {typed}"), typed
        assert len(await town.timeline(1)) <= 4 + len((await town.incident(1)).paged) + 4
        await town.says(town.ben, room, "/incident note db7 is out of memory")
        assert "db7 is out of memory" in str(await town.timeline(1))


async def test_numbers_go_on_working_for_what_was_opened_before(town: Town, tmp_path: Path) -> None:
    await town.declares("sev1 checkout is failing")
    town.runs_under(a_policy(tmp_path / "clocked", naming=BY_THE_CLOCK))
    await town.restarts()
    await town.says(town.ana, "#general", "/incident declare sev4 search is slow")

    assert (await town.incident(1)).name == "#1"
    assert "#1" in await town.says(town.ben, "#general", "/incident ack #1")
    assert "INC-20261121-0300" in await town.says(town.ben, "#general", "/incident ack #2")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["sev4", "sev3", "sev1"]), min_size=2, max_size=6), st.booleans())
def test_no_two_are_ever_called_the_same(
    tmp_path_factory: pytest.TempPathFactory, grades: list[str], at_once: bool
) -> None:
    async def told() -> list[str]:
        folder = tmp_path_factory.mktemp("named")
        async with a_town(folder / "data", a_policy(folder / "clocked", naming='incident: "I-{time}"')) as town:
            said = [town.ana.runs("#general", f"/incident declare {g} thing {n}") for n, g in enumerate(grades)]
            if at_once:
                await asyncio.gather(*said)
            else:
                for one in said:
                    await one
            await town.settle()
            opened = await town.muster.store.incidents(open=None)
            history = [await town.muster.store.facts(i.id) for i in opened]
            assert [f[0].event.label for f in history if isinstance(f[0].event, facts.Declared)] == [
                i.label for i in opened
            ]
            found = [await town.muster.store.incident_labelled(i.label.lower()) for i in opened]
            assert found == opened
            return [i.label for i in opened]

    labels = asyncio.run(told())
    assert len(set(labels)) == len(labels) == len(grades)
    assert all(re.fullmatch(r"I-\d{6}(-\d+)?", label) for label in labels)


async def test_a_room_stands_for_its_incident_where_a_number_may(town: Town) -> None:
    """Slack completes #1 to the first channel that matches."""
    first, second = await town.declares("sev1 checkout is failing"), await town.declares("sev2 mail is slow")

    told = await town.says(town.ben, "#general", f"/incident ack #{first.name}")
    assert told.startswith("You acknowledged #1")
    told = await town.says(town.ben, "#general", f"/incident #{second.name}: note see #{first.name} is related")
    assert told.startswith("Noted on the timeline of #2")
    assert any(f"see #{first.name} is related" in entry.text for entry in await town.timeline(2))
    told = await town.says(town.ben, first, "/incident note #general is quiet")
    assert told.startswith("Noted on the timeline of #1")
