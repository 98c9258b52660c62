"""App Home and the dialog of set-up, from nothing to everything at once, within what Slack takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import messages
from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views import dialogs, render
from bot.adapters.slack.views.home import MOST_OPEN, MOST_TASKS
from bot.domain.tasks import Task
from bot.messages import About, Duty, Home, Missing, TestPage, Yours, YourTask
from bot.simulator.blocks import check_message
from bot.simulator.view_rules import check_view
from tests.adapters.slack.faces import AT, BOOK, HOSTILE, an_incident, resolved

LONG = (HOSTILE * 40)[:500]
#: a phone shows some eight rows at once: five screens are enough
SHORT = 45


def incident(n: int, **changed: Any) -> Any:
    return an_incident(id=f"01JD{n:022}", number=n, title=LONG, room="slack:C1", **changed)


def shown(home: Home) -> list[dict[str, Any]]:
    blocks = render(home).blocks
    check_view({"type": "home", "blocks": blocks}, "home")
    check_message(blocks)
    return blocks


def texts(blocks: list[dict[str, Any]]) -> str:
    return "\n".join(str(block) for block in blocks)


def full(of: int) -> Home:
    roles = {f"role-{n}": f"slack:U{n}" for n in range(30)}
    all = [incident(n, roles=roles) for n in range(of)]
    task = Task(1, LONG, "slack:U1", due=AT)
    return Home(
        at=AT,
        open=tuple(About(BOOK, each) for each in all),
        yours=tuple(Yours(BOOK, each, (LONG,) * 9) for each in all),
        tasks=tuple(YourTask(BOOK, each, replace(task, id=n, later=n % 2 == 0)) for n, each in enumerate(all)),
        duties=tuple(Duty(f"d{n}", LONG, ("slack:U1",) * 200, AT, (), note=LONG) for n in range(30)),
        ended=tuple(About(BOOK, resolved(id=each.id, title=LONG)) for each in all),
        missing=tuple(Missing("group", LONG[:60], LONG) for _ in range(of)),
    )


@pytest.mark.parametrize("of", [1, 9, 300])
def test_slack_takes_however_much_there_is_and_a_phone_too(of: int) -> None:
    blocks = shown(full(of))
    assert len(blocks) <= SHORT
    assert "<!channel" not in texts(blocks) and "<@U9>" in texts(blocks)


def test_what_does_not_fit_is_counted() -> None:
    told = texts(shown(full(300)))
    assert "*Open incidents* · 300" in told
    assert f"and {300 - MOST_OPEN} more" in told
    assert f"and {300 - MOST_TASKS} more" in told


def test_nothing_is_told_in_words() -> None:
    blocks = shown(Home(AT))
    told = texts(blocks)
    assert "When something breaks" in told and "Nothing waits for you" in told and "keeps no shifts" in told
    assert "Ended lately" not in told and "Not set up" not in told
    assert blocks[0]["elements"][0]["action_id"] == "declare"


def test_the_order_is_that_of_urgency() -> None:
    told = texts(shown(full(1)))
    order = ["'declare'", "Not set up yet", "*Open incidents*", "*Your incidents*", "*Your tasks*", "*On call now*",
             "*Ended lately*", "'doctor'"]  # fmt: skip
    found = [told.index(each) for each in order]
    assert found == sorted(found)


def test_every_button_says_a_verb_about_its_own_incident() -> None:
    blocks = shown(full(3))
    done = [block["accessory"] for block in blocks if block.get("accessory", {}).get("action_id") == "task:tick"]
    assert [each["value"] for each in done] == [f"{incident(n).id} done {n}" for n in range(3)]


def test_a_test_page_is_marked_as_one_until_it_arrived() -> None:
    sent = TestPage("01T", "slack:U1", "slack:U2")
    blocks = render(sent).blocks
    check_message(blocks)
    assert "This is a test page" in texts(blocks) and "testpage:arrived" in texts(blocks)
    arrived = texts(render(replace(sent, arrived=AT + timedelta(minutes=1))).blocks)
    assert "you said that it arrived" in arrived.lower() and "testpage:arrived" not in arrived
    assert isinstance(sent, messages.TestPage)


@pytest.mark.parametrize("names", [0, 1, 300])
@pytest.mark.parametrize("now", ["", "slack:U1\nslack:U2"])
def test_slack_takes_the_dialog_however_much_is_missing(names: int, now: str) -> None:
    given = {"channel.incidents": now and "slack:C1"}
    for n in range(names):
        given |= {
            f"people.g{n}": now,
            f"group.g{n}": now and "slack:S1",
            f"person.p{n}@example.org": now and "slack:U1",
        }
    given |= {f"@{'h' * 80}{n}": f"slack:S{n}" for n in range(names)}
    view = dialogs.build(Ask("setup", given=given), BOOK, None, None)
    check_view(view, "modal")
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert fields[0] == "channel.incidents"
    assert len(fields) == len(set(fields))


def test_what_was_chosen_is_read_as_references() -> None:
    chosen = {
        "channel.incidents": {"value": {"type": "conversations_select", "selected_conversation": "C1"}},
        "people.oncall": {"value": {"type": "multi_users_select", "selected_users": ["U1", "U2"]}},
        "group.oncall": {"value": {"type": "static_select", "selected_option": {"value": "slack:S1"}}},
        "people.empty": {"value": {"type": "multi_users_select", "selected_users": []}},
    }
    filled = dialogs.read({"callback_id": "ask:setup", "state": {"values": chosen}})
    assert filled.values == {
        "channel.incidents": "slack:C1", "people.oncall": "slack:U1\nslack:U2", "group.oncall": "slack:S1",
        "people.empty": "",
    }  # fmt: skip
