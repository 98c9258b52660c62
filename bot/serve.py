"""From a built Muster to a serving process: start it, wait for the signal to stop, stop it in order."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable
from contextlib import AsyncExitStack

from bot import app
from bot.config import Config

logger = logging.getLogger(__name__)


class CannotStart(Exception):
    """A sentence for whoever started the process: what is wrong and what would be right."""


async def until_told_to_stop(config: Config) -> None:
    """Serve until SIGINT or SIGTERM. CannotStart says why it could not begin."""
    async with AsyncExitStack() as stack:
        port = await started(app.build(config), stack)
        logger.info("serving, health on http://%s:%d/healthz", config.host, port, extra={"action": "serving"})
        await told_to_stop()
        logger.info("stopping", extra={"action": "stopping"})


async def started(building: Awaitable[app.App], stack: AsyncExitStack) -> int:
    """Build and start Muster; it stops with the stack. The port of its health page."""
    try:
        muster = await building
        stack.push_async_callback(muster.stop)
        return await muster.start()
    except app.REFUSALS as why:
        raise CannotStart(str(why)) from None


async def told_to_stop() -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    await asked.wait()
