"""The practice workspace holds what the policy names, also when it was kept from another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine.clock import StoppedClock
from bot.policy.book import Book, bundled, load
from bot.practice import hall
from bot.practice.people import channels, groups, move_in
from bot.simulator import Simulator
from tests.practice import harbour
from tests.town import MANIFEST, NIGHT


@pytest.fixture
def ours(tmp_path: Path) -> Book:
    return load(harbour.build(tmp_path))


def workspace() -> Simulator:
    return Simulator(StoppedClock(NIGHT), MANIFEST)


def members(simulator: Simulator) -> dict[str, set[str]]:
    users = simulator.workspace.users
    return {g.handle: {users[id].name for id in g.users} for g in simulator.workspace.groups.values()}


def rooms(simulator: Simulator) -> list[str]:
    return [channel.name for channel in simulator.workspace.channels.values()]


def test_without_a_policy_it_is_what_the_default_names() -> None:
    plain, named = workspace(), workspace()
    move_in(plain)
    move_in(named, load("default"))

    assert rooms(plain) == rooms(named) == ["general", "incidents", "status-updates"]
    assert members(plain) == {"oncall": {"ben", "chen"}, "incident-commanders": {"dana", "ana"}}
    assert members(named)["oncall"] == {"ben", "chen"} and members(named)["incident-commanders"] == {"dana", "ana"}


def test_every_channel_and_group_of_a_policy_is_there(ours: Book) -> None:
    simulator = workspace()
    move_in(simulator, ours)

    assert rooms(simulator) == ["general", "harbour-alarms", "harbour-news", "harbour-quay"]
    assert members(simulator) == {
        "crane-crew": {"ben", "chen"}, "oncall": {"ben", "chen"}, "pilots": {"ana", "ben"}, "tower": {"chen", "dana"},
        "incident-commanders": {"dana", "ana"}, "oncall-secondary": {"ana", "eli"},
    }  # fmt: skip


@pytest.mark.parametrize("name", bundled())
def test_every_group_has_two_people_and_every_channel_everybody(name: str) -> None:
    book, simulator = load(name), workspace()
    move_in(simulator, book)

    assert {*channels(book), "general"} == set(rooms(simulator))
    assert set(groups(book)) == set(members(simulator))
    assert all(len(people) == 2 for people in members(simulator).values())
    assert all(len(channel.members) == 6 for channel in simulator.workspace.channels.values())


def test_a_kept_workspace_gets_what_it_lacks_and_keeps_the_rest(ours: Book) -> None:
    simulator = workspace()
    move_in(simulator)
    before = dict(simulator.workspace.channels), dict(simulator.workspace.groups)
    move_in(simulator, ours)
    move_in(simulator, ours)

    assert rooms(simulator) == [
        "general", "incidents", "status-updates", "harbour-alarms", "harbour-news", "harbour-quay",
    ]  # fmt: skip
    assert before[0].items() <= simulator.workspace.channels.items()
    assert before[1].items() <= simulator.workspace.groups.items()
    assert len(simulator.workspace.people()) == 5
    assert sorted(members(simulator)) == [
        "crane-crew", "incident-commanders", "oncall", "oncall-secondary", "pilots", "tower",
    ]  # fmt: skip


def test_a_kept_workspace_without_them_puts_those_there_into_a_group(ours: Book) -> None:
    simulator = workspace()
    simulator.workspace.add_person("zoe")
    move_in(simulator, ours)

    assert members(simulator)["tower"] == {"zoe"}


def test_the_greeting_says_what_to_type_under_this_policy(ours: Book) -> None:
    plain, other = hall.greeting("http://here", None, load("default")), hall.greeting("http://here", None, ours)

    assert "/incident declare sev1 checkout is failing" in plain and "policy" not in plain
    assert "/incident declare p0 checkout is failing" in other and "the policy Harbour" in other


def test_a_severity_that_is_a_plain_word_is_marked_off(tmp_path: Path) -> None:
    folder = harbour.build(tmp_path)
    for file in folder.glob("*.yml"):
        file.write_text(file.read_text().replace("p0", "sinking"))

    assert hall.first_words(load(folder)) == "sinking: checkout is failing"
