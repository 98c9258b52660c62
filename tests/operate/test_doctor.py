"""All looks side by side: one that hangs or breaks keeps none of the others."""

from __future__ import annotations

import asyncio
import json
import os
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.adapters.paging.check import PagingCheck
from bot.adapters.paging.switchboard import Setup
from bot.adapters.store import Store
from bot.adapters.store.check import StoreCheck
from bot.adapters.web.check import ServerCheck
from bot.config import Config
from bot.doctor import Check, Doctor, alerts, doctor, policy
from bot.domain.finding import Finding, Health, well, worst
from bot.engine.clock import StoppedClock
from bot.engine.journal import NewRun, NewTimer
from bot.operate.looking import as_json, as_lines
from tests.adapters.paging.servers import Order, a_mail_server, an_http_service
from tests.contracts.test_store_record import change

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
Usage = namedtuple("Usage", "total used free")
MIB = 1024 * 1024


def health(found: list[Finding], area: str) -> list[Health]:
    return [finding.health for finding in found if finding.area == area]


async def test_one_look_that_hangs_or_breaks_keeps_none_of_the_others() -> None:
    async def hangs() -> list[Finding]:
        await asyncio.Event().wait()
        return []

    async def breaks() -> list[Finding]:
        raise ValueError("xoxb-secret")

    async def sees() -> list[Finding]:
        return [well("Disk", "There is room.")]

    found = await Doctor([Check("Slack", hangs, 0.01), Check("Policy", breaks), Check("Disk", sees)]).look()
    assert [(f.area, f.health) for f in found] == [
        ("Slack", Health.DOUBTFUL), ("Policy", Health.WRONG), ("Disk", Health.WELL)
    ]  # fmt: skip
    assert "xoxb-secret" not in str(found)


async def test_without_tokens_slack_is_not_asked(tmp_path: Path) -> None:
    nobody = Config(data_dir=tmp_path, bot_token=SecretStr(""), app_token=SecretStr(""), api_url="http://127.0.0.1:9/")
    found = await doctor(
        nobody, lambda: None, Setup("http://127.0.0.1:9", "http://127.0.0.1:9"), StoppedClock(NOON)
    ).look()

    [said] = [finding for finding in found if finding.area in ("Slack", "App token", "Channels")]
    assert said.health is Health.WRONG and "SLACK_BOT_TOKEN" in said.says


# the record


def a_check(address: str, folder: Path, free: int = 100_000, now: datetime = NOON) -> StoreCheck:
    return StoreCheck(address, folder, lambda: now, lambda path: Usage(0, 0, free * MIB))


async def test_where_there_is_no_record_yet_it_is_said_and_none_is_made(tmp_path: Path) -> None:
    [found] = await a_check(f"sqlite:///{tmp_path}/muster.db", tmp_path).record()
    assert found.health is Health.DOUBTFUL and os.listdir(tmp_path) == []


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/muster.db"


async def test_a_record_is_looked_at_while_muster_works_with_it(address: str, tmp_path: Path) -> None:
    store = await Store.open(address, NOON)
    found = await a_check(address, tmp_path).record()
    assert worst(found) is Health.WELL and len(found) == 2
    await store.close()


@pytest.mark.parametrize(
    ("schema", "expected"), [("0003", Health.DOUBTFUL), ("0999", Health.WRONG)], ids=["earlier", "newer"]
)
async def test_another_releases_record_is_told(address: str, tmp_path: Path, schema: str, expected: Health) -> None:
    await (await Store.open(address, NOON)).close()
    await change(address, f"UPDATE alembic_version SET version_num = '{schema}'")
    [found] = await a_check(address, tmp_path).record()
    assert found.health is expected and schema in found.says


async def test_a_record_that_cannot_be_written_is_wrong(address: str, tmp_path: Path) -> None:
    await (await Store.open(address, NOON)).close()
    await change(
        address, "CREATE TRIGGER full BEFORE DELETE ON settings BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    await change(address, "INSERT INTO settings (name, value) VALUES ('no setting has this name', '1')")
    found = await a_check(address, tmp_path).record()
    assert Health.WRONG in health(found, "Record")
    assert any("It cannot be written." in finding.says for finding in found)


async def test_a_file_that_is_no_record_is_wrong(address: str, tmp_path: Path) -> None:
    (tmp_path / "muster.db").write_bytes(b"this is no database" * 1000)
    [found] = await a_check(address, tmp_path).record()
    assert found.health is Health.WRONG and "not a database" in found.says


@pytest.mark.parametrize(
    ("free", "expected"), [(50, Health.WRONG), (500, Health.DOUBTFUL), (5000, Health.WELL)]
)  # fmt: skip
async def test_a_disk_that_fills_is_noticed(address: str, tmp_path: Path, free: int, expected: Health) -> None:
    [found] = await a_check(address, tmp_path / "not" / "there", free).disk()
    assert found.health is expected


async def test_work_that_is_overdue_and_backups_that_are_old_are_noticed(address: str, tmp_path: Path) -> None:
    store = await Store.open(address, NOON)

    async def begin(books: Any) -> None:
        await books.start(NewRun("say", "id1"))
        await books.set_timer(NewTimer("update", "id1", NOON, {}, "id1:update"))
        await books.log("backed_up", "made the backup x", "muster")

    await store.transact(begin, NOON)
    await store.close()
    soon = await a_check(address, tmp_path, now=NOON + timedelta(minutes=1)).work()
    assert worst(soon) is Health.WELL
    late = await a_check(address, tmp_path, now=NOON + timedelta(days=9)).work()
    assert [(f.area, f.health) for f in late] == [
        ("Work", Health.WELL), ("Work", Health.WRONG), ("Backup", Health.DOUBTFUL)
    ]  # fmt: skip
    assert "2 things are due" in late[1].says


# what is outside


async def test_a_mail_server_that_lets_muster_in_gets_no_mail() -> None:
    async with a_mail_server() as mailbox:
        url = f"smtp://127.0.0.1:{mailbox.port}?tls=no"
        setup = Setup("https://a.test", "https://a.test", smtp_url=url, mail_from="muster@example.org")
        [found] = await PagingCheck(setup, StoppedClock(NOON)).looks()["E-mail"]()
        assert found.health is Health.WELL and mailbox.mails == []
    [found] = await PagingCheck(setup, StoppedClock(NOON)).mail()
    assert found.health is Health.WRONG and "MUSTER_SMTP_URL" in found.remedy


@pytest.mark.parametrize(
    ("status", "expected"), [(200, Health.WELL), (401, Health.WRONG), (503, Health.DOUBTFUL)]
)  # fmt: skip
async def test_the_key_for_schedules_is_tried(status: int, expected: Health) -> None:
    async with an_http_service() as service:
        service.answers(Order(status, "{}"))
        setup = Setup("https://a.test", service.address, token="hush")
        [found] = await PagingCheck(setup, StoppedClock(NOON)).schedules()
        assert found.health is expected and "hush" not in str(found)
        assert [got.method for got in service.got] == ["GET"]


async def test_senders_are_only_asked_whether_they_are_there() -> None:
    async with an_http_service() as service:
        service.answers(Order(405))
        senders = {"sms": f"{service.address}/hush", "phone": ""}
        looks = PagingCheck(Setup(service.address, "https://a.test", senders=senders), StoppedClock(NOON)).looks()
        assert list(looks) == ["The sender of text messages"]
        [found] = await looks["The sender of text messages"]()
        assert found.health is Health.WELL and "hush" not in str(found)
        assert [(got.method, got.body) for got in service.got] == [("HEAD", b"")]


async def served(answer: web.Response) -> tuple[web.AppRunner, int]:
    app = web.Application()

    async def ready(request: web.Request) -> web.Response:
        return answer

    app.router.add_get("/readyz", ready)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, runner.addresses[0][1]


@pytest.mark.parametrize(
    ("answer", "expected"), [(200, Health.WELL), (503, Health.WRONG)]
)  # fmt: skip
async def test_whether_muster_runs_and_is_ready(answer: int, expected: Health) -> None:
    runner, port = await served(web.json_response({"ok": False, "slack": "no socket is connected"}, status=answer))
    [found] = await ServerCheck("127.0.0.1", port, guarded=True).look()
    await runner.cleanup()
    assert found.health is expected
    assert ("no socket is connected" in found.says) == (answer == 503)
    [gone] = await ServerCheck("127.0.0.1", port, guarded=True).look()
    assert gone.health is Health.DOUBTFUL


async def test_a_server_that_is_open_to_everybody_is_doubtful() -> None:
    [found] = await ServerCheck("0.0.0.0", 0, guarded=False).look()
    assert found.health is Health.DOUBTFUL and "MUSTER_API_TOKEN" in found.remedy


# the policy, and how it is told


async def test_a_policy_with_mistakes_is_wrong_and_a_bundled_one_is_well(tmp_path: Path) -> None:
    (tmp_path / "severities.yml").write_text("severities: 3\n")
    found = await policy(str(tmp_path), lambda: NOON)
    assert {finding.health for finding in found} == {Health.WRONG}
    assert worst(await policy("default", lambda: NOON)) is Health.WELL


async def test_whether_monitoring_may_send_alerts() -> None:
    [closed] = await alerts(Config().model_copy(update={"alert_token": SecretStr("")}))
    [open] = await alerts(Config().model_copy(update={"alert_token": SecretStr("hush")}))
    assert closed.says != open.says and "hush" not in open.says


def test_findings_are_a_line_each_or_json() -> None:
    found = [well("Disk", "There is room."), Finding("Clock", Health.WRONG, "It is off.", "Run NTP.")]
    assert as_lines(found) == "      ok  Disk: There is room.\n   WRONG  Clock: It is off. Run NTP."
    said = json.loads(as_json(found))
    assert said["health"] == "wrong"
    assert said["findings"][1] == {"area": "Clock", "health": "wrong", "says": "It is off.", "remedy": "Run NTP."}
