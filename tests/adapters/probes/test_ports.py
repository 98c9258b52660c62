"""Ports of this machine."""

from __future__ import annotations

import socket

from bot.domain.observation import Fault
from tests.adapters.probes.looks import look
from tests.postgres import free_port


async def test_somebody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        found = await look("ports", ports=[port])
    assert found.fault is Fault.NONE
    assert found.values["listening"] >= 1
    assert found.values["missing"] == 0
    assert f"{port} 127.0.0.1" in found.text.splitlines()


async def test_nobody_listens() -> None:
    absent = free_port()
    with socket.create_server(("127.0.0.1", 0)) as door:
        found = await look("ports", ports=[door.getsockname()[1], absent])
    assert found.fault is Fault.MISSING
    assert found.values["missing"] == 1
    assert found.summary == f"nobody listens on {absent}"


async def test_a_connection_is_no_listener() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()) as client:
        assert (await look("ports", ports=[client.getsockname()[1]])).fault is Fault.MISSING
