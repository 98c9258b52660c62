"""Real sockets to the simulator: renewed, cut, refused, stopped. Anything left behind would be a warning, an error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.adapters.slack.sockets import Sockets
from bot.engine.clock import SystemClock
from bot.simulator import Simulator
from tests.adapters.slack.wire import MANIFEST, soon

PING = 0.25


def bolt(sim: Simulator) -> AsyncApp:
    async def authorize(**_: object) -> AuthorizeResult:
        bot = sim.workspace.bot
        return AuthorizeResult(
            enterprise_id=None,
            team_id=sim.workspace.team_id,
            bot_token=sim.bot_token,
            bot_id=bot.bot_id,
            bot_user_id=bot.id,
        )

    app = AsyncApp(authorize=authorize, process_before_response=True, signing_secret="practice")

    @app.command("/incident")
    async def incident(ack: AsyncAck, command: dict[str, str]) -> None:
        if command["text"] == "slow":
            await asyncio.sleep(0.4)
        await ack(f"You said {command['text']}.")

    return app


@asynccontextmanager
async def listening(sim: Simulator, *, rebuild: float = 30.0, count: int = 2) -> AsyncIterator[Sockets]:
    sockets = Sockets(bolt(sim), sim.app_token, sim.api_url, count=count, ping=PING, rebuild=rebuild, stagger=0.05)
    await sockets.start()
    try:
        yield sockets
    finally:
        await sockets.stop()


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    sim = Simulator(SystemClock(), MANIFEST)
    await sim.start()
    ana = sim.workspace.add_person("ana", real_name="Ana Lima")
    sim.workspace.add_channel("incidents", members=[ana], bot=True)
    yield sim
    await sim.stop()


async def heard(sim: Simulator, words: str = "hello") -> bool:
    """Whether a command gets its answer now."""
    await sim.person("ana").says("#incidents", f"/incident {words}")
    return any(message.text == f"You said {words}." for message in sim.person("ana").sees("#incidents"))


async def test_two_sockets_serve(sim: Simulator) -> None:
    async with listening(sim) as sockets:
        await soon(lambda: sockets.health() == 2)
        assert sim.sockets == 2
        assert await heard(sim)
    assert sockets.health() == 0
    await soon(lambda: sim.sockets == 0)


async def test_starting_does_not_wait_and_stopping_unconnected_is_clean(sim: Simulator) -> None:
    sim.faults.refuse()
    async with asyncio.timeout(1):
        async with listening(sim) as sockets:
            await asyncio.sleep(0.2)
            assert sockets.health() == 0


async def test_stopping_at_once_is_clean(sim: Simulator) -> None:
    async with listening(sim):
        pass


async def test_slack_refused_at_boot_and_back_later(sim: Simulator) -> None:
    sim.faults.refuse()
    async with listening(sim) as sockets:
        await asyncio.sleep(0.5)
        sim.faults.clear()
        await soon(lambda: sockets.health() == 2)
        assert await heard(sim)


async def test_a_renewal_leaves_one_socket_to_listen(sim: Simulator) -> None:
    async with listening(sim) as sockets:
        await soon(lambda: sockets.health() == 2)
        one = sim.core.sockets.open[0]
        await sim.core.sockets._goodbye(one, "refresh_requested")
        assert await heard(sim, "meanwhile")
        await soon(lambda: sim.sockets_opened == 3 and sim.sockets == 2 and sockets.health() == 2)
        assert one not in sim.core.sockets.open
        assert await heard(sim, "after")


async def test_both_renewed_at_once(sim: Simulator) -> None:
    async with listening(sim) as sockets:
        await soon(lambda: sockets.health() == 2)
        await sim.refresh_sockets()
        await soon(lambda: sim.sockets_opened >= 4 and sim.sockets == 2 and sockets.health() == 2)
        assert await heard(sim)


async def test_cut_sockets_come_back(sim: Simulator) -> None:
    async with listening(sim) as sockets:
        await soon(lambda: sockets.health() == 2)
        sim.faults.cut_sockets()
        await soon(lambda: sim.sockets_opened >= 4 and sim.sockets == 2 and sockets.health() == 2)
        assert await heard(sim)


async def test_slack_away_for_a_while(sim: Simulator) -> None:
    async with listening(sim) as sockets:
        await soon(lambda: sockets.health() == 2)
        sim.faults.refuse()
        await soon(lambda: sockets.health() == 0)
        sim.faults.clear()
        await soon(lambda: sockets.health() == 2)
        assert await heard(sim)


async def test_a_socket_that_stays_away_is_rebuilt(sim: Simulator, caplog: pytest.LogCaptureFixture) -> None:
    sim.faults.hang("apps.connections.open", do_work=False)
    async with listening(sim, rebuild=0.5, count=1) as sockets:
        await soon(lambda: sockets.health() == 1)
        assert "socket rebuilt" in caplog.text
        assert await heard(sim)


async def test_stopping_lets_an_answer_out(sim: Simulator) -> None:
    async with listening(sim) as sockets:
        await soon(lambda: sockets.health() == 2)
        said = asyncio.create_task(heard(sim, "slow"))
        await soon(lambda: sim.undelivered > 0)
        await asyncio.sleep(0.1)
    assert await said


async def test_the_app_token_opens_sockets_and_nothing_else(
    sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    sim.faults.fail("apps.connections.open", times=2, error="internal_error")
    sim.faults.fail("apps.connections.open", times=1, status=429, error="ratelimited", retry_after=1)
    async with listening(sim) as sockets:
        await soon(lambda: sockets.health() == 2, 15)
    assert {call.method for call in sim.calls} == {"apps.connections.open"}
    assert sim.app_token not in caplog.text
    assert "ws://" not in caplog.text
