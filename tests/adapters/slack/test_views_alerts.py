"""What monitoring said fits into a message, however much it is, and does nothing but stand there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.slack import verbs
from bot.adapters.slack.views import render
from bot.adapters.slack.views.alerts import on_card
from bot.domain.alert import Alert, AlertGroup, presentable
from bot.domain.pieces import Raised
from bot.messages import AlertList, AlertNews, AlertOffer, AlertsWell, Message
from bot.simulator.blocks import check_message
from tests.adapters.slack.faces import AT, BOOK, HOSTILE, an_incident, resolved

EVIL = HOSTILE * 40


def group(n: int = 1, words: str = "", *, firing: int = 1) -> AlertGroup:
    name, service = words or f"Alert{n}", words or f"service{n}"
    said = presentable(Alert("am", f"f{n}", name, firing > 0, words or "high", AT, service=service, summary=words,
                             link=f"https://x.test/?a=1&b={words or 2}"))  # fmt: skip
    return AlertGroup(f"{name}|{service}|{n}", said, said.grade, 3, firing)


def raised(name: str, minutes: int = 0, *, well: bool = False) -> Raised:
    at = AT + timedelta(minutes=minutes)
    return Raised(name, "high", "am", "api", "", "", at, at if well else None)


def words_of(message: Message) -> str:
    shown = render(message)
    check_message(shown.blocks)
    return str(shown.blocks)


def markup(message: Message) -> list[str]:
    """All texts in which Slack looks for mentions."""
    shown = render(message)
    bodies = [body for block in shown.blocks for body in (block.get("text"), *block.get("elements", ())) if body]
    return [shown.text, *(body["text"] for body in bodies if body.get("type") == "mrkdwn")]


def pressed(message: Message) -> list[tuple[str, str, str | None, str]]:
    """(verb, more, incident, words) of everything one can press or choose."""
    found: list[dict[str, Any]] = []
    for block in render(message).blocks:
        found += [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
    presses = []
    for element in (each for each in found if "action_id" in each):
        chosen = [{"action_id": element["action_id"], "selected_option": each} for each in element.get("options", [])]
        presses += [verbs.pressed(each) for each in chosen or [element]]
    return [(each.verb, each.more, each.id, each.words) for each in presses if each]


def test_the_card_counts_and_names_the_first() -> None:
    incident = an_incident()
    assert on_card(incident) == ""
    fires = {f"g{n}": raised(f"Alert{n}", n) for n in range(5)}
    assert on_card(replace(incident, alerts=fires)) == (
        "🔔 5 alerts firing: Alert0 (api), Alert1 (api), Alert2 (api) and 2 more"
    )  # fmt: skip
    some = {"a": raised("Slow"), "b": raised("Down", well=True)}
    assert on_card(replace(incident, alerts=some)) == "🔔 1 alert firing: Slow (api) · 1 well again"
    assert on_card(replace(incident, alerts={"b": some["b"]})) == "🔔 All alerts are well again: 1"


def test_the_room_is_asked_only_when_all_is_well() -> None:
    incident = an_incident()
    one, two = group(1), group(2, firing=0)
    still = AlertNews(BOOK, incident, (one,), (two,), 1)
    assert "Is it over?" not in words_of(still)
    assert [verb for verb, *_ in pressed(still)] == ["alerts"]
    well = AlertNews(BOOK, incident, (), (two,), 0)
    assert "Is it over?" in words_of(well)
    assert [verb for verb, *_ in pressed(well)] == ["resolve", "alerts"]


def test_after_the_end_the_room_may_reopen() -> None:
    message = AlertNews(BOOK, resolved(), (group(),), (), 1)
    assert "Fires again: Alert1" in words_of(message)
    assert [verb for verb, *_ in pressed(message)] == ["reopen", "alerts"]


def test_one_offer_has_its_buttons_below_and_several_have_menus() -> None:
    open = (an_incident(),)
    one, other = group(1), group(2)
    alone = pressed(AlertOffer(BOOK, "01O", (one,), open=open))
    assert alone == [("alerts", "declare", None, one.key), ("alerts", "join", open[0].id, one.key)]
    both = pressed(AlertOffer(BOOK, "01O", (one, other), open=open))
    assert ("alerts", "join", None, f"{other.key} {open[0].id}") in both
    assert ("alerts", "declare", None, "offer:01O") in both
    assert ("alerts", "join", open[0].id, "offer:01O") in both


@pytest.mark.parametrize("words", ["", EVIL, "*_~`>", "a|b"])
@pytest.mark.parametrize("count", [0, 1, 2, 10, 200])
def test_whatever_there_is_slack_takes_it(words: str, count: int) -> None:
    incident = replace(an_incident(), title=words or "x")
    groups = tuple(group(n, words) for n in range(count))
    shown: list[Message] = [
        AlertNews(BOOK, incident, groups, groups, count), AlertNews(BOOK, resolved(), groups, (), count),
        AlertOffer(BOOK, "01O", groups[:10], max(0, count - 10), (incident,) * 3),
        AlertsWell(tuple((g.alert.name, g.alert.service) for g in groups)),
        AlertList(BOOK, groups, incident), AlertList(BOOK, groups, None, (incident,) * 3),
    ]  # fmt: skip
    for message in shown:
        words_of(message)
        assert not any(sign in text for text in markup(message) for sign in ("<!channel", "<@U"))


def test_a_long_list_says_what_it_leaves_out() -> None:
    assert "and 170 more kinds of alert" in words_of(AlertList(BOOK, tuple(group(n) for n in range(200)), None))
