from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views import dialogs, render
from bot.adapters.slack.views.limits import Rendered
from bot.domain.tasks import Task
from bot.domain.timeline import Entry
from bot.messages import (
    About,
    Button,
    Duties,
    Ending,
    Handover,
    Help,
    IncidentList,
    Mention,
    Nudge,
    Page,
    RoleList,
    Sentence,
    TaskList,
    TimelinePage,
    UpdatePost,
    Welcome,
)
from bot.policy.cadence import Volume
from tests.adapters.slack.faces import AT, BOOK, ID, an_incident, resolved, updated


def words(shown: Rendered) -> str:
    return "\n".join(block["text"]["text"] for block in shown.blocks if "text" in block)


def pressed(shown: Rendered) -> dict[str, str]:
    """What each button says, by its label."""
    row = [e for block in shown.blocks if block["type"] == "actions" for e in block["elements"]]
    return {e["text"]["text"]: f"{e['action_id']} {e['value']}" for e in row}


def test_a_sentence_with_buttons_that_say_the_same_verb() -> None:
    offers = (Button("Open another", "another", "sev1 x"), Button("As sev2", "another", "sev2 x"))
    shown = render(Sentence("That is already open as #12: slack:U1 saw it.", offers, ID))
    assert shown.text == "That is already open as #12: <@U1> saw it."
    assert pressed(shown) == {"Open another": f"another {ID} sev1 x", "As sev2": f"another::2 {ID} sev2 x"}


def test_an_update_in_the_words_of_the_policy() -> None:
    shown = render(UpdatePost(BOOK, an_incident(), updated("half of it works"), "slack:U2", AT))
    assert "*Update 1*" in words(shown)
    assert "half of it works" in words(shown)


def test_the_ending_says_how_and_offers_what_comes_after() -> None:
    shown = render(Ending(BOOK, resolved()))
    assert "the deploy was reverted" in words(shown)
    assert "40 min" in words(shown)
    assert set(pressed(shown)) == {"Reopen", "Postmortem"}
    assert pressed(render(Ending(BOOK, resolved(), audience=True))) == {}


def test_a_page_asks_for_an_acknowledgement_until_somebody_gave_it() -> None:
    asked = pressed(render(Page(BOOK, an_incident(room="slack:C9"))))
    assert list(asked) == ["Acknowledge", "Can't", "Take command"]
    assert asked["Can't"] == f"cant {ID} "
    seen = render(Page(BOOK, an_incident(acknowledged_by="slack:U2", acknowledged_at=AT, room="slack:C9")))
    assert list(pressed(seen)) == ["Take command"]
    assert "<#C9>" in words(seen)
    assert "<@U2> acknowledged this" in str(seen.blocks)


def test_a_mention_names_people() -> None:
    shown = render(Mention(BOOK, an_incident(), ("slack:U2", "slack:U3")))
    assert "<@U2> <@U3>" in words(shown)
    assert "<!here>" in words(render(Mention(BOOK, an_incident(), everyone=True)))


def test_reminders_have_the_button_that_ends_them() -> None:
    due = render(Nudge(BOOK, an_incident(), "update_due", 1, AT, AT + timedelta(minutes=5), Volume.QUIET))
    assert pressed(due) == {"Post update": f"update {ID} ", "Snooze 10 min": f"snooze {ID} "}
    assert "due in 5 min" in words(due)
    lead = render(Nudge(BOOK, an_incident(), "no_lead", 2, AT, None, Volume.ROOM))
    assert pressed(lead) == {"Take command": f"role:take {ID} commander"}
    assert "still" in words(lead)
    loud = render(Nudge(BOOK, an_incident(), "update_missed", 3, AT, AT, Volume.HERE, ("slack:U2",)))
    assert "<!here> <@U2>" in words(loud)


def test_roles_are_briefed_and_handed_over() -> None:
    assert "You decide and delegate" in words(render(Duties(BOOK, an_incident(), "commander")))
    handover = render(Handover(BOOK, an_incident(), "commander", "slack:U2", None))
    assert "<@U2> is *Incident Commander* now" in words(handover)
    assert list(pressed(render(RoleList(BOOK, an_incident())))) == ["Take command", "Give or take a role"]


def test_the_welcome_links_the_room_or_the_thread() -> None:
    assert "<#C9>" in words(render(Welcome(BOOK, an_incident(room="slack:C9"))))
    assert "<#C1>" in words(render(Welcome(BOOK, an_incident(announcement="slack:C1/1.2"))))


def test_a_list_has_one_line_per_incident() -> None:
    shown = render(IncidentList((About(BOOK, an_incident(room="slack:C9")), About(BOOK, an_incident()))))
    assert words(shown).split("\n")[0] == "*2 open incidents*"
    assert "<#C9>" in words(shown)
    assert pressed(render(IncidentList(()))) == {"Declare one": "declare - "}


def test_the_timeline_is_grouped_by_day() -> None:
    late = AT + timedelta(days=1)
    entries = (Entry(AT, "slack:U1", "declared it"), Entry(late, "slack:U1", "gave task 1 to", "slack:U2"))
    text = words(render(TimelinePage(BOOK, an_incident(), entries, 7)))
    assert "*<!date^1795230720^{date_long}|2026-11-21>*" in text
    assert "<@U1> gave task 1 to <@U2>" in text


def test_open_tasks_can_be_finished_by_button() -> None:
    tasks = (Task(1, "fail over", "slack:U2"), Task(2, "look", None, done_by="slack:U1", done_at=AT))
    shown = render(TaskList(BOOK, an_incident(tasks=tasks)))
    assert shown.blocks[1]["accessory"]["value"] == f"{ID} done 1"
    assert "~2. look~ <@U1>" in words(shown)


def test_help_names_every_verb() -> None:
    assert "*declare*" in words(render(Help(BOOK)))


# dialogs


def build(kind: str, incident: Any = None, **given: str) -> dict[str, Any]:
    return dialogs.build(Ask(kind, incident, given), BOOK, "https://hooks.test/1", "slack:C1")


def element(view: dict[str, Any], name: str) -> dict[str, Any]:
    return next(block["element"] for block in view["blocks"] if block.get("block_id") == name)  # type: ignore[no-any-return]


def test_the_declaration_chooses_the_usual_severity_and_says_what_each_means() -> None:
    view = build("declare")
    assert element(view, "severity")["initial_option"]["value"] == "sev2"
    [hint] = [block["hint"]["text"] for block in view["blocks"] if block.get("block_id") == "severity"]
    assert "SEV1: Most people" in hint
    assert element(build("declare", severity="sev1"), "severity")["initial_option"]["value"] == "sev1"


def test_an_update_begins_with_the_last_one() -> None:
    view = build("update", an_incident(updates=(updated("half of it works"),)))
    assert element(view, "state")["initial_value"] == "half of it works"
    assert element(view, "next_in")["initial_option"]["text"]["text"] == "In 15 min, as the policy says"


def test_resolving_lists_what_is_still_open() -> None:
    view = build("resolve", an_incident(tasks=(Task(1, "fail over"), Task(2, "x", done_by="slack:U1"))))
    assert "fail over" in str(view["blocks"][-1])
    assert "*2.*" not in str(view["blocks"][-1])


def test_what_a_dialog_keeps_comes_back() -> None:
    view = build("role", an_incident(), role="scribe")
    assert element(view, "role")["initial_option"]["value"] == "scribe"
    state = {
        "role": {"value": {"type": "static_select", "selected_option": {"value": "tech"}}},
        "person": {"value": {"type": "users_select", "selected_user": "U7"}},
        "vacant": {"value": {"type": "checkboxes", "selected_options": []}},
    }
    filled = dialogs.read({**view, "state": {"values": state}})
    assert (filled.kind, filled.incident, filled.hook, filled.place) == ("role", ID, "https://hooks.test/1", "slack:C1")
    assert filled.values == {"role": "tech", "person": "slack:U7", "vacant": ""}


@pytest.mark.parametrize("view", [{}, {"callback_id": "ask:x", "state": {"values": {"a": {}}}}])
def test_a_strange_view_reads_as_empty(view: dict[str, Any]) -> None:
    assert dialogs.read(view).get("title") == ""
