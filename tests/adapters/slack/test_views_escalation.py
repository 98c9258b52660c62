"""Who is called next, who was and what they said: on the card, on the page, in the lists and in the dialogs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views import dialogs, render
from bot.domain.incident import Incident
from bot.domain.pieces import Answer
from bot.messages import Card, ContactList, Mention, Message, Page, PageList, StillThere
from bot.policy.escalation import Escalation
from tests.adapters.slack.faces import AT, BOOK, CALL, ID, NEXT, an_incident, called, paged, resolved

LEVELS = {
    "levels": [
        {"id": "first", "title": "First on call", "who": ["oncall:primary"], "by": ["slack", "sms"]},
        {"id": "manager", "title": "Engineering Manager", "who": ["group:managers"], "role": "Whoever leads the team"},
    ],
    "rules": [
        {"id": "late", "severities": ["sev1"], "after": "15m", "to": "manager", "because": "Nobody is on it."},
        {"id": "long", "severities": ["sev1"], "after": "1h", "to": "first", "unless": "over", "because": "Long."},
    ],
    "triggers": [{"id": "breach", "title": "Data breach", "when": "Data got out.", "who": ["group:security"]}],
    "criteria": ["It grows.", "Nobody knows what to try next."],
    "contacts": [
        {"id": "cloud", "title": "Cloud <support>", "when": "The provider is at fault.", "phone": "+1 555 0100",
         "email": "help@cloud.test", "link": "https://cloud.test/help", "reference": "Contract 4711"},
        {"id": "counsel", "title": "Counsel", "when": "The law comes into it.", "phone": "+1 555 0101"},
    ],
}  # fmt: skip
TEAM = replace(BOOK, escalation=Escalation.model_validate(LEVELS))
SOON = "<!date^1795231620^{time}|03:27 UTC> (<!date^1795231620^{ago}|03:27 UTC>)"


def at(minutes: float) -> Any:
    return AT + timedelta(minutes=minutes)


def acknowledged(**more: object) -> Incident:
    """Ben is on it since 03:14."""
    answers = {"slack:U2": Answer(at(2), True)}
    return an_incident(**{"acknowledged_by": "slack:U2", "acknowledged_at": at(2), "answers": answers, **more})


def words(message: Message) -> str:
    blocks = render(message).blocks
    texts = [b["text"]["text"] for b in blocks if "text" in b]
    return "\n".join([*texts, *(e["text"] for b in blocks if b["type"] == "context" for e in b["elements"])])


def acts(message: Message) -> dict[str, str]:
    """What each button and each entry of a small menu says, by its label."""
    blocks = render(message).blocks
    elements = [e for b in blocks if b["type"] == "actions" for e in b["elements"]]
    elements += [b["accessory"] for b in blocks if "accessory" in b]
    buttons = {e["text"]["text"]: f"{e['action_id']} {e['value']}" for e in elements if e["type"] == "button"}
    menus = {o["text"]["text"]: o["value"] for e in elements if e["type"] == "overflow" for o in e["options"]}
    return {**buttons, **menus}


# on the card


def test_the_card_says_who_is_called_next() -> None:
    card = Card(TEAM, an_incident(), ahead=(NEXT, NEXT, NEXT))
    assert f"📟 Next: *Engineering Manager* {SOON} unless acknowledged · +2 more" in words(card)
    assert acts(card)["Who was paged"] == f"pages {ID} "
    assert acts(card)["Escalate"] == f"escalate {ID} "
    assert acts(card)["Contacts outside"] == f"contacts {ID} "


def test_a_rule_that_only_the_end_stops_says_so() -> None:
    insisting = NEXT._replace(rule=NEXT.rule.model_copy(update={"unless": "over"}))
    assert "unless it is over" in words(Card(BOOK, an_incident(), ahead=(insisting,)))


def test_the_card_says_who_was_paged_and_what_came_of_it() -> None:
    pages = (
        paged("U2"), paged("U3"), paged("U4"), paged("U4", 1, how="telephone call", failed="No number is known."),
        paged("U5", how="text message", failed="The gateway is down."), paged("U6"), paged("U3", 5),
    )  # fmt: skip
    answers = {"slack:U2": Answer(at(2), True), "slack:U6": Answer(at(3), False, "no laptop")}
    text = words(Card(BOOK, an_incident(pages=pages, answers=answers)))
    assert text.endswith(
        "🔔 Paged: <@U2> coming · <@U3> <@U4> no answer yet · <@U6> cannot come · <@U5> not reached"
    )  # fmt: skip


def test_an_answer_to_an_earlier_page_answers_no_later_one() -> None:
    card = Card(BOOK, an_incident(pages=(paged("U2", 10),), answers={"slack:U2": Answer(at(2), False)}))
    assert "<@U2> no answer yet" in words(card)


def test_many_who_were_paged_are_counted() -> None:
    text = words(Card(BOOK, an_incident(pages=tuple(paged(f"U{n}") for n in range(9)))))
    assert "<@U5> +3 no answer yet" in text


def test_a_paused_incident_can_be_resumed_from_its_card() -> None:
    card = Card(BOOK, an_incident(paused_until=at(28), paused_for="the vendor <restarts> it"))
    assert "⏸️ Paused until <!date^1795232400^{time}|03:40 UTC>: the vendor &lt;restarts&gt; it" in words(card)
    assert acts(card)["Resume"] == f"resume {ID} "
    assert "Pause" not in acts(card)


def test_without_calls_the_card_is_no_longer_than_before() -> None:
    assert len(render(Card(BOOK, an_incident())).blocks) == 3
    over = resolved(pages=(paged("U2"),), paused_until=at(28))
    assert not {"🔔", "⏸️", "📟"} & set(words(Card(BOOK, over)))


# to those who are called


def test_a_page_says_why() -> None:
    assert "You are called because: it spreads" in words(Page(BOOK, an_incident(), "slack:U2", "it spreads"))


@pytest.mark.parametrize(
    ("incident", "told", "buttons"),
    [
        (an_incident(), "", ["Acknowledge", "Can't", "Take command"]),
        (acknowledged(), "<@U2> acknowledged this", ["Can't after all", "Take command"]),
        (
            an_incident(answers={"slack:U2": Answer(at(2), False, "no laptop")}),
            "You said <!date^1795230840^{time}|03:14 UTC> that you cannot come: no laptop",
            ["I can after all"],
        ),
        (acknowledged(acknowledged_by="slack:U9", answers={}), "<@U9> acknowledged this", ["Take command"]),
        (
            acknowledged(acknowledged_by="slack:U9", answers={"slack:U2": Answer(at(2), False)}),
            "that you cannot come. <@U9> acknowledged this",
            [],
        ),
        (resolved(), "nothing more is needed from you", []),
    ],
    ids=["asked", "mine", "refused", "another's", "refused, another's", "over"],
)
def test_a_page_shows_what_became_of_it(incident: Incident, told: str, buttons: list[str]) -> None:
    message = Page(BOOK, replace(incident, pages=(paged("U2", 1),)), "slack:U2")
    assert told in words(message)
    assert list(acts(message)) == buttons


def test_a_call_that_insists_wants_an_answer_although_another_acknowledged() -> None:
    incident = acknowledged(called=(called(insists=True),), pages=(paged("U7", 15, CALL),))
    message = Page(BOOK, incident, "slack:U7", "Nobody is on it.")
    assert "<@U2> acknowledged this <!date^1795230840^{time}|03:14 UTC>. You are wanted too." in words(message)
    assert list(acts(message)) == ["Acknowledge", "Can't", "Take command"]
    assert "Somebody is needed" in words(Mention(BOOK, incident, ("slack:U7",), reason="Nobody is on it."))

    one_came = replace(incident, answers={**incident.answers, "slack:U7": Answer(at(16), True)})
    told = words(Page(BOOK, one_came, "slack:U7"))
    assert "You said <!date^1795231680^{time}|03:28 UTC> that you are coming." in told
    assert list(acts(Page(BOOK, one_came, "slack:U7", "x"))) == ["Can't after all", "Take command"]
    assert list(acts(Mention(BOOK, one_came, ("slack:U7",), reason="x"))) == ["Take command"]


def test_a_page_that_is_not_on_record_yet_can_be_answered() -> None:
    assert "Acknowledge" in acts(Page(BOOK, acknowledged(), "slack:U7", "An hour has passed."))
    assert "Acknowledge" not in acts(Page(BOOK, acknowledged(), "slack:U7"))


def test_a_mention_names_groups_and_says_why() -> None:
    message = Mention(BOOK, an_incident(), ("slack:U2",), groups=("slack:S012AB",), reason="it <spreads>")
    assert "<!subteam^S012AB> <@U2> Somebody is needed" in words(message)
    assert words(message).endswith("Why: it &lt;spreads&gt;")


def test_after_a_silence_one_press_says_that_somebody_is_still_on_it() -> None:
    message = StillThere(BOOK, acknowledged(heard_at=at(2), active_at=at(5), asked_at=at(35)), at(40))
    assert "You acknowledged this <!date^1795230840^{time}|03:14 UTC>, and nothing was heard for 30 min" in words(
        message
    )
    assert "Without an answer by <!date^1795233120^{time}|03:52 UTC>" in words(message)
    assert acts(message) == {"Still on it": f"still {ID} ", "Can't": f"cant {ID} "}


# lists


def test_the_pages_are_told_call_by_call() -> None:
    pages = (
        paged("U2"), paged("U3"), paged("U3", 5), paged("U3", 5, how="telephone call", failed="No number is known."),
        paged("U7", 15, CALL),
    )  # fmt: skip
    answers = {"slack:U2": Answer(at(2), False, "no laptop"), "slack:U7": Answer(at(16), True)}
    incident = an_incident(pages=pages, answers=answers, called=(called(),))
    message = PageList(TEAM, incident, (NEXT,))
    assert words(message).split("\n")[1:] == [
        "*At the declaration*",
        "• <@U2> *cannot come* <!date^1795230840^{time}|03:14 UTC>: no laptop"
        " · direct message <!date^1795230720^{time}|03:12 UTC>",
        "• <@U3> *no answer yet* · direct message <!date^1795230720^{time}|03:12 UTC>,"
        " <!date^1795231020^{time}|03:17 UTC> · ⚠️ telephone call failed: No number is known.",
        "*Engineering Manager* <!date^1795231620^{time}|03:27 UTC> by rule: Nobody is on it.",
        "• <@U7> *coming* <!date^1795231680^{time}|03:28 UTC> · direct message <!date^1795231620^{time}|03:27 UTC>",
        "*Next*",
        f"📟 *Engineering Manager* {SOON} unless acknowledged",
    ]
    assert list(acts(message)) == ["Escalate", "Pause"]


def test_nobody_was_paged() -> None:
    assert words(PageList(BOOK, an_incident())).endswith("Nobody was paged.")
    by_hand = an_incident(called=(called(by="slack:U1", title="slack:U7"),))
    assert "<@U7> <!date^1795231620^{time}|03:27 UTC> by <@U1>: Nobody is on it." in words(PageList(BOOK, by_hand))


def test_contacts_are_a_press_away() -> None:
    text = words(ContactList(TEAM))
    assert text.split("\n")[:5] == [
        "*Cloud &lt;support&gt;* · The provider is at fault.",
        "☎️ +1 555 0100",
        "✉️ <mailto:help@cloud.test|help@cloud.test>",
        "🔗 <https://cloud.test/help>",
        "🪪 Contract 4711",
    ]
    assert "names nobody outside" in words(ContactList(BOOK, an_incident()))


# dialogs


def build(kind: str, incident: Incident, **given: str) -> dict[str, Any]:
    return dialogs.build(Ask(kind, incident, given), TEAM, None, "slack:C1")


def element(view: dict[str, Any], name: str) -> dict[str, Any]:
    return next(b["element"] for b in view["blocks"] if b.get("block_id") == name)  # type: ignore[no-any-return]


def test_escalating_offers_the_levels_with_who_and_how_and_proposes_the_next() -> None:
    view = build("escalate", an_incident())
    menu = element(view, "target")
    assert {o["value"]: (o["text"]["text"], o["description"]["text"]) for o in menu["options"]} == {
        "first": ("First on call", f"on call: {BOOK.words.schedule('primary')} · by direct message, text message"),
        "manager": ("Engineering Manager", "Whoever leads the team · by direct message"),
        "breach": ("⚠️ Data breach", "Data got out."),
    }
    assert menu["initial_option"]["value"] == "manager"
    [reason] = [b for b in view["blocks"] if b.get("block_id") == "reason"]
    assert reason["hint"]["text"] == "Escalate when: It grows; Nobody knows what to try next."
    assert not reason["optional"]


def test_escalating_says_what_happens_anyway() -> None:
    [said] = build("escalate", an_incident())["blocks"][0]["elements"]
    assert said["text"] == f"*Engineering Manager* is called {SOON} anyway, unless acknowledged."
    [said] = build("escalate", an_incident(paused_until=at(28)))["blocks"][0]["elements"]
    assert said["text"].startswith("⏸️ Paused until")


def test_what_was_typed_is_chosen() -> None:
    assert element(build("escalate", an_incident(), target="breach"), "target")["initial_option"]["value"] == "breach"
    assert element(build("escalate", an_incident(), target="slack:U7"), "person")["initial_user"] == "U7"


def test_without_levels_a_person_can_be_called() -> None:
    nobody = replace(BOOK, escalation=Escalation())
    view = dialogs.build(Ask("escalate", an_incident()), nobody, None, None)
    assert [b.get("block_id") for b in view["blocks"]] == ["person", "reason"]


def test_a_pause_is_as_long_as_the_policy_allows() -> None:
    lengths = element(build("pause", an_incident()), "length")
    assert [o["value"] for o in lengths["options"]] == ["15m", "30m", "1h", "2h", "4h"]
    assert lengths["initial_option"]["value"] == "30m"
    short = replace(BOOK, escalation=Escalation.model_validate({"longest_pause": "10m"}))
    view = dialogs.build(Ask("pause", an_incident()), short, None, None)
    assert [o["value"] for o in element(view, "length")["options"]] == ["10m"]
