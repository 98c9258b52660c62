from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Busy, Doubt, Rejected
from bot.ports import WHEREABOUTS, Contact, Whereabouts
from tests.adapters.slack.wire import Wire, wired


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(datetime(2026, 11, 21, tzinfo=UTC))


@pytest.fixture
async def wire(clock: StoppedClock) -> AsyncIterator[Wire]:
    async with wired(clock) as wire:
        yield wire


async def test_a_channel_is_found_once_and_remembered(wire: Wire) -> None:
    channel = wire.sim.workspace.channel_named("incidents")
    assert channel
    assert await wire.directory.channel("#incidents") == f"slack:{channel.id}"
    assert await wire.directory.channel("incidents") == f"slack:{channel.id}"
    assert len(wire.sim.calls_to("users.conversations")) == 1
    assert wire.sim.calls_to("conversations.list") == []


async def test_a_channel_muster_is_not_in_is_found_too(wire: Wire) -> None:
    channel = wire.sim.workspace.add_channel("status")
    assert await wire.directory.channel("status") == f"slack:{channel.id}"


async def test_a_channel_that_is_not_there_is_named(wire: Wire) -> None:
    with pytest.raises(Rejected, match="#nowhere"):
        await wire.directory.channel("#nowhere")


async def test_a_channel_slack_no_longer_finds_is_looked_up_anew(wire: Wire) -> None:
    old = wire.sim.workspace.add_channel("status")
    place = await wire.directory.channel("status")
    del wire.sim.workspace.channels[old.id]
    new = wire.sim.workspace.add_channel("status")
    with pytest.raises(Rejected):
        await wire.chat.topic(place, "hello")
    assert await wire.directory.channel("status") == f"slack:{new.id}"


async def test_people_of_a_group(wire: Wire, clock: StoppedClock) -> None:
    ana, ben = wire.sim.person("ana"), wire.sim.person("ben")
    group = wire.sim.workspace.add_group("oncall", name="On call", members=[ana])
    assert await wire.directory.members("@oncall") == (f"slack:{ana.id}",)
    group.users.append(ben.id)
    assert await wire.directory.members("oncall") == (f"slack:{ana.id}",)
    clock.advance(clock.now() + timedelta(seconds=61))
    assert await wire.directory.members("oncall") == (f"slack:{ana.id}", f"slack:{ben.id}")
    assert len(wire.sim.calls_to("usergroups.list")) == 1


@pytest.mark.parametrize("how", ["refuse", "fail"])
async def test_the_last_known_people_serve_while_slack_does_not_answer(
    wire: Wire, clock: StoppedClock, how: str
) -> None:
    ana = wire.sim.person("ana")
    wire.sim.workspace.add_group("oncall", name="On call", members=[ana])
    known = await wire.directory.members("oncall")
    clock.advance(clock.now() + timedelta(days=2))
    if how == "refuse":
        wire.sim.faults.refuse()
    else:
        wire.sim.faults.fail("*", times=9, status=503)
    assert await wire.directory.members("oncall") == known


async def test_a_group_that_is_not_there_is_named(wire: Wire) -> None:
    with pytest.raises(Rejected, match="@nobody"):
        await wire.directory.members("nobody")


async def test_a_group_made_anew_is_found_at_the_second_try(wire: Wire, clock: StoppedClock) -> None:
    ana, ben = wire.sim.person("ana"), wire.sim.person("ben")
    old = wire.sim.workspace.add_group("oncall", name="On call", members=[ana])
    await wire.directory.members("oncall")
    del wire.sim.workspace.groups[old.id]
    wire.sim.workspace.add_group("oncall", name="On call now", members=[ben])
    clock.advance(clock.now() + timedelta(seconds=61))
    assert await wire.directory.members("oncall") == (f"slack:{ben.id}",)


async def test_a_person_by_id_reference_or_address(wire: Wire) -> None:
    ana = wire.sim.person("ana")
    ana.user.email = "ana@example.com"
    for name in (ana.id, f"slack:{ana.id}", "ana@example.com", "Ana@Example.com"):
        assert await wire.directory.person(name) == f"slack:{ana.id}"


@pytest.mark.parametrize("name", ["U0NOBODY", "nobody@example.com", "ana", "@ana", "api:ci"])
async def test_a_person_who_is_not_there_is_named(wire: Wire, name: str) -> None:
    with pytest.raises(Rejected, match=name):
        await wire.directory.person(name)


async def test_names(wire: Wire, clock: StoppedClock) -> None:
    ana = f"slack:{wire.sim.person('ana').id}"
    people = [ana, "slack:U0NOBODY", "api:ci", ana]
    names = await wire.directory.names(people)
    assert names["slack:U0NOBODY"] == "slack:U0NOBODY"
    assert names["api:ci"] == "ci (by API)"
    assert "ana" in names[ana].lower()
    await wire.directory.names(people)
    assert len(wire.sim.calls_to("users.info")) == 2
    wire.sim.faults.refuse()
    clock.advance(clock.now() + timedelta(days=2))
    assert (await wire.directory.names([ana]))[ana] == names[ana]


async def test_a_name_that_slack_does_not_tell_stays_a_reference(wire: Wire) -> None:
    ana = f"slack:{wire.sim.person('ana').id}"
    wire.sim.faults.fail("users.info", error="missing_scope")
    assert await wire.directory.names([ana]) == {ana: ana}


async def test_a_reference_is_taken_as_it_is(wire: Wire) -> None:
    assert await wire.directory.channel("slack:c-1") == "slack:c-1"


async def test_names_never_seen_while_slack_is_down_are_busy(wire: Wire) -> None:
    wire.sim.faults.refuse()
    with pytest.raises((Busy, Doubt)):
        await wire.directory.names([f"slack:{wire.sim.person('ana').id}"])


async def test_how_a_person_is_reached_is_what_their_profile_says(wire: Wire) -> None:
    zoe = wire.sim.workspace.add_person(
        "zoe", real_name="Zoe Ray", tz="Asia/Tokyo", email="zoe@a.test", phone="+12025550123"
    )
    contact = await wire.directory.contact(f"slack:{zoe.id}")

    assert contact == Contact("Zoe Ray", "zoe@a.test", "+12025550123", "Asia/Tokyo")


async def test_what_a_profile_does_not_say_is_empty(wire: Wire) -> None:
    zoe = wire.sim.workspace.add_person("zoe")
    wire.sim.workspace.users[zoe.id].email = ""
    contact = await wire.directory.contact(f"slack:{zoe.id}")

    assert (contact.name, contact.email, contact.phone) == ("Zoe", "", "")


@pytest.mark.parametrize("person", ["slack:U404", "api:ci"])
async def test_whoever_is_not_there_cannot_be_reached(wire: Wire, person: str) -> None:
    with pytest.raises(Rejected):
        await wire.directory.contact(person)


async def test_the_last_known_contact_serves_while_slack_does_not_answer(wire: Wire, clock: StoppedClock) -> None:
    ana = f"slack:{wire.sim.person('ana').id}"
    known = await wire.directory.contact(ana)
    clock.advance(clock.now() + timedelta(days=1))
    wire.sim.faults.refuse(True)

    assert await wire.directory.contact(ana) == known


async def test_a_group_as_a_reference(wire: Wire) -> None:
    group = wire.sim.workspace.add_group("oncall", name="On call", members=[])
    assert await wire.directory.group("@oncall") == f"slack:{group.id}"
    with pytest.raises(Rejected, match="@nobody"):
        await wire.directory.group("nobody")


async def test_a_group_is_staffed_and_its_members_are_known_at_once(wire: Wire) -> None:
    ana, ben = wire.sim.person("ana"), wire.sim.person("ben")
    group = wire.sim.workspace.add_group("oncall", name="On call", members=[ana])
    await wire.directory.members("oncall")
    for _ in range(2):
        await wire.directory.staff("oncall", [f"slack:{ben.id}"])

    assert group.users == [ben.id]
    assert await wire.directory.members("oncall") == (f"slack:{ben.id}",)
    assert len(wire.sim.calls_to("usergroups.users.list")) == 1


async def test_a_group_made_anew_is_staffed_all_the_same(wire: Wire) -> None:
    ana = wire.sim.person("ana")
    old = wire.sim.workspace.add_group("oncall", name="On call", members=[ana])
    await wire.directory.group("oncall")
    del wire.sim.workspace.groups[old.id]
    new = wire.sim.workspace.add_group("oncall", name="On call now", members=[])
    await wire.directory.staff("@oncall", [f"slack:{ana.id}"])

    assert new.users == [ana.id]


async def test_nobody_is_taken_out_of_a_group_for_nobody(wire: Wire) -> None:
    ana = wire.sim.person("ana")
    group = wire.sim.workspace.add_group("oncall", name="On call", members=[ana])
    with pytest.raises(Rejected, match="keeps its members"):
        await wire.directory.staff("oncall", [])

    assert group.users == [ana.id]


# what people chose at set-up


async def chosen(wire: Wire, **kept: Any) -> None:
    await wire.memory.remember(WHEREABOUTS, Whereabouts(**kept).to_json())


async def test_what_was_chosen_goes_before_what_a_name_says(wire: Wire) -> None:
    ana, ben = (f"slack:{wire.sim.person(name).id}" for name in ("ana", "ben"))
    await chosen(
        wire, channels={"incidents": "slack:C9"}, crews={"oncall": [ana, ben]}, people={"boss@example.org": ben}
    )  # fmt: skip
    assert await wire.directory.channel("#incidents") == "slack:C9"
    assert await wire.directory.members("@oncall") == (ana, ben)
    assert await wire.directory.person("Boss@example.org") == ben
    assert await wire.directory.group("oncall") == ""
    assert wire.sim.calls_to("conversations.list") == wire.sim.calls_to("usergroups.list") == []


async def test_another_group_may_stand_in(wire: Wire) -> None:
    ana = wire.sim.person("ana")
    sre = wire.sim.workspace.add_group("sre", name="SRE", members=[ana])
    await chosen(wire, groups={"oncall": f"slack:{sre.id}"})
    assert await wire.directory.groups() == {"sre": f"slack:{sre.id}"}
    assert await wire.directory.group("@oncall") == f"slack:{sre.id}"
    assert await wire.directory.members("oncall") == (f"slack:{ana.id}",)
    with pytest.raises(Rejected, match="/incident setup"):
        await wire.directory.members("sales")


async def test_a_shift_is_kept_in_the_people_who_stand_in_for_a_group(wire: Wire) -> None:
    ana, ben = (f"slack:{wire.sim.person(name).id}" for name in ("ana", "ben"))
    await chosen(wire, crews={"oncall": [ana]}, channels={"incidents": "slack:C9"})
    await wire.directory.staff("oncall", [ben])
    assert await wire.directory.members("oncall") == (ben,)
    assert await wire.directory.channel("incidents") == "slack:C9"
    assert wire.sim.calls_to("usergroups.users.update") == []
