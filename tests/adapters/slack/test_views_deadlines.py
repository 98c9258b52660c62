"""What must be done by when, as Slack shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.slack.views import render
from bot.messages import Card, DeadlineList, DeadlineNudge, Message
from bot.policy.deadlines import Deadline, Standing
from bot.simulator.blocks import check_message
from tests.adapters.slack.faces import AT, BOOK, HOSTILE, ID, an_incident, resolved

MIN = timedelta(minutes=1)
CUSTOMERS = Deadline(id="customers", title="Customers told", severities=("sev1",), within=30 * MIN)
EXECUTIVES = CUSTOMERS.model_copy(
    update={"id": "executives", "title": "Executives told", "every": 15 * MIN, "met_by": "told", "channel": "execs"}
)
AT_30, AT_45 = "<!date^1795232520^{time}|03:42 UTC>", "<!date^1795233420^{time}|03:57 UTC>"


def open_(deadline: Deadline = CUSTOMERS, minutes: int = 30, **more: Any) -> Standing:
    return Standing(deadline, AT + minutes * MIN, True, **more)


def words(message: Message) -> str:
    return "\n".join(b["text"]["text"] for b in render(message).blocks if "text" in b)


def buttons(message: Message) -> list[tuple[str, str, str]]:
    blocks = render(message).blocks
    found = [e for b in blocks if b["type"] == "actions" for e in b["elements"]]
    found += [b["accessory"] for b in blocks if "accessory" in b]
    return [(e["text"]["text"], e["action_id"], e["value"]) for e in found]


def row(*stands: Standing) -> list[str]:
    told = words(Card(BOOK, an_incident(), deadlines=stands))
    return [line for line in told.splitlines() if line.startswith(("📢", "❗"))]


CARD = [
    ((), []),
    ((Standing(CUSTOMERS, AT, False, met_at=AT),), []),
    ((open_(),), [f"📢 Customers told by {AT_30}"]),
    ((open_(), open_(EXECUTIVES, 45)), [f"📢 Customers told by {AT_30} · Executives told by {AT_45}"]),
    ((open_(EXECUTIVES, 45, met_at=AT + 30 * MIN),), [f"📢 Executives told every 15 min, next {AT_45}"]),
    ((open_(missed=True), open_(EXECUTIVES, 45)),
     [f"❗ *Customers told*: due {AT_30}, *missed* · Executives told by {AT_45}"]),
    ((open_(), open_(EXECUTIVES, 45), open_()),
     [f"📢 Customers told by {AT_30} · Executives told by {AT_45} · 1 more"]),
]  # fmt: skip


@pytest.mark.parametrize(("stands", "expected"), CARD)
def test_the_card_has_one_line_for_the_most_urgent(stands: tuple[Standing, ...], expected: list[str]) -> None:
    assert row(*stands) == expected


ROWS = [
    (open_(), f"⏳ *Customers told* · due {AT_30}\nMet by saying so"),
    (open_(missed=True), f"❗ *Customers told* · *missed*, due {AT_30}\nMet by saying so"),
    (Standing(CUSTOMERS, AT + 45 * MIN, False, met_at=AT + 30 * MIN),
     f"✅ *Customers told* · met {AT_30} (due {AT_45})"),
    (Standing(CUSTOMERS, AT + 30 * MIN, False, met_at=AT + 45 * MIN),
     f"☑️ *Customers told* · met {AT_45}, *15 min late* (due {AT_30})"),
    (open_(EXECUTIVES, 45, met_at=AT + 30 * MIN),
     f"⏳ *Executives told* · due {AT_45}, every 15 min, last {AT_30}\n"
     "Met by a declaration, an update or an ending in #execs"),
]  # fmt: skip


@pytest.mark.parametrize(("standing", "expected"), ROWS)
def test_the_list_says_how_each_stands(standing: Standing, expected: str) -> None:
    message = DeadlineList(BOOK, an_incident(), (standing,))
    assert words(message).partition("\n")[2] == expected
    done = [("Done", "deadlines:done", f"{ID} {standing.deadline.id}")]
    assert buttons(message) == (done if standing.open else [])


def test_without_any_the_list_says_so() -> None:
    assert "No deadline is set" in words(DeadlineList(BOOK, an_incident()))


def nudge(deadline: Deadline, what: str, **more: Any) -> DeadlineNudge:
    fields = {"left": 10 * MIN, "late": timedelta(), **more}
    return DeadlineNudge(BOOK, an_incident(), deadline, what, AT + 30 * MIN, **fields)


def test_a_reminder_names_whom_it_is_for() -> None:
    message = nudge(CUSTOMERS, "due", mention=("slack:U7",))
    assert words(message).endswith(f"<@U7> *Customers told* is due in 10 min ({AT_30}).")
    assert buttons(message) == [("Done", "deadlines:done", f"{ID} customers")]


def test_what_an_update_meets_has_a_button_for_one() -> None:
    assert [label for label, *_ in buttons(nudge(EXECUTIVES, "missed"))] == ["Post update", "Done"]


def test_a_missed_one_says_how_late_it_is() -> None:
    assert f"*Customers told*: due {AT_30}, 40 min late." in words(nudge(CUSTOMERS, "missed", late=40 * MIN))
    assert f"*Customers told*: due {AT_30}, and not done yet." in words(nudge(CUSTOMERS, "missed"))


def test_slack_takes_them_whatever_a_policy_calls_them() -> None:
    hostile = CUSTOMERS.model_copy(update={"title": (HOSTILE * 9)[:60], "id": "x" * 40})
    stands = tuple(open_(hostile, n, missed=n % 2 == 0) for n in range(90))
    for message in (
        Card(BOOK, an_incident(), deadlines=stands), Card(BOOK, resolved(), deadlines=stands),
        DeadlineList(BOOK, an_incident(), stands), nudge(hostile, "due"), nudge(hostile, "missed"),
    ):  # fmt: skip
        rendered = render(message)
        check_message(rendered.blocks)
        assert "<!channel>" not in str(rendered.blocks)
