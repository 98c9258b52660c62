from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Channel, GestureError, Person, Simulator

from .conftest import SILENT, App, HandClock, entry, modal, plain, refused, section


@pytest.fixture
def trigger(sim: Simulator, ana: Person) -> Callable[[], str]:
    return lambda: sim.core.triggers.new(ana.id)


async def test_modals_stack_update_and_close(web: AsyncWebClient, ana: Person, trigger: Callable[[], str]) -> None:
    opened = (await web.views_open(trigger_id=trigger(), view=modal(external_id="mine")))["view"]
    pushed = (await web.views_push(trigger_id=trigger(), view=modal(title=plain("Second"))))["view"]
    assert (pushed["root_view_id"], pushed["previous_view_id"]) == (opened["id"], opened["id"])
    assert [view.title for view in ana.views] == ["Form", "Second"]
    await web.views_update(external_id="mine", hash=opened["hash"], view=modal(title=plain("First")))
    await ana.closes()
    assert [view.title for view in ana.views] == ["First"]
    stale = web.views_update(view_id=opened["id"], hash=opened["hash"], view=modal())
    assert (await refused(stale))["error"] == "hash_conflict"


async def test_a_trigger_is_good_once_and_for_three_seconds(
    web: AsyncWebClient, clock: HandClock, trigger: Callable[[], str]
) -> None:
    used, old = trigger(), trigger()
    await web.views_open(trigger_id=used, view=modal())
    assert (await refused(web.views_open(trigger_id=used, view=modal())))["error"] == "exchanged_trigger_id"
    clock.move(seconds=3.1)
    assert (await refused(web.views_open(trigger_id=old, view=modal())))["error"] == "expired_trigger_id"
    assert (await refused(web.views_open(trigger_id="1.2.3", view=modal())))["error"] == "invalid_trigger_id"


async def test_a_wrong_view_does_not_use_the_trigger_up(web: AsyncWebClient, trigger: Callable[[], str]) -> None:
    name = trigger()
    await refused(web.views_open(trigger_id=name, view=modal(colour="red")))
    assert (await web.views_open(trigger_id=name, view=modal()))["ok"]


async def test_refusals(web: AsyncWebClient, trigger: Callable[[], str]) -> None:
    assert (await refused(web.views_push(trigger_id=trigger(), view=modal())))["error"] == "not_found"
    assert (await refused(web.views_update(view_id="V404", view=modal())))["error"] == "not_found"
    await web.views_open(trigger_id=trigger(), view=modal(external_id="mine"))
    again = web.views_push(trigger_id=trigger(), view=modal(external_id="mine"))
    assert (await refused(again))["error"] == "duplicate_external_id"
    for _ in range(2):
        await web.views_push(trigger_id=trigger(), view=modal())
    assert (await refused(web.views_push(trigger_id=trigger(), view=modal())))["error"] == "push_limit_reached"
    nobody = web.views_publish(user_id="U404", view={"type": "home", "blocks": []})
    assert (await refused(nobody))["error"] == "user_not_found"


async def test_the_home_tab(web: AsyncWebClient, app: App, ana: Person) -> None:
    assert await ana.opens_home() is None
    first = await web.views_publish(user_id=ana.id, view={"type": "home", "blocks": [section("one")]})
    await web.views_publish(user_id=ana.id, view={"type": "home", "blocks": [section("two")]})
    stale = web.views_publish(user_id=ana.id, view={"type": "home", "blocks": []}, hash=first["view"]["hash"])
    assert (await refused(stale))["error"] == "hash_conflict"
    assert ana.home is not None
    assert ana.home.blocks[0]["text"]["text"] == "two"


async def shown(web: AsyncWebClient, ana: Person, trigger: Callable[[], str], *blocks: Any, **rest: Any) -> Any:
    await web.views_open(trigger_id=trigger(), view=modal(*blocks, **rest))
    return ana.views[-1]


def always(answer: Any) -> Callable[[Any], Any]:
    return lambda request: answer


FORM = (
    entry("Title", "title"),
    entry("Severity", "sev", element={
        "type": "static_select", "action_id": "sev",
        "options": [{"text": plain("Sev 1"), "value": "sev1"}, {"text": plain("Sev 2"), "value": "sev2"}],
    }),
    entry("Who", "who", element={"type": "multi_users_select", "action_id": "who"}, optional=True),
    entry("Flags", "flags", optional=True, element={
        "type": "checkboxes", "action_id": "flags", "options": [{"text": plain("Private"), "value": "private"}],
    }),
)  # fmt: skip


async def test_a_submission_carries_what_was_entered(
    web: AsyncWebClient, app: App, ana: Person, ben: Person, trigger: Callable[[], str]
) -> None:
    await shown(web, ana, trigger, *FORM, private_metadata="secret")
    await ana.chooses(ana.views[-1], "sev", "Sev 2")
    outcome = await ana.submits(values={"Title": "it broke", "who_block": [ben], "flags": ["private"]})
    assert (outcome.action, ana.views) == ("close", [])
    [payload] = app.payloads("view_submission")
    view = payload["view"]
    assert (view["callback_id"], view["private_metadata"]) == ("form", "secret")
    values = view["state"]["values"]
    assert values["title_block"]["title"] == {"type": "plain_text_input", "value": "it broke"}
    assert values["sev_block"]["sev"]["selected_option"]["value"] == "sev2"
    assert values["who_block"]["who"]["selected_users"] == [ben.id]
    assert [row["value"] for row in values["flags_block"]["flags"]["selected_options"]] == ["private"]
    assert payload["trigger_id"]
    assert app.payloads("block_actions") == []


async def test_slack_itself_asks_for_what_is_missing(
    web: AsyncWebClient, app: App, ana: Person, trigger: Callable[[], str]
) -> None:
    short = entry("Short", "short", element={"type": "plain_text_input", "action_id": "short", "max_length": 3})
    await shown(web, ana, trigger, *FORM, short)
    outcome = await ana.submits(values={"short": "too long"})
    assert outcome.action == "errors"
    assert sorted(outcome.errors) == ["sev_block", "short_block", "title_block"]
    assert app.got == []


async def test_the_app_may_answer_a_submission(
    web: AsyncWebClient, app: App, ana: Person, sim: Simulator, trigger: Callable[[], str]
) -> None:
    view = await shown(web, ana, trigger)
    answers: dict[str, Any] = {
        "errors": {"response_action": "errors", "errors": {"what_block": "Say more."}},
        "update": {"response_action": "update", "view": modal(title=plain("Updated"))},
        "push": {"response_action": "push", "view": modal(title=plain("Pushed"))},
        "clear": {"response_action": "clear"},
    }
    for action, answer in answers.items():
        app.reply = always(answer)
        outcome = await ana.submits(values={"What": "words"})
        assert outcome.action == action
        if action == "errors":
            assert view.errors == {"what_block": "Say more."}
        elif action != "clear":
            assert ana.views[-1].title == answer["view"]["title"]["text"]
    assert ana.views == []
    assert sim.complaints == []


async def test_a_wrong_answer_to_a_submission_is_a_complaint(
    web: AsyncWebClient, app: App, ana: Person, sim: Simulator, trigger: Callable[[], str]
) -> None:
    await shown(web, ana, trigger)
    for answer in (
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": modal(colour="red")},
    ):
        app.reply = always(answer)
        outcome = await ana.submits(values={"What": "words"})
        assert outcome.action == "failed"
    assert len(sim.complaints) == 2
    assert ana.views


async def test_a_silent_app_leaves_the_dialog_open(
    web: AsyncWebClient, app: App, ana: Person, sim: Simulator, trigger: Callable[[], str]
) -> None:
    sim.ack_seconds = 0.1
    await shown(web, ana, trigger)
    app.reply = lambda request: SILENT
    outcome = await ana.submits(values={"What": "words"})
    assert outcome.action == "failed"
    assert ana.toasts == ["We had some trouble connecting. Try again?"]
    assert ana.views


async def test_closing_is_told_when_asked_for(
    web: AsyncWebClient, app: App, ana: Person, trigger: Callable[[], str]
) -> None:
    await shown(web, ana, trigger)
    await ana.closes()
    assert app.got == []
    view = await shown(web, ana, trigger, notify_on_close=True)
    await ana.closes(view)
    assert app.payloads("view_closed")[0]["view"]["id"] == view.id
    with pytest.raises(GestureError, match="not open any more"):
        await ana.submits(view)


async def test_an_input_keeps_what_it_holds_while_its_ids_stay_the_same(
    web: AsyncWebClient, ana: Person, trigger: Callable[[], str]
) -> None:
    def first(text: str, name: str = "what") -> Any:
        return entry("What", name, element={"type": "plain_text_input", "action_id": "what", "initial_value": text})

    view = await shown(web, ana, trigger, first("untouched"), entry("More", "more"))
    await ana.chooses(view, "more", "typed")
    away = (await web.views_update(view_id=view.id, view=modal(first("another"))))["view"]
    assert away["state"]["values"]["what_block"]["what"]["value"] == "untouched"
    back = (await web.views_update(view_id=view.id, view=modal(first("a third", "new"), entry("More", "more"))))["view"]
    assert back["state"]["values"]["new_block"]["what"]["value"] == "a third"
    assert back["state"]["values"]["more_block"]["more"]["value"] == "typed"


async def test_actions_in_a_modal_carry_the_view(
    web: AsyncWebClient, app: App, ana: Person, room: Channel, trigger: Callable[[], str]
) -> None:
    loud = entry("Loud", "loud", dispatch_action=True)
    button = {"type": "button", "text": plain("More"), "action_id": "more", "value": "v"}
    view = await shown(web, ana, trigger, loud, section(accessory=button, block_id="s"), entry("Quiet", "quiet"))
    await ana.chooses(view, "quiet", "kept")
    await ana.chooses(view, "loud", "heard")
    await ana.clicks(view, "More")
    first, second = app.payloads("block_actions")
    assert first["actions"][0]["value"] == "heard"
    assert second["container"] == {"type": "view", "view_id": view.id}
    assert second["view"]["state"]["values"]["quiet_block"]["quiet"]["value"] == "kept"
    shown_again = (await web.views_update(view_id=view.id, view=modal(entry("Quiet", "quiet"))))["view"]
    assert shown_again["state"]["values"] == {"quiet_block": {"quiet": {"type": "plain_text_input", "value": "kept"}}}
    await web.views_push(trigger_id=second["trigger_id"], view=modal(title=plain("Pushed")))
    assert [one.title for one in ana.views] == ["Form", "Pushed"]
