"""Things that cross each other, and places where one would not look."""

from __future__ import annotations

import asyncio

from tests.town import Town, acts


async def test_a_severity_changed_while_the_room_is_opening_opens_no_second_one(town: Town) -> None:
    town.simulator.faults.fail("conversations.create", status=429, retry_after=60)
    await town.says(town.ana, "#general", "/incident declare sev2 checkout is failing")
    await town.says(town.ben, "#general", "/incident severity #1 sev1")
    await town.later(minutes=4, seconds=50)

    [room] = town.rooms()
    assert town.people_in(room) == {"ana", "ben", "chen", "dana"}
    assert len([m for m in town.heard(room) if "menu:severity" in acts(m)]) == 1
    assert len([m for m in town.heard(room) if "checklist:tick" in acts(m)]) == 1
    assert len(town.told(town.ben)) == 1, "whoever changed it is awake"
    assert [len(town.told(p)) for p in (town.chen, town.dana)] == [2, 1]


async def test_every_page_about_an_incident_is_kept_up_to_date(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ana, room, "/incident severity sev1")
    await town.says(town.dana, room, "/incident ack")
    await town.later(seconds=30)

    pages = [*town.told(town.chen), *town.told(town.ben), *town.heard("incidents")[1:]]
    assert len(pages) == 6
    for page in pages:
        assert "ack" not in acts(page)
    assert town.ringing() == []


async def test_whoever_is_at_work_on_it_is_not_woken_again(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ben, room, "/incident role commander")
    await town.says(town.chen, room, "/incident ack")
    told = len(town.told(town.ben)), len(town.told(town.chen))

    await town.says(town.dana, room, "/incident severity sev1")
    await town.later(seconds=30)

    assert (len(town.told(town.ben)), len(town.told(town.chen)), len(town.told(town.dana))) == (*told, 0)
    assert town.ringing() == []
    assert len(town.heard("incidents")) == 2


async def test_nobody_is_woken_for_what_is_over(town: Town) -> None:
    """Paging waited for Slack; meanwhile it was resolved."""
    town.simulator.faults.fail("conversations.open", times=3, status=429, retry_after=600)
    await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
    await town.later(minutes=1)
    await town.says(town.ana, "#general", "/incident resolve #1 it was nothing")
    await town.later(minutes=30)

    assert [len(town.told(p)) for p in (town.ben, town.chen, town.dana)] == [0, 0, 0]
    assert await town.troubles() == []


async def test_what_is_said_before_the_room_stands_is_said_there_after_the_card(town: Town) -> None:
    town.simulator.faults.fail("conversations.create", status=429, retry_after=60)
    await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
    await town.says(town.ben, "#general", "/incident ack #1")
    await town.says(town.ben, "#general", "/incident update #1 half of the payments work again")
    await town.later(minutes=3)

    [room] = town.rooms()
    said = town.heard(room)
    assert "menu:severity" in acts(said[0])
    assert "half of the payments work again" in town.words(room)
    assert town.heard(await town.announcement()) == []


async def test_resolved_before_the_room_stands_it_still_ends_everywhere(town: Town) -> None:
    town.simulator.faults.fail("conversations.create", status=429, retry_after=60)
    await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
    await town.says(town.ana, "#general", "/incident resolve #1 it was nothing")
    await town.later(minutes=5)

    [room] = town.rooms()
    assert "it was nothing" in town.words(room)
    assert "it was nothing" in town.words("status-updates")
    assert len(town.files(room)) == 1
    assert "reopen" in acts(town.card(room))


async def test_muster_keeps_to_slacks_limits(town: Town) -> None:
    """Eight incidents in a minute, each with an update: no call is refused for being one too many."""
    town.simulator.faults.rate_limits(True)
    for n in range(8):
        await town.says(town.ana, "#general", f"/incident declare sev1 part {n} fails")
        await town.says(town.ben, "#general", f"/incident update #{n + 1} we look at part {n}")
    await town.later(minutes=15)

    assert [c.method for c in town.simulator.calls if c.status == "429"] == []
    assert len(town.rooms()) == 8
    assert len(town.heard("status-updates")) == 8
    for n in range(1, 9):
        assert await town.troubles(n) == []


async def test_it_works_from_a_channel_that_muster_is_not_in(town: Town) -> None:
    town.simulator.workspace.add_channel("secret", members=[town.eli], private=True)

    told = await town.says(town.eli, "#secret", "/incident declare sev1 checkout is failing")

    [room] = town.rooms()
    assert f"<#{room.id}>" in told
    assert "eli" in town.people_in(room)
    assert "eli" not in [m.words for m in town.heard("#secret")]


async def test_muster_joins_the_channels_it_speaks_in(town: Town) -> None:
    bot = town.simulator.workspace.bot.id
    for name in ("incidents", "status-updates"):
        town.simulator.workspace.find(name).members.remove(bot)

    room = await town.declares("sev1 checkout is failing")
    await town.says(town.ana, room, "/incident update we look at it")

    assert len(town.heard("incidents")) == 2
    assert "we look at it" in town.words("status-updates")
    assert await town.troubles() == []


async def test_there_is_an_answer_to_everything(town: Town) -> None:
    """Whatever is typed, something comes back: a sentence, a list or a dialog."""
    room = await town.declares("sev2 checkout is failing")
    odd = [
        "retry", "snooze", "room", "severity wonky", "status wonky", "role wizard", "role commander @nobody",
        "role none", "task done", "task take 7", "task @ana", "task later", "checklist done 99", "checklist done",
        "#1", "#1 wat", "#99999999999", "🔥", "?", "<@U1> <#C1> &lt; &amp;", "timeline #1", "update #77 words",
        "cancel", "reopen", "reopen because", "resolve", "note", "ack #1 #2", "list x", "another", "declare #1",
    ]  # fmt: skip
    for typed in odd:
        told = await town.says(town.ben, room, f"/incident {typed}")
        assert told or town.ben.views, f"silence after {typed}"
        while town.ben.views:
            await town.ben.closes()
    assert town.ben.toasts == []


async def test_two_dialogs_at_once_become_two_updates(town: Town) -> None:
    room = await town.declares("sev1 checkout is failing")
    for person in (town.ben, town.dana):
        await town.says(person, room, "/incident update")
    await asyncio.gather(
        town.ben.submits(None, {"state": "from ben"}), town.dana.submits(None, {"state": "from dana"})
    )  # fmt: skip
    await town.later(seconds=10)

    assert [u.number for u in (await town.incident()).updates] == [1, 2]
    for where in (room, "status-updates"):
        assert "from ben" in town.words(where)
        assert "from dana" in town.words(where)


async def test_a_dialog_that_slack_does_not_open_is_said(town: Town) -> None:
    town.simulator.faults.fail("views.open", error="expired_trigger_id")

    told = await town.says(town.ana, "#general", "/incident")

    assert "dialog" in told
    assert town.ana.views == []


async def test_the_room_of_one_incident_is_not_the_room_of_another(town: Town) -> None:
    first = await town.declares("sev1 checkout is failing")
    second = await town.declares("sev1 login is failing", town.ben)

    await town.says(town.dana, second, "/incident role commander")
    await town.says(town.dana, second, "/incident note #1 they may be the same")

    assert (await town.incident(1)).roles == {}
    assert (await town.incident(2)).roles != {}
    assert "they may be the same" in str(await town.timeline(1))
    assert "login" not in town.words(first)
