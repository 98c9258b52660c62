"""The command as a person starts and ends it: processes of their own, signals, exit codes and sentences."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.engine.clock import SystemClock
from bot.practice.people import move_in
from bot.practice.service.breaks import KINDS
from bot.simulator import Simulator
from tests.practice import harbour
from tests.town import MANIFEST, sockets_open

ROOT = Path(__file__).parents[2]
PATIENCE = 60


@asynccontextmanager
async def muster(*words: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command, killed at the end if it still runs."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "MUSTER_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=ROOT, env={**clean, **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def address(process: asyncio.subprocess.Process) -> str:
    """Read on until the practice workspace has said where it is."""
    assert process.stdout
    said = ""
    while not (found := re.search(r"http://\S+", said)):
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        assert line, "it ended before it had said anything"
        said += line.decode()
    return found.group()


async def ended(process: asyncio.subprocess.Process, by: int) -> tuple[int | None, str]:
    """Send the signal; the exit code and all of stderr."""
    process.send_signal(by)
    _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    return process.returncode, errors.decode()


async def rooms(url: str) -> set[str]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/sim/state?as=ana") as answer:
        return {channel["name"] for channel in (await answer.json())["channels"]}


async def says(url: str, text: str) -> None:
    async with aiohttp.ClientSession() as session:
        state = await (await session.get(f"{url}/sim/state?as=ana")).json()
        general = next(c["id"] for c in state["channels"] if c["name"] == "general")
        told = {"as": state["me"]["id"], "channel": general, "text": text}
        answer = await (await session.post(f"{url}/sim/say", json=told)).json()
    assert answer["ok"], answer


async def until_open(url: str, room: str) -> None:
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while room not in await rooms(url):
        assert asyncio.get_running_loop().time() < deadline, f"#{room} did not open"
        await asyncio.sleep(0.1)


async def test_practice_starts_with_a_line_and_ends_with_ctrl_c() -> None:
    async with muster("practice", "--no-browser", "--port", "0") as process:
        url = await address(process)
        await says(url, "/incident declare sev1 checkout is failing")
        await until_open(url, "inc-1-checkout-is-failing")

        assert await ended(process, signal.SIGINT) == (0, "")


async def test_practice_keeps_its_data_where_it_is_told_to(tmp_path: Path) -> None:
    """The next start knows the rooms and the incidents of the last one, and counts on."""
    for number, title in ((1, "checkout is failing"), (2, "login is slow")):
        async with muster("practice", "--no-browser", "--port", "0", "--data-dir", str(tmp_path)) as process:
            url = await address(process)
            await says(url, f"/incident declare sev1 {title}")
            await until_open(url, f"inc-{number}-{title.replace(' ', '-')}")
            seen = await rooms(url)
            await ended(process, signal.SIGINT)

    assert seen >= {"inc-1-checkout-is-failing", "inc-2-login-is-slow"}


async def test_practice_runs_under_the_policy_that_is_named(tmp_path: Path) -> None:
    """The option goes before the variable."""
    folder = str(harbour.build(tmp_path))
    words = ("practice", "--no-browser", "--port", "0")
    for more, environment in (((), {"MUSTER_POLICY": folder}), (("--policy", folder), {"MUSTER_POLICY": "nowhere"})):
        async with muster(*words, *more, **environment) as process:
            url = await address(process)
            await says(url, "/incident declare p0 checkout is failing")
            await until_open(url, "harbour-news")
            deadline = asyncio.get_running_loop().time() + PATIENCE
            while not any(name.endswith("-checkout-is-failing") for name in await rooms(url)):
                assert asyncio.get_running_loop().time() < deadline, "no room opened"
                await asyncio.sleep(0.1)

            assert await ended(process, signal.SIGINT) == (0, "")


async def said(*words: str) -> tuple[int | None, str]:
    """The exit code of a command and what it said, to whichever stream."""
    async with muster(*words) as process:
        out, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    return process.returncode, (out + errors).decode()


async def test_the_shop_is_broken_and_mended_by_commands() -> None:
    async with muster("practice", "--no-browser", "--port", "0") as process:
        await address(process)
        assert process.stdout
        greeting = ""
        while not (found := re.search(r"muster practice mend --port (\d+)", greeting)):
            greeting += (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        port = ("--port", found[1])
        broken = await said("practice", "break", "errors", *port)
        one = await said("practice", "break", "slow", *port)
        left = await said("practice", "mend", "slow", *port)
        mended = await said("practice", "mend", *port)

        assert await ended(process, signal.SIGINT) == (0, "")
    assert f"muster practice break errors --port {found[1]}" in greeting
    assert broken[0] == 0 and f"muster practice mend errors --port {found[1]}" in broken[1]
    assert one[0] == 0 and left == (0, "Still broken: errors.\n")
    assert mended == (0, "The shop is whole.\n")
    assert await said("practice", "mend", *port) == (2, nobody(found[1]))


def nobody(port: str) -> str:
    return (
        f"No practice workspace answers on port {port}. Start one with `muster practice`, or name its port: --port.\n"
    )


async def test_an_unknown_way_to_break_it_is_answered_with_the_known_ones() -> None:
    for words, start in ((("break", "gremlins"), "There is no way"), (("break",), "The ways to break it are")):
        code, sentence = await said("practice", *words)

        assert code == 2 and sentence.startswith(start)
        assert all(kind in sentence for kind in KINDS)


async def test_practice_under_a_policy_that_does_not_exist_is_a_sentence() -> None:
    async with muster("practice", "--no-browser", "--port", "0", "--policy", "nowhere") as process:
        _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)

    assert process.returncode == 2
    assert "there is no such policy" in errors.decode() and "default" in errors.decode()
    assert "Traceback" not in errors.decode()


async def test_a_taken_port_is_told_in_a_sentence() -> None:
    async with muster("practice", "--no-browser", "--port", "0") as first:
        port = (await address(first)).rsplit(":", 1)[1]
        async with muster("practice", "--no-browser", "--port", port) as second:
            _, errors = await asyncio.wait_for(second.communicate(), PATIENCE)

    assert second.returncode == 2
    assert f"Port {port} cannot be used" in errors.decode()
    assert "Traceback" not in errors.decode()


async def test_without_tokens_run_says_which_are_missing(tmp_path: Path) -> None:
    async with muster("run", MUSTER_DATA_DIR=str(tmp_path)) as process:
        _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)

    assert process.returncode == 2
    assert "SLACK_BOT_TOKEN" in errors.decode() and "SLACK_APP_TOKEN" in errors.decode()


async def test_a_policy_with_a_mistake_is_refused_with_its_file_and_line(tmp_path: Path) -> None:
    """Also one that would show only when the text is posted."""
    shutil.copytree(ROOT / "bot/policy/policies/default", tmp_path / "ours")
    (tmp_path / "ours/templates/page.j2").write_text("{{ incident.titel }} needs you")
    tokens = {"SLACK_BOT_TOKEN": "xoxb-practice", "SLACK_APP_TOKEN": "xapp-practice"}
    async with muster("run", MUSTER_DATA_DIR=str(tmp_path), MUSTER_POLICY=str(tmp_path / "ours"), **tokens) as process:
        _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)

    assert process.returncode == 2
    assert "page.j2" in errors.decode() and "titel" in errors.decode()
    assert "Traceback" not in errors.decode()


async def test_run_serves_tells_its_health_and_logs_no_secret(tmp_path: Path) -> None:
    """Against a Slack that fails now and then, so that the failing paths log too."""
    simulator = Simulator(SystemClock(), MANIFEST)
    await simulator.start()
    move_in(simulator)
    environment = {
        "SLACK_BOT_TOKEN": simulator.bot_token, "SLACK_APP_TOKEN": simulator.app_token,
        "SLACK_API_URL": simulator.api_url, "MUSTER_DATA_DIR": str(tmp_path), "MUSTER_PORT": "0",
    }  # fmt: skip
    try:
        async with muster("run", **environment) as process:
            await sockets_open(simulator)
            assert process.stderr
            first = (await asyncio.wait_for(process.stderr.readline(), PATIENCE)).decode()
            while not (found := re.search(r"http://\S+/healthz", first)):
                first += (await asyncio.wait_for(process.stderr.readline(), PATIENCE)).decode()
            health = await healthy(found.group())
            simulator.faults.fail("conversations.create", times=1, error="fatal_error")
            simulator.faults.drop("response_url", times=1)
            answer = await simulator.person("ana").runs("#general", "/incident declare sev1 checkout is failing")
            await until_open(simulator.url, "incidents")
            code, rest = await ended(process, signal.SIGTERM)
    finally:
        await simulator.stop()

    logged = first + rest
    assert answer.ok and code == 0
    assert health["ok"] is True and health["store"] == "ok" and health["slack"] == "ok"
    assert '"action": "engine.start"' in logged and '"action": "serving"' in logged
    assert not re.search(r"xoxb|xapp|/hooks/|ticket=", logged)


async def healthy(url: str) -> dict[str, object]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200
        found: dict[str, object] = await answer.json()
        return found
