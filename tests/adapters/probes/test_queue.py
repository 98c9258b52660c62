"""Queues of Redis and RabbitMQ, by servers that answer as theirs do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.observation import Fault, Reading
from tests.adapters.probes.looks import look
from tests.adapters.probes.resp import array, bulk, serving
from tests.adapters.probes.servers import a_site

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
COLUMNS = "columns=name,vhost,head_message_timestamp,messages_ready,messages_unacknowledged,consumers"


def whole(number: int) -> bytes:
    return b":%d\r\n" % number


def group(pending: int, consumers: int, lag: int | None) -> bytes:
    lagging = b"$-1\r\n" if lag is None else whole(lag)
    return array(
        bulk("name"), bulk("workers"), bulk("consumers"), whole(consumers), bulk("pending"), whole(pending),
        bulk("last-delivered-id"), bulk("0-0"), bulk("lag"), lagging,
    )  # fmt: skip


async def redis(replies: dict[str, bytes]) -> Reading:
    async with serving(replies) as server:
        return await look("queue", f"redis://127.0.0.1:{server.port}/0", at=NOW, queue="jobs")


@pytest.mark.parametrize(("sort", "count"), [("list", "LLEN"), ("set", "SCARD"), ("zset", "ZCARD")])
async def test_how_many_wait(sort: str, count: str) -> None:
    found = await redis({"TYPE jobs": f"+{sort}\r\n".encode(), f"{count} jobs": whole(42)})
    assert (found.fault, found.values, found.summary) == (Fault.NONE, {"ready": 42}, "jobs: 42 waiting")


async def test_an_empty_list_is_no_key() -> None:
    assert (await redis({"TYPE jobs": b"+none\r\n"})).values == {"ready": 0}


async def test_a_stream_that_nobody_reads() -> None:
    oldest = int((NOW.timestamp() - 90) * 1000)
    found = await redis({
        "TYPE jobs": b"+stream\r\n", "XLEN jobs": whole(3), "XINFO GROUPS jobs": b"*0\r\n",
        "XRANGE jobs - + COUNT 1": array(array(bulk(f"{oldest}-0"), array(bulk("order"), bulk("7")))),
    })  # fmt: skip
    assert found.values == {"ready": 3, "oldest_seconds": 90}


async def test_an_empty_stream() -> None:
    replies = {"TYPE jobs": b"+stream\r\n", "XLEN jobs": whole(0), "XINFO GROUPS jobs": b"*0\r\n"}
    assert (await redis({**replies, "XRANGE jobs - + COUNT 1": b"*0\r\n"})).values == {"ready": 0}


async def test_a_stream_with_groups_of_consumers() -> None:
    replies = {"TYPE jobs": b"+stream\r\n", "XLEN jobs": whole(100)}
    found = await redis({**replies, "XINFO GROUPS jobs": array(group(5, 2, 7), group(1, 1, 12))})
    assert found.values == {"ready": 12, "unacked": 6, "consumers": 3}
    unknown = await redis({**replies, "XINFO GROUPS jobs": array(group(5, 2, None))})
    assert unknown.values["ready"] == 100


async def test_what_is_no_queue() -> None:
    assert (await redis({"TYPE jobs": b"+hash\r\n"})).fault is Fault.UNEXPECTED
    assert (await redis({"TYPE jobs": b"-NOPERM no permission\r\n"})).fault is Fault.DENIED
    assert (await look("queue", "redis://127.0.0.1:1/0")).fault is Fault.BROKEN
    assert (await look("queue", "amqp://127.0.0.1:5672", queue="jobs")).fault is Fault.BROKEN


def rabbit(name: str, ready: int, unacked: int, consumers: int, oldest: Any = None) -> dict[str, Any]:
    return {
        "name": name, "messages_ready": ready, "messages_unacknowledged": unacked, "consumers": consumers,
        "head_message_timestamp": oldest,
    }  # fmt: skip


async def test_one_queue_of_rabbitmq() -> None:
    async with a_site() as site:
        site.page(f"/api/queues/%2F/jobs%2Furgent?{COLUMNS}", rabbit("jobs/urgent", 9, 2, 1, NOW.timestamp() - 30))
        address = site.address.replace("http://", "http://eyes:hunter2@")
        found = await look("queue", address, at=NOW, queue="jobs/urgent")
    assert found.fault is Fault.NONE
    assert found.values == {"ready": 9, "unacked": 2, "consumers": 1, "oldest_seconds": 30}
    assert found.summary == "jobs/urgent: 9 waiting, 2 in hand, 1 consumers"
    assert site.asked[0].headers["Authorization"].startswith("Basic ")
    assert "hunter2" not in str(found)


async def test_all_queues_of_rabbitmq() -> None:
    async with a_site() as site:
        site.page("/api/queues", [rabbit("a", 1, 0, 1), rabbit("b", 20, 3, 0, ""), rabbit("c", 0, 0, 2)])
        found = await look("queue", site.address, at=NOW)
    assert found.values == {"ready": 21, "unacked": 3, "consumers": 3}
    assert [line.split(":")[0] for line in found.text.splitlines()] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (401, {}, Fault.DENIED),
        (404, {}, Fault.MISSING),
        (500, {}, Fault.UNEXPECTED),
        (200, "no json", Fault.UNEXPECTED),
    ],
)
async def test_rabbitmq_refuses(status: int, body: Any, fault: Fault) -> None:
    async with a_site() as site:
        site.page(f"/api/queues/%2F/jobs?{COLUMNS}", body, status)
        assert (await look("queue", site.address, queue="jobs")).fault is fault
