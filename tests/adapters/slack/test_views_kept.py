"""Evidence, whys and the fishbone as Slack shows them."""

from __future__ import annotations

import pytest

from bot import messages
from bot.adapters.slack.verbs import Ask
from bot.adapters.slack.views import dialogs, render
from bot.domain.analysis import BRANCHES, WHYS
from bot.domain.incident import Incident
from bot.domain.pieces import Why
from bot.messages.kept import Piece
from bot.simulator.blocks import check_message
from bot.simulator.view_rules import check_view
from tests.adapters.slack.faces import AT, BOOK, HOSTILE, an_incident

LONG = (HOSTILE * 40)[:500]
FULL = {
    "whys": {n: Why(LONG, "slack:U1") for n in range(1, WHYS + 1)},
    "bones": {branch: tuple(f"{n} {LONG[:190]}" for n in range(12)) for branch in BRANCHES},
}
SOME = {"whys": {1: Why("no connections", "slack:U2")}, "bones": {"machines": ("the disk was full",)}}


def piece(n: int, title: str = "The shop's log") -> Piece:
    return Piece(n, f"01E{n}", "log", title, "shop.log", 1500, "ab" * 32, AT, "slack:U1")


def words(message: messages.Message) -> str:
    rendered = render(message)
    check_message(rendered.blocks)
    return f"{rendered.text}\n{rendered.blocks}"


def pressed(message: messages.Message) -> list[tuple[str, str]]:
    blocks = render(message).blocks
    found = [b["accessory"] for b in blocks if "accessory" in b]
    found += [e for b in blocks if b["type"] == "actions" for e in b["elements"]]
    return [(each["text"]["text"], each["action_id"]) for each in found]


@pytest.mark.parametrize("incident", [an_incident(), an_incident(**SOME), an_incident(**FULL, root_cause=LONG)])
def test_slack_takes_them_empty_and_full(incident: Incident) -> None:
    shown: list[messages.Message] = [
        messages.Whys(BOOK, incident),
        messages.Fishbone(BOOK, incident),
        messages.EvidenceList(BOOK, incident, (), "Evidence"),
        messages.EvidenceList(BOOK, incident, tuple(piece(n, LONG) for n in range(1, 201)), "Evidence", (LONG,) * 3),
        messages.EvidenceShown(BOOK, incident, piece(200, LONG), False, LONG * 3),
    ]
    for message in shown:
        assert words(message)
    for kind, turn in [("root", 0), ("fishbone", 0), ("report", 0), *(("whys", n) for n in range(1, WHYS + 1))]:
        check_view(dialogs.build(Ask(kind, incident, {}, {}, turn), BOOK, None, "slack:C1"), "modal")


def test_the_list_shows_the_newest_and_says_where_the_others_are() -> None:
    message = messages.EvidenceList(BOOK, an_incident(), tuple(piece(n) for n in range(1, 31)), "Evidence")
    told = words(message)
    assert "30 pieces" in told and "18 before these" in told and "*30.*" in told and "*18.*" not in told
    assert "1.5 kB · `abababababab`" in told
    assert [action.partition(":")[0] for _, action in pressed(message)] == ["evidence"] * 12


def test_an_excerpt_cannot_leave_its_block() -> None:
    told = render(messages.EvidenceShown(BOOK, an_incident(), piece(1), True, "``` <!channel> *bold*")).blocks
    text = next(b["text"]["text"] for b in told if b["type"] == "section" and b["text"]["text"].startswith("```"))
    assert text.count("```") == 2 and "<!channel>" not in text


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ({}, ["Answer why 1", "Root cause"]),
        (SOME, ["Answer why 2", "Root cause"]),
        (FULL, ["Root cause"]),
        ({**FULL, "root_cause": "nobody owns it"}, ["Change the root cause"]),
    ],
)
def test_the_next_step_is_a_button(state: dict[str, object], buttons: list[str]) -> None:
    assert [label for label, _ in pressed(messages.Whys(BOOK, an_incident(**state)))] == buttons


def test_only_a_fishbone_with_causes_has_a_picture() -> None:
    assert [label for label, _ in pressed(messages.Fishbone(BOOK, an_incident()))] == ["Add a cause"]
    assert [label for label, _ in pressed(messages.Fishbone(BOOK, an_incident(**SOME)))] == ["Add a cause", "Picture"]


def test_each_why_has_a_field_of_its_own() -> None:
    incident = an_incident(**SOME)
    views = [dialogs.build(Ask("whys", incident, {}, {}, turn), BOOK, None, None) for turn in (1, 2)]
    fields = [[b["block_id"] for b in view["blocks"] if b["type"] == "input"] for view in views]
    assert not set(fields[0]) & set(fields[1])
    assert "no connections" in str(views[1]["blocks"][0])
    assert (
        dialogs.read({**views[1], "state": {"values": {fields[1][0]: {"value": {"value": "x"}}}}}).get("answer") == "x"
    )
