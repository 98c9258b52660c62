"""Everything that is looked at when somebody asks whether Muster is well, and how."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pydantic import SecretStr

from bot.adapters.paging.check import PagingCheck
from bot.adapters.paging.switchboard import Setup
from bot.adapters.probes import problems
from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.check import Named, SlackCheck
from bot.adapters.slack.session import open_session, web_client
from bot.adapters.store.check import StoreCheck
from bot.adapters.web.check import ServerCheck
from bot.config import Config
from bot.domain.finding import Finding, doubtful, well, wrong
from bot.engine.clock import Clock
from bot.policy.book import Book
from bot.policy.covered import uncovered
from bot.ports import WHEREABOUTS, Whereabouts
from bot.workflows import people

Look = Callable[[], Awaitable[list[Finding]]]
#: the policy by now, None if it cannot be read
Policy = Callable[[], Book | None]

#: a check that takes longer than this says so; the others do not wait for it
CHECK_SECONDS = 20.0
UNTOLD = "Look into the log of Muster, and at what that part leans on."


@dataclass(frozen=True)
class Check:
    """One look at `area`, which ends within `seconds`."""

    area: str
    look: Look
    seconds: float = CHECK_SECONDS


class Doctor:
    """Looks at all at once; the findings are in the order of the checks."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks = checks

    async def look(self) -> list[Finding]:
        found = await asyncio.gather(*(within(check) for check in self._checks), return_exceptions=True)
        return [finding for check, said in zip(self._checks, found, strict=True) for finding in told(check, said)]


async def within(check: Check) -> list[Finding]:
    try:
        async with asyncio.timeout(check.seconds):
            return await check.look()
    except TimeoutError:
        return [doubtful(check.area, f"Looking took longer than {check.seconds:.0f} s and was left off.", UNTOLD)]


def told(check: Check, said: list[Finding] | BaseException) -> list[Finding]:
    """What was found; of a look that broke only its kind is told, as its words may hold secrets."""
    if isinstance(said, list):
        return said
    if not isinstance(said, Exception):
        raise said
    return [wrong(check.area, f"It could not be looked at ({type(said).__name__}).", UNTOLD)]


def doctor(config: Config, book: Policy, setup: Setup, clock: Clock, more: Sequence[Check] = ()) -> Doctor:
    """For that environment; `more` is looked at first."""
    record = StoreCheck(config.database, config.data_dir, clock.now)
    server = ServerCheck(config.host, config.port, bool(config.api_token.get_secret_value()))
    slack = [
        Check(area, over(config, partial(named, book, record), clock, look))
        for area, look in (
            ("Slack", SlackCheck.bot),
            ("App token", SlackCheck.door),
            ("Channels", SlackCheck.channels),
            ("User groups", SlackCheck.groups),
            ("People", SlackCheck.people),
        )
    ]
    if unset := config.missing():
        slack = [Check("Slack", partial(tokens, unset))]
    outside = [Check(area, look) for area, look in PagingCheck(setup, clock).looks().items()]
    return Doctor([
        *more, *slack, Check("Record", record.record), Check("Disk", record.disk),
        Check("Policy", partial(policy, config.policy, clock.now)),
        Check("Alerts", partial(alerts, config)), *outside, Check("Web server", server.look),
        Check("Work", record.work),
    ])  # fmt: skip


async def tokens(unset: str) -> list[Finding]:
    return [wrong("Slack", unset, "docs/install.md says where Slack shows them.")]


def over(
    config: Config, named: Callable[[], Awaitable[Named]], clock: Clock,
    look: Callable[[SlackCheck], Awaitable[list[Finding]]],
) -> Look:  # fmt: skip
    """The look, over a session of its own: it waits for none of the bot's calls, and none for it."""

    async def looked() -> list[Finding]:
        async with open_session(config.api_url) as session:

            def calls(token: SecretStr) -> SlackCalls:
                return SlackCalls(web_client(config.api_url, token.get_secret_value(), session), clock)

            doors = None if config.over_http else calls(config.app_token)
            return await look(SlackCheck(calls(config.bot_token), await named(), clock.now, doors))

    return looked


async def named(policy: Policy, record: StoreCheck) -> Named:
    """What has to be in Slack as the policy writes it: what people chose at set-up goes by that."""
    book, chosen = policy(), Whereabouts.from_json(await record.recall(WHEREABOUTS))
    if book is None:
        return Named()
    return Named(
        [name for name in people.channels(book) if name not in chosen.channels],
        [name for name in people.groups(book) if not chosen.knows_group(name)],
        [name for name in people.persons(book) if name not in chosen.people],
    )


async def policy(name: str, now: Callable[[], datetime]) -> list[Finding]:
    """Its mistakes, and when nobody is on call in the next weeks."""
    return await asyncio.to_thread(lambda: list(_policy(name, now())))


def _policy(name: str, now: datetime) -> Iterator[Finding]:
    mistakes, gaps = problems(name), uncovered(name, now)
    for sentence in (*mistakes, *gaps.problems):
        yield wrong("Policy", plain(sentence), "`muster policy check` names every mistake.")
    for sentence in gaps.notes:
        yield doubtful("Policy", plain(sentence), "Add a layer for that time if somebody should be on call then.")
    if not (mistakes or gaps.problems):
        yield well("Policy", f"The policy {name} has no mistakes.")


async def alerts(config: Config) -> list[Finding]:
    """Whether monitoring may send alerts."""
    if config.alert_token.get_secret_value() or config.pagerduty_webhook_secret.get_secret_value():
        return [well("Alerts", "Monitoring may send alerts; the secret for it is set.")]
    return [well("Alerts", "Nobody may send alerts; MUSTER_ALERT_TOKEN would let monitoring do it.")]


def plain(sentence: str) -> str:
    return " ".join(sentence.split())
