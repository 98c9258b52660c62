"""Where probes may be led, and where not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.adapters.probes.addresses import forbidden
from bot.adapters.probes.kind import Spot, Unseen
from bot.adapters.probes.reach import Place, Reach, host_port, parted
from bot.adapters.probes.threads import Threads
from bot.adapters.probes.web import get
from bot.domain.observation import Fault
from tests.adapters.probes.servers import HERE, NOW, a_site, hang, identity, saying, spot, talking

LOOPBACK = ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "2002:7f00:1::", "64:ff9b::7f00:1",
            "::127.0.0.1", "::ffff:0:127.0.0.1", "0.0.0.0", "::", "0.0.0.7"]  # fmt: skip
LINK_LOCAL = ["169.254.1.1", "fe80::1", "fe80::1%eth0", "::ffff:169.254.7.7"]
GROUPS = ["224.0.0.1", "239.255.255.250", "ff02::1"]
RESERVED = ["240.0.0.1", "255.255.255.255"]
METADATA = ["169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "fd00:ec2::254",
            "169.254.170.2", "169.254.170.23", "100.100.100.200", "168.63.129.16", "fd20:ce::254"]  # fmt: skip
OPEN = ["10.0.0.7", "172.16.3.4", "192.168.1.1", "::ffff:10.0.0.7", "fd12:3456::1", "100.64.0.9", "93.184.216.34",
        "2606:4700::1111", "64:ff9b::5db8:d822"]  # fmt: skip


@pytest.mark.parametrize("ip", [*LOOPBACK, *LINK_LOCAL, *GROUPS, *RESERVED])
def test_what_is_near_takes_a_private_target_or_the_operator(ip: str) -> None:
    assert forbidden(ip)
    assert not forbidden(ip, private=True)
    assert not forbidden(ip, given=True)


@pytest.mark.parametrize("ip", METADATA)
def test_metadata_takes_a_private_target(ip: str) -> None:
    assert forbidden(ip) and forbidden(ip, given=True)
    assert not forbidden(ip, private=True)


@pytest.mark.parametrize("ip", OPEN)
def test_networks_of_the_team_are_open(ip: str) -> None:
    assert not forbidden(ip)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "localhost", "0",
     "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "169.254.169.254", "0xa9fea9fe", "2852039166",
     "[::ffff:169.254.169.254]", "user:word@127.0.0.1", "①②⑦.⓪.⓪.①"],
)  # fmt: skip
async def test_forms_of_hosts_lead_nowhere(host: str) -> None:
    async with a_site() as site:
        port = site.address.rpartition(":")[2]
        site.page("/", "secret")
        with pytest.raises(Unseen) as why:
            await get(Reach(), Spot(f"http://{host}:{port}/", seconds=5.0))

        assert why.value.fault in (Fault.DENIED, Fault.UNRESOLVED)
        assert "word" not in why.value.summary
        assert site.asked == []


class Rebinding:
    """A name server whose first answer is one thing and every later one another."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


async def test_a_name_is_looked_up_once_and_stays_where_it_led() -> None:
    """The first answer is a host of the team's (here: this machine), the second would be somebody else's."""
    async with a_site() as site:
        port = site.address.rpartition(":")[2]
        site.page("/", "well")
        names = Rebinding([HERE], ["169.254.169.254"])
        answer = await get(Reach(resolve=names), spot(f"http://shop.test:{port}/"))

        assert answer.text == "well"
        assert names.asked == 1
        assert site.asked[0].headers["Host"] == f"shop.test:{port}"


async def test_a_name_that_turns_to_loopback_afterwards_gains_nothing() -> None:
    """The look-up that is judged is the one that is connected to: the site here is never asked."""
    async with a_site() as site:
        port = site.address.rpartition(":")[2]
        # https://www.rfc-editor.org/rfc/rfc5737: nobody is there
        names = Rebinding(["192.0.2.1"], [HERE])
        with pytest.raises((Unseen, TimeoutError)):
            async with asyncio.timeout(1):
                await get(Reach(resolve=names), Spot(f"http://shop.test:{port}/", seconds=1.0))

        assert names.asked == 1
        assert site.asked == []


async def test_one_forbidden_address_of_several_forbids_the_name() -> None:
    with pytest.raises(Unseen) as why:
        await Reach(resolve=Rebinding(["10.0.0.7", HERE])).places(Spot(), "shop.test", 80)

    assert why.value.fault is Fault.DENIED and "private: true" in why.value.summary


@pytest.mark.parametrize("to", ["/there", "http://169.254.169.254/latest/meta-data/", "//127.0.0.1/", "file:///etc"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_nothing_more(status: int, to: str) -> None:
    async with a_site() as site:
        site.page("/here", "", status, Location=to)
        site.page("/there", "well")
        answer = await get(Reach(), spot(site.address), "/here")

        assert answer.status == status and "redirects" in answer.said()
        assert [request.path for request in site.asked] == ["/here"]


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with a_site() as site:
        site.page("/", "well")

        assert (await get(Reach(), spot(site.address), "/")).text == "well"


async def test_the_next_address_is_tried_when_the_first_refuses() -> None:
    async with talking(saying(b"")) as port:
        _, writer = await Reach(resolve=Rebinding(["127.0.0.2", HERE])).open(spot(""), "shop.test", port)
        assert writer.get_extra_info("peername")[0] == HERE
        writer.transport.abort()


async def test_what_is_closed_is_refused_and_what_has_no_name_unresolved() -> None:
    async with talking(hang) as port:
        pass
    with pytest.raises(Unseen) as refused:
        await get(Reach(), spot(f"http://{HERE}:{port}"))
    with pytest.raises(Unseen) as unresolved:
        await Reach().places(spot(""), "no-such-host.invalid", 80)

    assert refused.value.fault is Fault.REFUSED
    assert unresolved.value.fault is Fault.UNRESOLVED


@pytest.mark.parametrize("host", ["a" * 300, "a..b", "x\x00y", ""])
async def test_what_cannot_be_a_name_is_unresolved(host: str) -> None:
    with pytest.raises(Unseen) as why:
        await Reach().places(Spot(), host, 80)

    assert why.value.fault in (Fault.UNRESOLVED, Fault.DENIED)


@pytest.mark.parametrize(
    "address", ["ftp://a.test", "a.test", "http://", "http://a.test:99999", "http://[::1", "file:///x"]
)
def test_only_the_schemes_that_a_kind_asks_for(address: str) -> None:
    with pytest.raises(Unseen) as why:
        parted(Spot(address), "http", "https")

    assert why.value.fault is Fault.BROKEN and "http:// or https://" in why.value.summary


@pytest.mark.parametrize("address", ["a.test", "http://a.test:80", "a.test:x", ":80"])
def test_host_and_port(address: str) -> None:
    with pytest.raises(Unseen):
        host_port(Spot(address))


async def test_certificates_are_those_of_the_name(tmp_path: Path) -> None:
    shop = identity(tmp_path, NOW.replace(year=2036), NOW.replace(year=2020), host="shop.test")
    async with a_site(shop.serve) as site:
        port = site.address.rpartition(":")[2]
        site.page("/", "well")
        reach = Reach(resolve=Rebinding([HERE]), trust=shop.trust)

        assert (await get(reach, spot(f"https://shop.test:{port}/"))).text == "well"
        for wrong in (f"https://other.test:{port}/", f"https://{HERE}:{port}/"):
            with pytest.raises(Unseen) as why:
                await get(reach, spot(wrong))
            assert why.value.fault is Fault.UNTRUSTED
        with pytest.raises(Unseen) as unknown:
            await get(Reach(resolve=Rebinding([HERE])), spot(f"https://shop.test:{port}/"))
        assert unknown.value.fault is Fault.UNTRUSTED


async def test_threads_that_hang_keep_their_places_and_nobody_else() -> None:
    threads = Threads(2)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await threads.run(lambda: time.sleep(0.5))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await threads.run(lambda: 1)

    assert await threads.run(lambda: 2) == 2
    with pytest.raises(KeyError):
        await threads.run(lambda: {}["x"])


def test_a_place_is_called_by_its_name() -> None:
    assert str(Place("shop.test", "10.0.0.7", 443)) == "shop.test:443"
