"""
The process that runs the shop, until the pipe on its stdin ends.

    python -m bot.practice.service.supervisor FOLDER CONTROL_PORT

It says its addresses, or why it cannot start, as one line of JSON.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from bot.engine.clock import SystemClock
from bot.practice.service import control, leash
from bot.practice.service.addresses import Addresses, free_ports
from bot.practice.service.child import Gone
from bot.practice.service.keeper import Keeper
from bot.practice.service.load import customers


async def main(folder: Path, port: int) -> None:
    addresses = Addresses.chosen(folder, port or free_ports(1)[0])
    keeper = Keeper(addresses, SystemClock())
    let_go = asyncio.create_task(leash.until_let_go())
    try:
        runner = await control.served(keeper)
    except OSError as why:
        leash.say({"error": f"port {port} cannot be used ({why.strerror})"})
        return
    try:
        await keeper.start()
        leash.say({"addresses": addresses.as_json()})
        shoppers = asyncio.create_task(customers(addresses.url))
        await let_go
        shoppers.cancel()
        with suppress(asyncio.CancelledError):
            await shoppers
    except (Gone, TimeoutError) as why:
        leash.say({"error": f"{why or 'a process'} did not start; {folder / 'processes.err'} says why"})
    finally:
        await keeper.stop()
        await runner.cleanup()


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(place, int(sys.argv[2])))
