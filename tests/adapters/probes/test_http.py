from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.probes.kind import Unseen
from bot.adapters.probes.kinds.http import HttpOptions, read
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from tests.adapters.probes.servers import a_site, spot


async def asked(answers: int = 200, body: Any = "all is well", **options: Any) -> Reading:
    async with a_site() as site:
        site.page("/healthz", body, answers)
        return await read(spot(site.address), HttpOptions(path="/healthz", **options), Reach())


async def test_a_page_that_answers_as_it_should() -> None:
    reading = await asked()

    assert reading.fault is Fault.NONE and reading.text == "all is well"
    assert reading.values["status"] == 200 and 0 < reading.values["seconds"] < 2


@pytest.mark.parametrize(
    ("status", "right", "fault"),
    [
        (200, 200, Fault.NONE),
        (204, (200, 204), Fault.NONE),
        (404, 404, Fault.NONE),
        (401, 401, Fault.NONE),
        (500, 200, Fault.UNEXPECTED),
        (404, 200, Fault.UNEXPECTED),
        (302, 200, Fault.UNEXPECTED),
        (200, 404, Fault.UNEXPECTED),
        (401, 200, Fault.DENIED),
        (403, 200, Fault.DENIED),
    ],
)
async def test_a_status_is_right_or_says_what_is_wrong(status: int, right: Any, fault: Fault) -> None:
    reading = await asked(status, status=right)

    assert reading.fault is fault and reading.values["status"] == status


async def test_a_body_without_the_wanted_words_is_unexpected() -> None:
    assert (await asked(contains="well")).fault is Fault.NONE
    reading = await asked(contains="degraded")

    assert reading.fault is Fault.UNEXPECTED and '"degraded"' in reading.summary


async def test_head_asks_for_no_body() -> None:
    reading = await asked(method="HEAD")

    assert reading.fault is Fault.NONE and reading.text == ""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_is_changed_where_it_looks(method: str) -> None:
    with pytest.raises(ValueError):
        HttpOptions(method=method)  # type: ignore[arg-type]


async def test_numbers_of_a_body_are_values() -> None:
    body = {"queue": {"waiting": 7}, "pools": [{"free": "3"}], "open": True}
    paths = {"waiting_count": "queue.waiting", "free_count": "pools.0.free", "open": "open"}
    reading = await asked(body=body, numbers=paths)

    assert reading.fault is Fault.NONE
    assert {"waiting_count": 7, "free_count": 3, "open": 1}.items() <= reading.values.items()


async def test_a_number_that_is_not_there_is_missing() -> None:
    reading = await asked(body={"queue": "long"}, numbers={"waiting_count": "queue.waiting"})

    assert reading.fault is Fault.MISSING and "queue.waiting" in reading.summary


async def test_numbers_of_what_is_no_json_are_unexpected() -> None:
    with pytest.raises(Unseen) as why:
        await asked(body="<html>", numbers={"waiting_count": "waiting"})

    assert why.value.fault is Fault.UNEXPECTED


async def test_headers_of_the_target_are_sent() -> None:
    async with a_site() as site:
        site.page("/", "well")
        await read(spot(site.address, headers={"X-Shop": "7"}), HttpOptions(path="/"), Reach())

        assert site.asked[0].headers["X-Shop"] == "7"
