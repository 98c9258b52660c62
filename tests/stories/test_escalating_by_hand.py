"""People call others by hand, those who are called answer, and everybody sees what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.pieces import Called
from bot.simulator import Channel, Message
from tests.stories.policies import a_policy
from tests.town import Town, a_town, acts, labels

LEVELS = """
levels:
  - {id: first, title: First on call, who: ["group:oncall"]}
  - {id: manager, title: Engineering Manager, who: ["group:managers"], tell: management, aliases: [em]}
  - {id: cto, title: CTO, who: ["group:executives"]}
notices: {management: management}
rules:
  - {id: late, severities: [sev1], after: 15m, to: manager, because: Nobody acknowledged it for 15 minutes.}
  - {id: long, severities: [sev1], after: 1h, to: cto, unless: over, because: A SEV1 lasts an hour.}
pages: {again_every: 5m, times: 2, quiet_after: 30m, answer_within: 5m}
criteria: [It grows while we work on it.]
triggers:
  - {id: breach, title: Data breach, when: Data is seen by the wrong people., who: ["group:lawyers"], aliases: [leak]}
contacts:
  - {id: cloud, title: Cloud support, when: The provider is at fault., phone: "+1 555 0100", reference: Contract 4711}
"""
SEVERITIES = (Path(__file__).parents[2] / "bot/policy/policies/default/severities.yml").read_text()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    paged = SEVERITIES.replace('"oncall:primary"', '"group:oncall"')
    async with a_town(tmp_path / "data", a_policy(tmp_path / "ours", escalation=LEVELS, severities=paged)) as town:
        group(town, "managers", "eli")
        group(town, "executives", "dana")
        group(town, "lawyers", "fay")
        yield town


def group(town: Town, handle: str, *people: str) -> None:
    workspace = town.simulator.workspace
    for name in people:
        if workspace.user_named(name) is None:
            workspace.add_person(name, real_name=f"{name.title()} Field", tz="Europe/London")
    found = workspace.group_named(handle) or workspace.add_group(handle, name=handle, members=[])
    found.users = [getattr(town, name).id for name in people]


@pytest.fixture
async def room(town: Town) -> Channel:
    await town.forgets()
    return await town.declares("sev1 checkout is failing")


async def calls(town: Town) -> tuple[Called, ...]:
    return (await town.incident()).called


def page(town: Town, name: str) -> Message:
    """The newest page to that person."""
    return [m for m in town.told(getattr(town, name)) if acts(m) & {"ack", "cant"} or "needed" in m.words][-1]


# calling


async def test_from_the_card_the_next_level_is_a_reason_away(town: Town, room: Channel) -> None:
    await town.clicks(town.ana, town.card(room), "Escalate")
    assert (await town.submits(town.ana, reason="it spreads to the second region")).ok

    [call] = await calls(town)
    assert (call.level, call.by) == ("manager", f"slack:{town.ana.id}")
    assert "You are called because: it spreads to the second region" in page(town, "eli").words
    assert "eli" in town.people_in(room)
    assert "Engineering Manager" in town.words(room)
    assert "it spreads to the second region" in town.words("management")
    assert "Engineering Manager is called for #1" in town.private(town.ana)[-1].words


@pytest.mark.parametrize(
    ("line", "who", "level"),
    [
        ("engineering manager: it spreads", "eli", "manager"),
        ("em it spreads", "eli", "manager"),
        ("next it spreads", "eli", "manager"),
        ("data breach it spreads", "fay", "breach"),
        ("leak it spreads", "fay", "breach"),
        ("cto it spreads", "dana", "cto"),
    ],
)
async def test_one_line_calls_whom_it_names(town: Town, room: Channel, line: str, who: str, level: str) -> None:
    await town.says(town.ana, room, f"/incident escalate {line}")
    assert [(call.level, call.reason) for call in await calls(town)] == [(level, "it spreads")]
    assert "You are called because: it spreads" in page(town, who).words


async def test_a_person_is_called_by_name_and_comes(town: Town, room: Channel) -> None:
    told = await town.says(town.ana, room, "/incident escalate @eli we need a DBA")
    assert f"<@{town.eli.id}> is called for #1" in told
    assert "You are called because: we need a DBA" in page(town, "eli").words
    assert "eli" in town.people_in(room)

    await town.clicks(town.eli, page(town, "eli"), "Acknowledge")
    await town.later(seconds=10)
    assert f"<@{town.eli.id}> coming" in town.card(room).words


async def test_a_person_chosen_in_the_dialog_goes_before_the_level(town: Town, room: Channel) -> None:
    await town.clicks(town.ana, town.card(room), "Escalate")
    assert (await town.submits(town.ana, person=town.eli.id, reason="we need a DBA")).ok
    assert [call.title for call in await calls(town)] == [f"slack:{town.eli.id}"]


async def test_what_names_no_level_is_asked_about_and_not_lost(town: Town, room: Channel) -> None:
    told = await town.says(town.ana, room, "/incident escalate it spreads")
    assert "There is no level *it*" in told
    answer = town.private(town.ana)[-1]
    assert labels(answer) == ["First on call", "Engineering Manager", "CTO", "Data breach"]

    await town.clicks(town.ana, answer, "CTO")
    assert [(call.level, call.reason) for call in await calls(town)] == [("cto", "it spreads")]


# refusals


async def test_nobody_is_woken_without_a_reason(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident escalate manager")
    refused = await town.submits(town.ana, reason="   ")
    assert "Why?" in str(refused.errors)
    assert await calls(town) == ()


async def test_nobody_is_called_to_what_is_over(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident resolve fix it was the cache")
    told = await town.says(town.ana, room, "/incident escalate manager it spreads")
    assert "#1 is over. To work on it again: /incident reopen #1 why" in told
    assert "#1 is over" in await town.says(town.ana, room, "/incident pause 30m lunch")
    assert await calls(town) == ()


async def test_a_misspelt_name_is_not_guessed(town: Town, room: Channel) -> None:
    told = await town.says(town.ana, room, "/incident escalate @elie we need a DBA")
    assert "I do not know who @elie is" in told
    assert await calls(town) == ()


async def test_once_all_are_called_the_next_must_be_named(town: Town, room: Channel) -> None:
    for level in ("manager", "cto"):
        await town.says(town.ana, room, f"/incident escalate {level} it spreads")
    assert "Every level was called already" in await town.says(town.ana, room, "/incident escalate next it spreads")


# two at once


@pytest.mark.parametrize("target", ["manager", "person"])
async def test_two_people_who_press_the_same_are_one_call(town: Town, room: Channel, target: str) -> None:
    words = "manager it spreads" if target == "manager" else "@eli it spreads"
    await asyncio.gather(*(who.runs(room, f"/incident escalate {words}") for who in (town.ana, town.ben)))
    await town.settle()

    [call] = await calls(town)
    assert len(town.told(town.eli)) == 1
    [late] = [who for who in (town.ana, town.ben) if f"slack:{who.id}" != call.by]
    assert f"<@{call.by.removeprefix('slack:')}> called" in town.private(late)[-1].words


async def test_two_open_dialogs_are_one_call(town: Town, room: Channel) -> None:
    for who in (town.ana, town.ben):
        await town.clicks(who, town.card(room), "Escalate")
    assert (await town.submits(town.ana, reason="it spreads")).ok
    refused = await town.submits(town.ben, reason="it spreads")
    assert "called Engineering Manager at 03:00 UTC" in str(refused.errors)
    assert len(await calls(town)) == 1


async def test_a_command_that_comes_twice_calls_once(town: Town, room: Channel) -> None:
    await town.says(town.ana, room, "/incident escalate manager it spreads")
    await town.repeats(town.ana)
    assert len(await calls(town)) == 1
    assert len(town.told(town.eli)) == 1


# answers


async def test_one_press_says_that_somebody_cannot_come_and_may_be_taken_back(town: Town, room: Channel) -> None:
    [to_ben] = town.told(town.ben)
    await town.clicks(town.ben, to_ben, "Can't")
    await town.later(seconds=10)
    assert "that you cannot come" in to_ben.words
    assert labels(to_ben) == ["I can after all"]
    assert f"<@{town.ben.id}> was called and cannot come." in town.words(room)
    assert f"<@{town.ben.id}> cannot come" in town.card(room).words

    await town.clicks(town.ben, to_ben, "I can after all")
    await town.later(seconds=10)
    assert (await town.incident()).acknowledged_by == f"slack:{town.ben.id}"
    assert f"<@{town.ben.id}> coming" in town.card(room).words


async def test_when_nobody_of_those_paged_can_come_the_next_are_called_at_once(town: Town, room: Channel) -> None:
    for name in ("ben", "chen"):
        await town.clicks(getattr(town, name), page(town, name), "Can't")
    assert await calls(town) == ()
    await town.says(town.dana, room, "/incident can’t no laptop here")  # noqa: RUF001
    [call] = await calls(town)
    assert (call.level, call.reason) == ("manager", "Nobody who was called so far can come.")
    assert "no laptop here" in town.words(room)


async def test_whoever_is_called_by_hand_answers_for_themselves(town: Town, room: Channel) -> None:
    await town.clicks(town.ben, page(town, "ben"), "Acknowledge")
    await town.says(town.ben, room, "/incident escalate manager the payments vendor must be called")
    asked = page(town, "eli")
    assert "You are wanted too." in asked.words
    assert labels(asked) == ["Acknowledge", "Can't", "Take command"]
    await town.later(minutes=5, seconds=10)
    assert len(town.told(town.eli)) == 2, "asked again: the acknowledgement of another is not enough"

    await town.clicks(town.eli, asked, "Acknowledge")
    await town.later(minutes=6)
    assert len(town.told(town.eli)) == 2
    assert (await town.incident()).acknowledged_by == f"slack:{town.ben.id}"
    assert labels(asked) == ["Can't after all", "Take command"]


async def test_after_a_silence_one_press_keeps_the_acknowledgement(town: Town, room: Channel) -> None:
    await town.clicks(town.ben, page(town, "ben"), "Acknowledge")
    await town.later(minutes=31)
    asked = town.told(town.ben)[-1]
    assert "nothing was heard for 30 min" in asked.words
    assert "Good. You are still on #1." in await town.clicks(town.ben, asked, "Still on it")
    await town.later(minutes=10)
    assert (await town.incident()).acknowledged_by == f"slack:{town.ben.id}"


# what everybody sees


async def test_the_card_says_who_is_next_until_somebody_acknowledges(town: Town, room: Channel) -> None:
    card = town.card(room)
    assert "Next: *Engineering Manager*" in card.words
    assert "+1 more" in card.words
    await town.clicks(town.ben, page(town, "ben"), "Acknowledge")
    await town.later(seconds=10)
    assert "Next: *CTO*" in card.words
    assert "unless it is over" in card.words


async def test_paused_nobody_is_called_and_resumed_later_by_as_much(town: Town, room: Channel) -> None:
    await town.later(minutes=10)
    await town.chooses(town.ana, town.card(room), "menu:calls", "Pause")
    assert (await town.submits(town.ana, length="30m", reason="the vendor restarts it")).ok
    await town.later(minutes=10)
    card = town.card(room)
    assert "Paused until" in card.words
    assert "the vendor restarts it" in card.words
    assert "Next:" not in card.words
    assert await calls(town) == ()

    await town.clicks(town.ben, card, "Resume")
    await town.later(minutes=4)
    assert await calls(town) == ()
    await town.later(minutes=2)
    assert [call.level for call in await calls(town)] == ["manager"]


async def test_the_list_of_pages_says_who_was_told_and_what_they_said(town: Town, room: Channel) -> None:
    await town.clicks(town.ben, page(town, "ben"), "Can't")
    await town.says(town.ana, room, "/incident escalate manager it spreads")
    await town.clicks(town.eli, page(town, "eli"), "Acknowledge")
    told = await town.says(town.ana, room, "/incident pages")
    assert f"<@{town.ben.id}> *cannot come*" in told
    assert f"<@{town.chen.id}> *no answer yet*" in told
    assert "*Engineering Manager*" in told
    assert f"<@{town.eli.id}> *coming*" in told
    assert "*CTO*" in told


async def test_contacts_are_at_hand_with_and_without_an_incident(town: Town) -> None:
    assert "+1 555 0100" in await town.says(town.ana, "#general", "/incident contacts")
    room = await town.declares("sev1 checkout is failing")
    told = await town.says(town.ana, room, "/incident contacts")
    assert "Contract 4711" in told
