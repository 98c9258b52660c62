from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import dns.message
import dns.rcode
import dns.rrset
import pytest

from bot.adapters.probes.kind import Spot, Unseen
from bot.adapters.probes.kinds.dns import DnsOptions, read
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from tests.adapters.probes.servers import HERE

RECORDS = {
    "shop.test. A": ["10.0.0.7", "10.0.0.8"],
    "shop.test. MX": ["10 Mail.Shop.test."],
    "shop.test. TXT": ['"v=spf1 -all"'],
}


class Server(asyncio.DatagramProtocol):
    """A name server with these records. Of names under `mute.` it says nothing, of those under `ill.` that it broke."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, who: Any) -> None:
        asked = dns.message.from_wire(data)
        question = asked.question[0]
        name, kind = str(question.name), question.to_text().split()[-1]
        answer = dns.message.make_response(asked)
        if records := RECORDS.get(f"{name} {kind}"):
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
        elif name.endswith("ill."):
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name != "shop.test.":
            answer.set_rcode(dns.rcode.NXDOMAIN)
        if not name.endswith("mute."):
            self.transport.sendto(answer.to_wire(), who)


@asynccontextmanager
async def a_name_server() -> AsyncIterator[str]:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Server, local_addr=(HERE, 0))
    try:
        yield f"{HERE}:{transport.get_extra_info('sockname')[1]}"
    finally:
        transport.close()


async def looked(name: str, private: bool = True, seconds: float = 5.0, **options: Any) -> Reading:
    async with a_name_server() as server:
        asked = DnsOptions(server=server, **options)
        return await read(Spot(name, private=private, seconds=seconds), asked, Reach())


async def test_a_name_leads_somewhere() -> None:
    reading = await looked("shop.test")

    assert reading.fault is Fault.NONE and reading.text.splitlines() == ["10.0.0.7", "10.0.0.8"]
    assert reading.values["answers"] == 2 and reading.values["ttl_seconds"] == 60 and reading.values["seconds"] < 2


@pytest.mark.parametrize(
    ("record", "expect", "fault"),
    [
        ("A", ["10.0.0.8"], Fault.NONE),
        ("A", ["10.0.0.8", "10.0.0.9"], Fault.UNEXPECTED),
        ("MX", ["10 mail.shop.test"], Fault.NONE),
        ("TXT", ["v=spf1 -all"], Fault.NONE),
        ("TXT", ["v=spf1 +all"], Fault.UNEXPECTED),
    ],
)
async def test_it_leads_where_it_should(record: Any, expect: list[str], fault: Fault) -> None:
    assert (await looked("shop.test", record=record, expect=expect)).fault is fault


@pytest.mark.parametrize(
    ("name", "record", "said"),
    [
        ("no.such.test", "A", "no name"),
        ("shop.test", "AAAA", "no AAAA record"),
        ("is.ill", "A", "no name server has a usable answer"),
    ],
)
async def test_a_name_that_leads_nowhere(name: str, record: Any, said: str) -> None:
    with pytest.raises(Unseen) as why:
        await looked(name, record=record)

    assert why.value.fault is Fault.UNRESOLVED
    assert said in why.value.summary


async def test_a_server_that_says_nothing_takes_all_the_time_there_is() -> None:
    with pytest.raises(TimeoutError):
        await looked("is.mute", seconds=0.5)


@pytest.mark.parametrize("name", ["a" * 70 + ".test", "a..test", ""])
async def test_what_is_no_name(name: str) -> None:
    with pytest.raises(Unseen):
        await looked(name)


async def test_a_name_server_on_this_machine_takes_a_private_target() -> None:
    with pytest.raises(Unseen) as why:
        await looked("shop.test", private=False)

    assert why.value.fault is Fault.DENIED
