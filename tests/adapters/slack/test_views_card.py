from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.slack.views import render
from bot.domain.facts import Stage
from bot.domain.incident import Incident, Tick
from bot.messages import Announcement, Card, Checklist, Message
from bot.policy.impact import Impact
from tests.adapters.slack.faces import AT, BOOK, HOSTILE, an_incident, resolved, trouble, updated


def shown(message: Message) -> str:
    return "\n".join(block["text"]["text"] for block in render(message).blocks if "text" in block)


def elements(message: Message) -> list[dict[str, Any]]:
    return [e for block in render(message).blocks if block["type"] == "actions" for e in block["elements"]]


def labels(message: Message) -> list[str]:
    """What can be pressed, menus by their prompt or their choices."""
    found = []
    for element in elements(message):
        if element["type"] == "overflow":
            found += [option["text"]["text"] for option in element["options"]]
        else:
            found.append((element.get("text") or element["placeholder"])["text"])
    return found


def card(incident: Incident, **more: Any) -> Card:
    return Card(BOOK, incident, **more)


def test_the_card_at_a_glance() -> None:
    assert shown(card(an_incident(), update_due=AT + timedelta(minutes=15))).split("\n") == [
        "🔴 *#12 SEV1* checkout is failing",
        "🔍 *Investigating* · phase 1 of 4: Triage · Incident Commander: nobody yet",
        "Declared <!date^1795230720^{date_short_pretty} {time}|2026-11-21 03:12 UTC> by <@U1> · *not acknowledged yet*",
        "No update yet · next due <!date^1795231620^{time}|03:27 UTC>",
    ]


def test_the_card_with_people_on_it() -> None:
    incident = an_incident(
        roles={"commander": "slack:U2"}, acknowledged_by="slack:U2", acknowledged_at=AT + timedelta(minutes=1),
        updates=(updated("half of it works"),), updated_at=AT + timedelta(minutes=5),
    )  # fmt: skip
    text = shown(card(incident))
    assert "Incident Commander: <@U2>" in text
    assert "acknowledged <!date^1795230780^{time}|03:13 UTC> by <@U2>" in text
    assert "Update 1 posted <!date^1795231020^{time}|03:17 UTC> · next when there is news" in text
    assert text.endswith("> half of it works")


def test_what_one_can_do_about_an_open_incident() -> None:
    assert labels(card(an_incident())) == [
        "Acknowledge", "Take command", "Post update", "Resolve", "Move to…", "Change severity…", "Escalate",
        "Diagnose", "Add a note", "Add a task", "Roles", "Timeline", "Impact", "Open a room",
    ]  # fmt: skip


def test_where_no_impact_is_kept_the_card_cancels_in_one_place_more() -> None:
    without = replace(BOOK, impact=Impact())
    found = labels(Card(without, an_incident(impact={"users": "1200"})))
    assert "Impact" not in found
    assert "Cancel the incident" in found


def test_the_card_tells_the_impact_that_the_policy_puts_on_it() -> None:
    known = {"complaints": "4", "regions": "<EU> & US", "users": "1,200"}
    text = shown(card(an_incident(impact=known)))
    assert text.endswith("💥 Users (estimated): 1,200 · Regions: &lt;EU&gt; &amp; US")
    assert "💥" not in shown(card(an_incident(impact={"complaints": "4"})))


def test_what_was_done_cannot_be_pressed_again() -> None:
    incident = an_incident(roles={"commander": "slack:U2"}, acknowledged_by="slack:U2", room="slack:C9")
    assert not {"Acknowledge", "Take command", "Open a room"} & set(labels(card(incident)))


def test_the_menus_offer_what_the_policy_allows_now() -> None:
    status, severity = (e for e in elements(card(an_incident())) if e["type"] == "static_select")
    assert [o["value"].split()[-1] for o in status["options"]] == [
        "identified", "mitigating", "monitoring", "resolved", "cancelled",
    ]  # fmt: skip
    assert [o["value"].split()[-1] for o in severity["options"]] == ["sev2", "sev3", "sev4"]


@pytest.mark.parametrize(("stage", "style"), [(Stage.ACTIVE, None), (Stage.MITIGATED, "primary")])
def test_resolve_comes_forward_when_it_is_mitigated(stage: Stage, style: str | None) -> None:
    found = next(e for e in elements(card(an_incident(stage=stage))) if e.get("text", {}).get("text") == "Resolve")
    assert found.get("style") == style


def test_after_the_end() -> None:
    message = card(resolved())
    assert "by <@U2> (Rollback): the deploy was reverted" in shown(message)
    assert labels(message) == ["Reopen", "Postmortem", "Close", "Timeline"]


def test_a_cancelled_incident_has_no_postmortem() -> None:
    over = an_incident(status="cancelled", stage=Stage.CANCELLED, ended_by="slack:U2", ended_at=AT)
    assert labels(card(over)) == ["Reopen", "Timeline"]


def test_troubles_are_told_with_one_button_to_retry() -> None:
    message = card(an_incident(), troubles=(trouble(), trouble("The channel is full.", final=True)))
    block = render(message).blocks[1]
    waiting, given_up = block["text"]["text"].split("\n")
    assert waiting.startswith(
        ":hourglass_flowing_sand: Still waiting: pinning the card. Slack asks for 30 s. Next try at "
    )
    assert given_up == ":warning: Given up: pinning the card. The channel is full."
    assert block["accessory"]["action_id"] == "retry"


def test_many_troubles_are_counted() -> None:
    several = tuple(trouble(f"Slack asks for {n} s.") for n in range(6))
    assert "and 3 more" in shown(card(an_incident(), troubles=several))


def test_the_same_trouble_of_two_runs_is_told_once() -> None:
    assert shown(card(an_incident(), troubles=(trouble(), trouble()))).count("Still waiting") == 1


def test_the_notification_is_a_sentence() -> None:
    assert render(card(an_incident())).text == "#12 SEV1 checkout is failing. Investigating; nobody commands yet."
    assert render(card(resolved())).text == "#12 SEV1 checkout is failing. Resolved."


def test_a_hostile_title_is_only_words() -> None:
    text = shown(card(an_incident(title=HOSTILE)))
    assert "&lt;!channel&gt;" in text
    assert "<!channel>" not in text


def test_the_announcement_follows_the_incident() -> None:
    before = shown(Announcement(BOOK, an_incident()))
    assert "checkout is failing" in before
    assert "nobody commands yet" in before
    after = shown(Announcement(BOOK, an_incident(roles={"commander": "slack:U2"}, room="slack:C9", room_name="inc-12")))
    assert "<@U2>" in after
    assert "<#C9>" in after


def test_a_checklist_is_ticked_by_button() -> None:
    message = Checklist(BOOK, an_incident(ticks={"impact": Tick("slack:U2", AT)}))
    head, first, second, *_ = render(message).blocks
    assert head["text"]["text"] == "*First minutes* · 1 of 7 done"
    assert first["accessory"]["text"]["text"] == "Done"
    assert first["accessory"]["action_id"] == "checklist:tick"
    assert second["text"]["text"].startswith("2. ~We know who is hurt, how many and since when~ <@U2> <!date^")
    assert second["accessory"]["action_id"] == "checklist:untick"


def test_an_incident_outlives_the_words_of_its_policy() -> None:
    strange = replace(an_incident(), severity="p0", status="triage")
    assert "p0" in shown(card(strange))
    assert render(Announcement(BOOK, strange)).text
