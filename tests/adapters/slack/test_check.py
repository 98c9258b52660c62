"""What the doctor sees of Slack: each fault is planted in the simulator, and found."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.check import Named, SlackCheck, granted, sockets
from bot.adapters.slack.scopes import SCOPES
from bot.adapters.slack.session import open_session, web_client
from bot.domain.finding import Finding, Health
from bot.engine.clock import StoppedClock
from tests.adapters.slack.wire import Wire, wired

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@asynccontextmanager
async def a_check(
    named: Named | None = None, *, token: str = "", app_token: str = "", off: timedelta = timedelta()
) -> AsyncIterator[tuple[Wire, SlackCheck]]:
    """Over a simulator, with its own tokens unless others are given; our clock is `off` from Slack's."""
    async with wired(StoppedClock(NOON)) as wire, open_session(wire.sim.api_url) as session:

        def calls(token: str) -> SlackCalls:
            return SlackCalls(web_client(wire.sim.api_url, token, session), wire.clock)

        check = SlackCheck(
            calls(token or wire.sim.bot_token), named or Named(), lambda: NOON + off,
            calls(app_token or wire.sim.app_token),
        )  # fmt: skip
        yield wire, check


def only(found: list[Finding], area: str) -> Finding:
    [one] = [finding for finding in found if finding.area == area]
    return one


async def test_a_bot_that_is_known_and_may_do_all_is_well() -> None:
    async with a_check() as (_, check):
        found = [*await check.bot(), *await check.door()]
    assert {finding.area: finding.health for finding in found} == dict.fromkeys(
        ("Bot token", "Scopes", "Clock", "App token"), Health.WELL
    )


async def test_a_token_that_slack_does_not_know_is_wrong() -> None:
    async with a_check(token="xoxb-another") as (_, check):
        [found] = await check.bot()
    assert (found.area, found.health) == ("Bot token", Health.WRONG)
    assert "does not know Muster's token" in found.says and "SLACK_BOT_TOKEN" in found.remedy
    assert "xoxb" not in str(found)


async def test_an_app_token_that_opens_no_sockets_is_wrong() -> None:
    async with a_check(app_token="xapp-another") as (_, check):
        [found] = await check.door()
    assert found.health is Health.WRONG and "SLACK_APP_TOKEN" in found.remedy
    assert "xapp-another" not in str(found)


@pytest.mark.parametrize("scope", ["pins:write", "usergroups:read", "reactions:read"])
async def test_a_scope_that_is_missing_is_named_with_what_it_is_for(scope: str) -> None:
    async with a_check() as (wire, check):
        has = wire.sim.web_api.scopes_header.split(",")
        wire.sim.web_api.scopes_header = ",".join(each for each in has if each != scope)
        found = only(await check.bot(), "Scopes")
    assert found.health is Health.WRONG
    assert f"lacks {scope}, without which Muster cannot" in found.says


def test_every_scope_of_every_method_is_asked_for() -> None:
    without = granted({"x-oauth-scopes": "nothing:much"})
    named = {found.says.split(" lacks ")[1].split(",")[0] for found in without}
    assert named >= {scope for scopes in SCOPES.values() for scope in scopes}


@pytest.mark.parametrize(
    ("seconds", "health"),
    [(2, Health.WELL), (-30, Health.DOUBTFUL), (30, Health.DOUBTFUL), (-300, Health.WRONG), (300, Health.WRONG)],
)
async def test_a_clock_that_is_off_is_noticed(seconds: int, health: Health) -> None:
    async with a_check(off=timedelta(seconds=seconds)) as (_, check):
        assert only(await check.bot(), "Clock").health is health


async def test_slack_that_is_down_is_one_finding_with_a_remedy() -> None:
    async with a_check() as (wire, check):
        wire.sim.faults.refuse()
        [found] = await check.bot()
    assert (found.area, found.health) == ("Slack", Health.WRONG)


async def test_channels_that_are_missing_or_archived_are_named() -> None:
    async with a_check(Named(channels=("incidents", "#nowhere", "old"))) as (wire, check):
        old = wire.sim.workspace.add_channel("old", members=[wire.sim.workspace.person("ana")])
        assert [f.says for f in await check.channels()] == [
            "There is no public channel #nowhere, in which the policy speaks."
        ]
        old.archived = True
        found = await check.channels()
    assert {f.health for f in found} == {Health.WRONG}
    assert [f.says for f in found][1] == "The channel #old, in which the policy speaks, is archived."


async def test_groups_that_are_missing_or_empty_are_named() -> None:
    async with a_check(Named(groups=("oncall", "nobody-knows"))) as (wire, check):
        wire.sim.workspace.add_group("oncall")
        found = {f.says: f.health for f in await check.groups()}
    assert found == {
        "Nobody is in the user group @oncall.": Health.DOUBTFUL,
        "There is no user group @nobody-knows, which the policy names.": Health.WRONG,
    }


async def test_people_who_are_not_there_are_named() -> None:
    async with a_check(Named(people=("U0NOBODY", "zoe@example.org"))) as (_, check):
        found = await check.people()
    assert [f.health for f in found] == [Health.WRONG, Health.WRONG]


async def test_nothing_is_asked_of_slack_where_the_policy_names_nobody() -> None:
    async with a_check() as (wire, check):
        assert [*await check.channels(), *await check.groups(), *await check.people()] == []
        assert wire.sim.web_api.calls == []


@pytest.mark.parametrize(
    ("connected", "lately", "health"),
    [(2, 4, Health.WELL), (1, 4, Health.DOUBTFUL), (2, 40, Health.DOUBTFUL), (0, 0, Health.WRONG)],
)
def test_sockets(connected: int, lately: int, health: Health) -> None:
    [found] = sockets(connected, 2, lately)
    assert found.health is health
