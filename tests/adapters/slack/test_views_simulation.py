"""Rehearsals as blocks: within Slack's limits, with nothing typed becoming markup."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack.views import render
from bot.adapters.slack.views.limits import LEFT_OUT, MOST_BLOCKS, MOST_CHARACTERS, weight
from bot.messages import Simulation
from bot.policy.scenario import Deed, Kind, Rehearsed, Scenario, Told
from bot.simulator.blocks import check_message
from tests.adapters.slack.faces import AT, HOSTILE, TEXTS

TOLD = st.builds(
    lambda kind, minutes, words: Told(AT + timedelta(minutes=minutes), timedelta(minutes=minutes), kind, *words),
    st.sampled_from(list(Kind)), st.integers(0, 5000),
    st.tuples(st.lists(TEXTS, max_size=3).map(tuple), TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
)  # fmt: skip


def simulation(*told: Told, title: str = "checkout is failing") -> Simulation:
    deeds = (Deed(timedelta(minutes=12), f"note {title}", "ana"),)
    scenario = Scenario("sev1", AT, title, deeds=deeds)
    return Simulation(Rehearsed(scenario, "default", "SEV1", ZoneInfo("Europe/London"), scenario.end, told))


@settings(deadline=None, max_examples=60)
@given(st.lists(TOLD, max_size=40), TEXTS)
def test_slack_takes_any_rehearsal(told: list[Told], title: str) -> None:
    shown = render(simulation(*sorted(told, key=lambda each: each.at), title=title))

    check_message(shown.blocks)
    assert shown.text and len(shown.blocks) <= MOST_BLOCKS and weight(shown.blocks) <= MOST_CHARACTERS


def test_one_that_is_too_long_says_so() -> None:
    told = (Told(AT, timedelta(), Kind.TOLD, ("ana",), "#incidents", "slack", "cadence sev1", "x" * 200),) * 200

    assert LEFT_OUT in str(render(simulation(*told)).blocks)


def test_what_was_typed_is_no_markup() -> None:
    shown = str(render(simulation(Told(AT, timedelta(), Kind.REFUSED, (HOSTILE,), text=HOSTILE), title=HOSTILE)).blocks)

    assert "<!channel>" not in shown and "<@U1>" not in shown
