"""Whoever runs Muster asks how it is: in Slack, and by its addresses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.adapters.web.metrics import documented
from tests.town import MANIFEST, Town, a_town

DOCS = MANIFEST.parent / "docs"


async def asked(town: Town, path: str) -> tuple[int, str]:
    host, port = town.muster._web._runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}{path}") as response:
        return response.status, await response.text()


def figures(text: str) -> dict[str, float]:
    """The samples, by name and labels."""
    rows = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in rows}


@pytest.mark.parametrize(("over_http", "ways"), [(False, "Sockets"), (True, "Requests")])
async def test_the_doctor_answers_in_slack(tmp_path: Path, over_http: bool, ways: str) -> None:
    async with a_town(tmp_path, over_http=over_http) as town:
        told = await town.says(town.ana, "#general", "/incident doctor")
        assert "Bot token" in told and "Slack knows Muster" in told
        assert ways in told and "No backup of the record" in told
        assert "is wrong" not in told


async def test_the_doctor_tells_what_is_missing_in_the_workspace(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        town.simulator.workspace.find("incidents").archived = True
        header = town.simulator.web_api.scopes_header
        town.simulator.web_api.scopes_header = header.replace("pins:write,", "")
        told = await town.says(town.ana, "#general", "/incident doctor")
        assert "The channel #incidents, in which the policy speaks, is archived." in told
        assert "The bot token lacks pins:write, without which Muster cannot pin the message." in told
        assert "Something does not work" in told


@pytest.mark.parametrize(("over_http", "deaf"), [(False, "no socket is connected"), (True, "no requests are taken")])
async def test_it_is_ready_while_it_hears_slack_and_healthy_also_when_it_does_not(
    tmp_path: Path, over_http: bool, deaf: str
) -> None:
    async with a_town(tmp_path, over_http=over_http) as town:
        assert (await asked(town, "/readyz"))[0] == 200
        await town.muster._hears.stop()
        status, said = await asked(town, "/readyz")
        assert status == 503 and deaf in said
        assert (await asked(town, "/healthz"))[0] == 200
        await town.muster.engine.stop(1)
        status, said = await asked(town, "/readyz")
        assert "another Muster has taken over" in said


async def test_what_happens_is_counted_and_restricted_incidents_are_not(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        await town.declares("sev1 checkout is failing")
        status, text = await asked(town, "/metrics")
        found = figures(text)
        assert status == 200
        assert found['muster_incidents_open{severity="sev1"}'] == 1
        assert found["muster_incidents_declared_total"] == 1
        assert found['muster_slack_calls_total{method="conversations.create",outcome="ok"}'] == 1
        assert found['muster_ack_seconds_count{kind="slash_commands"}'] == 1
        assert found['muster_store_transaction_seconds_count{outcome="ok"}'] > 5
        assert found["muster_runs_overdue"] == 0
        assert found["muster_sockets_connected"] >= 1

        incident = await town.incident()

        async def hide(books: Any) -> None:
            await books._connection.exec_driver_sql("UPDATE incidents SET visibility = 'restricted'")

        await town.muster.store.transact(hide, town.clock.now())
        secret = (await asked(town, "/metrics"))[1]
        assert not any("severity" in name for name in figures(secret))
        assert figures(secret)["muster_incidents_declared_total"] == 0
        assert incident.title not in secret and town.ana.id not in secret and "checkout" not in secret

        async def show(books: Any) -> None:
            await books._connection.exec_driver_sql("UPDATE incidents SET visibility = 'open'")

        await town.muster.store.transact(show, town.clock.now())


async def test_a_limit_of_slack_is_counted(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        town.simulator.faults.fail("conversations.create", status=429, retry_after=1)
        await town.says(town.ana, "#general", "/incident declare sev1 checkout is failing")
        found = figures((await asked(town, "/metrics"))[1])
        assert found['muster_slack_calls_total{method="conversations.create",outcome="limited"}'] == 1
        await town.later(minutes=1)


@pytest.mark.parametrize("name", [name for name, _, _ in documented()])
def test_every_metric_is_on_its_page(name: str) -> None:
    assert f"| `{name}` |" in (DOCS / "metrics.md").read_text("utf-8")


def test_every_metric_that_a_page_names_exists() -> None:
    text = "".join(page.read_text("utf-8") for page in DOCS.glob("*.md"))
    named = {re.sub(r"_(bucket|sum|count)$", "", word) for word in re.findall(r"\bmuster_[a-z_]+[a-z]\b", text)}
    assert named <= {name for name, _, _ in documented()}
