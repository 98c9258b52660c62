"""The command line as a person uses it: processes of their own against a Muster that runs, exit codes and sentences."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp import web

from bot.console.client import Client, Declined, Unusable
from bot.console.commands import COMMANDS
from bot.console.settings import Reach, login_name
from tests.api import TOKEN, Caller, a_caller
from tests.town import Town, a_town

ROOT = Path(__file__).parents[2]
PATIENCE = 60


class Ran(NamedTuple):
    code: int
    out: str
    err: str


class Shell:
    def __init__(self, **environment: str) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "MUSTER_"))}
        self.environment = {**clean, "COLUMNS": "200", **environment}

    async def begin(self, *words: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, cwd=ROOT, env=self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def __call__(self, *words: str) -> Ran:
        process = await self.begin(*words)
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        return Ran(process.returncode or 0, out.decode(), err.decode())

    async def does(self, *words: str) -> str:
        ran = await self(*words)
        assert (ran.code, ran.err) == (0, ""), ran
        return ran.out


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path, slack_down=True) as town:
        town.let_down = True
        yield town


@pytest.fixture
async def api(town: Town) -> AsyncIterator[Caller]:
    async with a_caller(town) as caller:
        yield caller


@pytest.fixture
def muster(api: Caller) -> Shell:
    return Shell(MUSTER_URL=api.address, MUSTER_API_TOKEN=TOKEN, MUSTER_ACTOR="ana")


async def test_an_incident_from_its_declaration_to_its_end_while_slack_is_down(muster: Shell) -> None:
    declared = await muster.does("declare", "-s", "sev2", "checkout", "is", "failing")
    assert declared == "#1 is declared: SEV2, checkout is failing. Its room is opening.\n"
    assert "You acknowledged #1." in await muster.does("ack", "1")
    assert "You are Incident Commander of #1 now." in await muster.does("role", "#1", "commander")
    assert "Update 1 of #1" in await muster.does("update", "1", "--next-in", "30", "half of it works")
    await muster.does("note", "1", "the pool was too small")
    await muster.does("task", "1", "fail over")
    assert "Task 1 of #1 is done." in await muster.does("done", "1", "1")
    assert "#1 is mitigating now." in (await muster.does("status", "1", "mitigating", "rolled back"))

    listed = await muster.does("list")
    assert "checkout is failing" in listed and "ana (by API)" in listed and "\x1b" not in listed
    shown = await muster.does("show", "1")
    for words in ("SEV2", "Mitigating", "not open yet", "1: half of it works", "Incident Commander", "done by ana"):
        assert words in shown, shown
    assert "ana (by API) noted: the pool was too small" in await muster.does("timeline", "1")
    resolved = await muster.does("resolve", "1", "--how", "rollback", "the deploy was reverted")
    assert resolved.startswith("#1 is resolved.")
    assert "There are none." in await muster.does("list")
    assert "the deploy was reverted" in await muster.does("postmortem", "1")
    [ended] = json.loads(await muster.does("list", "--ended", "--json"))["incidents"]
    assert (ended["number"], ended["status"]) == (1, "resolved")


async def test_what_is_refused_is_a_sentence_and_an_exit_code(muster: Shell) -> None:
    missing = await muster("show", "7")
    assert (missing.code, missing.out) == (1, "") and "There is no incident 7." in missing.err
    wrong = await muster("declare", "-s", "sev9", "it fails", "--json")
    assert wrong.code == 1 and "There is no severity *sev9*. This team uses" in wrong.err
    usage = await muster("declare")
    assert usage.code == 2 and "Missing argument" in usage.err


async def test_what_cannot_be_reached_is_a_sentence_and_an_exit_code(api: Caller) -> None:
    for said, environment in (
        ("MUSTER_API_TOKEN is not set", {"MUSTER_URL": api.address}),
        ("Requests bring the value of MUSTER_API_TOKEN", {"MUSTER_URL": api.address, "MUSTER_API_TOKEN": "other"}),
        ("Muster does not answer at http://127.0.0.1:9", {"MUSTER_URL": "http://127.0.0.1:9", "MUSTER_API_TOKEN": "x"}),
        ("MUSTER_URL is nowhere", {"MUSTER_URL": "nowhere", "MUSTER_API_TOKEN": "x"}),
        ("X-Muster-Actor", {"MUSTER_URL": api.address, "MUSTER_API_TOKEN": TOKEN, "MUSTER_ACTOR": "two words"}),
    ):
        ran = await Shell(**environment)("list")
        assert (ran.code, ran.out, said in ran.err) == (2, "", True), ran
        assert "Traceback" not in ran.err and TOKEN not in ran.err


async def test_whoever_follows_sees_what_happens(api: Caller, muster: Shell) -> None:
    await api.declares()
    following = await muster.begin("timeline", "1", "--follow", "--json")
    assert following.stdout
    first = json.loads(await asyncio.wait_for(following.stdout.readline(), PATIENCE))
    await api.does("notes", {"text": "news"})
    kinds = [first["kind"]]
    while kinds[-1] != "noted":
        kinds.append(json.loads(await asyncio.wait_for(following.stdout.readline(), PATIENCE))["kind"])
    following.send_signal(2)
    _, errors = await asyncio.wait_for(following.communicate(), PATIENCE)

    assert kinds[0] == "declared" and kinds.count("noted") == 1
    assert (following.returncode, errors) == (0, b"")


async def test_every_command_has_help(muster: Shell) -> None:
    listed = await muster.does("--help")

    assert all(f"\n  {name} " in listed for name in COMMANDS)
    assert all((command.__doc__ or "").strip() for command in COMMANDS.values())


# a lost connection


class Flaky:
    """A server that loses its first answers, after it has heard the requests."""

    def __init__(self, losses: int, status: int | None = None) -> None:
        self.losses, self.status = losses, status
        self.heard: list[tuple[str, Any]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.heard.append((request.headers.get("Idempotency-Key", ""), await request.json()))
        if len(self.heard) <= self.losses:
            if self.status:
                return web.Response(status=self.status, text="busy")
            assert request.transport
            request.transport.abort()
        return web.json_response({"message": "Noted."})


async def sent(flaky: Flaky, pauses: tuple[float, ...]) -> Any:
    app = web.Application()
    app.router.add_post("/api/incidents/1/notes", flaky.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        client = Client(Reach(url=f"http://127.0.0.1:{runner.addresses[0][1]}", token="x", actor="ana"), pauses)
        with client:
            return await asyncio.to_thread(client.change, "POST", "/api/incidents/1/notes", {"text": "x"})
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("status", [None, 503, 502])
async def test_a_lost_answer_is_asked_for_again_with_the_same_key(status: int | None) -> None:
    flaky = Flaky(2, status)

    assert await sent(flaky, (0.01, 0.01, 0.01)) == {"message": "Noted."}
    assert len(flaky.heard) == 3 and len({key for key, _ in flaky.heard}) == 1 and flaky.heard[0][0]


async def test_it_gives_up_with_a_sentence() -> None:
    with pytest.raises(Unusable, match="Muster does not answer at"):
        await sent(Flaky(9), (0.01,))
    with pytest.raises(Unusable, match="is no Muster: it says 503"):
        await sent(Flaky(9, 503), (0.01,))
    with pytest.raises((Unusable, Declined), match="is no Muster: it says 500"):
        await sent(Flaky(9, 500), (0.01,))


def test_the_name_on_the_record_is_one_that_can_stand_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, said in (("ana", "ana"), ("DOMAIN\\ana", "cli"), ("v2", "cli")):
        monkeypatch.setenv("LOGNAME", name)
        assert login_name() == said
