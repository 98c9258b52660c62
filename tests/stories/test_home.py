"""App Home: what concerns one person, without asking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.simulator import Person
from bot.simulator.views import View
from bot.workflows.home import stirring
from tests.town import Town, acts


async def opens_home(town: Town, person: Person) -> View:
    await person.opens_home()
    await town.settle()
    assert person.home
    return person.home


def words(view: View) -> str:
    texts = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(text := value.get("text"), str):
                texts.append(text)
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(view.blocks)
    return "\n".join(texts)


async def seen(town: Town, person: Person, after: float = 3) -> str:
    """What stands there so many seconds later: Homes are published every 2 s at most."""
    await town.later(seconds=after)
    assert person.home
    return words(person.home)


def publishes(town: Town) -> int:
    return len(town.simulator.calls_to("views.publish"))


async def test_a_newcomer_is_told_what_this_is_and_can_declare_from_it(town: Town) -> None:
    home = await opens_home(town, town.eli)
    assert "When something breaks" in words(home)
    assert "Nothing waits for you" in words(home)
    assert "Not set up yet" not in words(home)

    await town.clicks(town.eli, home, "Declare an incident")
    await town.submits(town.eli, title="search is down", severity="sev2")

    assert "search is down" in await seen(town, town.eli)
    assert "You declared it." in await seen(town, town.eli)
    assert f"<#{town.rooms()[0].id}>" in await seen(town, town.eli)


async def test_it_follows_what_happens(town: Town) -> None:
    await opens_home(town, town.ana)
    room = await town.declares("sev2 checkout is failing", town.ben)
    assert "checkout is failing" in await seen(town, town.ana, 20)
    assert "Investigating" in await seen(town, town.ana)

    await town.says(town.ana, room, "/incident role commander")
    assert "You are Incident Commander." in await seen(town, town.ana)

    await town.says(town.ben, room, "/incident status mitigating we roll back")
    assert "Mitigating" in await seen(town, town.ana, 20)

    await town.says(town.ben, room, "/incident resolve rollback the deploy was reverted")
    assert "No incident is open" in await seen(town, town.ana, 20)
    assert "*Ended lately*" in await seen(town, town.ana)


async def test_a_task_is_ticked_off_where_it_is_read(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ana, room, "/incident task @ben fail over")
    await town.says(town.ana, room, "/incident task later @ben write a runbook")
    home = await opens_home(town, town.ben)
    assert "fail over" in words(home) and "write a runbook" in words(home)

    told = await town.clicks(town.ben, home, "task:tick")

    assert told == ""
    assert "fail over" not in await seen(town, town.ben)
    assert "write a runbook" in await seen(town, town.ben)
    assert "finished task 1" in town.words(room)
    assert (await town.incident()).tasks[0].done_by == f"slack:{town.ben.id}"


async def test_an_action_item_outlives_its_incident(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    await town.says(town.ana, room, "/incident task later @ben write a runbook")
    await town.says(town.ana, room, "/incident resolve rollback the deploy was reverted")

    home = await opens_home(town, town.ben)
    assert "write a runbook" in words(home)
    await town.clicks(town.ben, home, "task:tick")
    assert "Nothing waits for you" in await seen(town, town.ben)


async def test_a_restart_leaves_it_as_it_was_and_it_goes_on(town: Town) -> None:
    room = await town.declares("sev2 checkout is failing")
    await opens_home(town, town.eli)
    await town.restarts()
    await town.says(town.ana, room, "/incident status mitigating we roll back")
    await town.later(seconds=20)

    assert "Mitigating" in await seen(town, town.eli)


async def test_slack_that_fails_is_asked_again(town: Town) -> None:
    town.simulator.faults.fail("views.publish", times=1)
    await town.eli.opens_home()
    await town.later(minutes=2)

    assert "No incident is open" in await seen(town, town.eli)


async def test_a_home_nobody_looked_at_lately_is_left_alone(town: Town) -> None:
    await opens_home(town, town.eli)
    before = publishes(town)
    await town.later(minutes=70)
    await town.declares("sev2 checkout is failing")
    await town.later(minutes=1)
    assert publishes(town) == before

    assert "checkout is failing" in words(await opens_home(town, town.eli))


async def test_a_storm_of_facts_publishes_a_few_times(town: Town) -> None:
    people = [town.ana, town.ben, town.chen, town.dana, town.eli]
    room = await town.declares("sev2 checkout is failing", town.ana)
    for person in people:
        await opens_home(town, person)
    before = publishes(town)

    for n in range(60):
        await town.says(town.ben, room, f"/incident note number {n}")
        await town.later(seconds=0.5)
    await town.later(minutes=1)

    others = [c for c in town.simulator.calls_to("views.publish")[before:] if c.args["user_id"] != town.ben.id]
    # 30 s, and a round begins no sooner than 15 s after the one before
    assert len(others) <= 4 * 4
    assert publishes(town) - before <= 4 * 4 + 30 / 2 + 4


async def test_many_homes_are_reached_a_few_at_a_time(town: Town) -> None:
    people = [town.simulator.workspace.add_person(f"p{n}", real_name=f"Person {n}") for n in range(12)]
    for each in people:
        await opens_home(town, town.simulator.person(each.name))
    before = publishes(town)
    await town.declares("sev2 checkout is failing", town.ana)
    assert publishes(town) - before <= stirring.AT_ONCE
    await town.later(minutes=1)

    homes = [town.simulator.person(each.name).home for each in people]
    assert all("checkout is failing" in words(home) for home in homes if home) and None not in homes
    assert publishes(town) - before <= 3 * len(people)


async def test_the_same_can_be_asked_for_in_words(town: Town) -> None:
    await town.declares("sev2 checkout is failing")
    told = await town.says(town.ana, "#general", "/incident home")
    assert "checkout is failing" in told and "On call now" in told


async def test_the_buttons_of_an_incident_open_what_they_say(town: Town) -> None:
    await town.declares("sev2 checkout is failing", town.eli)
    home = await opens_home(town, town.eli)
    assert {"update", "status", "setup", "testpage", "doctor", "declare", "help"} <= {
        a.partition(":")[0] for a in acts(home)
    }

    assert "checkout is failing" in await town.clicks(town.eli, home, "Status")
    assert "checkout is failing" in await town.clicks(town.eli, home, "Catch up")
    await town.clicks(town.eli, home, "Post update")
    assert town.eli.views[-1].title.startswith("Update")


# pages that are only a test


async def test_a_test_page_arrives_and_is_told(town: Town) -> None:
    home = await opens_home(town, town.ana)
    assert "A test page goes to" in await town.clicks(town.ana, home, "Send me a test page")
    page = next(m for m in town.told(town.ana) if "testpage:arrived" in acts(m))
    assert "This is a test page" in page.words and "Nothing is broken" in page.words

    await town.clicks(town.ana, page, "It arrived")

    assert "You said that it arrived" in page.words
    assert "testpage:arrived" not in acts(page)
    assert any("direct message sent" in m.words for m in town.told(town.ana))


async def test_whoever_tests_somebody_else_hears_whether_it_was_seen(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident testpage @ben")
    await town.later(seconds=40)
    page = next(m for m in town.told(town.ben) if "testpage:arrived" in acts(m))
    await town.clicks(town.ben, page, "It arrived")
    assert any("saw the test page, 40 s after" in m.words for m in town.told(town.ana))


async def test_a_test_page_nobody_sees_is_told_too(town: Town) -> None:
    await town.says(town.ana, "#general", "/incident testpage @ben")
    assert "a moment ago" in await town.says(town.ana, "#general", "/incident testpage @ben")
    await town.later(minutes=11)
    assert any("has not said within 10 minutes" in m.words for m in town.told(town.ana))


@pytest.mark.parametrize("word", ["@nobody", "the whole team"])
async def test_only_a_person_can_be_tested(town: Town, word: str) -> None:
    assert "Pick one name" in await town.says(town.ana, "#general", f"/incident testpage {word}")


# what not everybody may know


async def test_a_restricted_incident_is_on_the_homes_of_insiders_only(town: Town) -> None:
    await town.declares("sev2 somebody reads our mail", town.ana)
    await town.says(town.ana, town.rooms()[0], "/incident restrict it is a break-in")
    await opens_home(town, town.eli)
    await opens_home(town, town.ana)

    assert "our mail" not in await seen(town, town.eli)
    assert "our mail" not in await town.says(town.eli, "#general", "/incident home")
    assert "our mail" in await seen(town, town.ana)


async def test_what_becomes_restricted_leaves_homes_that_nobody_looked_at_for_long(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stirring, "LATELY", timedelta(minutes=1))
    room = await town.declares("sev2 somebody reads our mail", town.ana)
    assert "our mail" in words(await opens_home(town, town.eli))
    await town.later(minutes=2)
    await town.says(town.ana, room, "/incident restrict it is a break-in")

    assert "our mail" not in await seen(town, town.eli)
