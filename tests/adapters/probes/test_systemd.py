"""Units and their journal, by programs that answer as systemd's do."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.probes.kind import Kind
from bot.adapters.probes.kinds import journal, unit
from bot.domain.observation import Fault, Reading
from tests.adapters.probes.looks import look

ACTIVE = {
    "LoadState": "loaded", "ActiveState": "active", "SubState": "running", "Result": "success", "NRestarts": "2",
    "MemoryCurrent": "52428800", "TasksCurrent": "7",
}  # fmt: skip
UNCOUNTED = "18446744073709551615"
NO_SYSTEMD = "System has not been booted with systemd as init system (PID 1). Can't operate."


def program(folder: Path, said: str, status: int = 0) -> str:
    """One that writes down its words, says this, and ends with this status."""
    (folder / "said").write_text(said)
    file = folder / "program"
    file.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{folder}/asked\ncat {folder}/said\nexit {status}\n')
    file.chmod(0o755)
    return str(file)


def asked(folder: Path) -> list[str]:
    return (folder / "asked").read_text().splitlines()


def properties(**others: str) -> str:
    return "".join(f"{name}={value}\n" for name, value in {**ACTIVE, **others}.items())


async def ask(kind: Kind, **options: Any) -> Reading:
    kinds: Mapping[str, Kind] = {kind.name: kind}
    return await look(kind.name, kinds=kinds, **{"unit": "shop.service", **options})


async def test_a_unit_that_runs(tmp_path: Path) -> None:
    found = await ask(unit.kind(program(tmp_path, properties())))
    assert found.fault is Fault.NONE
    assert found.values == {"active": 1, "restarts": 2, "memory_bytes": 52428800, "tasks": 7}
    assert found.summary == "shop.service is active (running)"
    assert asked(tmp_path)[0] == "show"
    assert asked(tmp_path)[-2:] == ["--", "shop.service"]


@pytest.mark.parametrize(
    ("others", "fault", "summary"),
    [
        ({"ActiveState": "failed", "SubState": "failed", "Result": "exit-code"}, Fault.MISSING, "result exit-code"),
        ({"ActiveState": "inactive", "SubState": "dead"}, Fault.MISSING, "inactive (dead)"),
        ({"ActiveState": "activating", "SubState": "auto-restart"}, Fault.UNEXPECTED, "activating (auto-restart)"),
        ({"ActiveState": "reloading"}, Fault.NONE, "reloading"),
        ({"LoadState": "not-found", "ActiveState": "inactive"}, Fault.MISSING, "is not there"),
    ],
)
async def test_a_unit_that_does_not(tmp_path: Path, others: dict[str, str], fault: Fault, summary: str) -> None:
    found = await ask(unit.kind(program(tmp_path, properties(**others))))
    assert found.fault is fault
    assert summary in found.summary


async def test_what_systemd_does_not_count_is_left_out(tmp_path: Path) -> None:
    said = properties(MemoryCurrent="[not set]", TasksCurrent=UNCOUNTED)
    assert {*(await ask(unit.kind(program(tmp_path, said)))).values} == {"active", "restarts"}


@pytest.mark.parametrize("kind", [unit.kind, journal.kind])
@pytest.mark.parametrize(
    ("said", "status", "fault"),
    [
        (NO_SYSTEMD, 1, Fault.BROKEN),
        ("No journal files were found.", 1, Fault.BROKEN),
        ("No journal files were opened due to insufficient permissions.", 1, Fault.DENIED),
        ("something else", 4, Fault.BROKEN),
        ("", 1, Fault.BROKEN),
    ],
)
async def test_without_systemd(tmp_path: Path, kind: Any, said: str, status: int, fault: Fault) -> None:
    assert (await ask(kind(program(tmp_path, said, status)))).fault is fault
    assert (await ask(kind("/no/such/program"))).fault is Fault.BROKEN


async def test_it_is_said_clearly(tmp_path: Path) -> None:
    found = await ask(unit.kind(program(tmp_path, NO_SYSTEMD, 1)))
    assert found.summary == "systemd does not run on this machine, so its units and journal cannot be looked at"


@pytest.mark.parametrize("name", ["--all", "-H root@elsewhere", "a b", "shop;id", "../x/y"])
@pytest.mark.parametrize("kind", [unit.kind, journal.kind])
async def test_a_unit_is_no_option(tmp_path: Path, kind: Any, name: str) -> None:
    asked_for = kind(program(tmp_path, properties()))
    assert (await ask(asked_for, unit=name)).fault is Fault.BROKEN
    assert (await look(asked_for.name, name, kinds={asked_for.name: asked_for})).fault is Fault.BROKEN
    assert (await ask(asked_for, unit="")).fault is Fault.BROKEN
    assert "asked" not in os.listdir(tmp_path)


async def test_the_journal_of_the_last_hour(tmp_path: Path) -> None:
    said = "2026-11-24T19:00:00+0000 web shop[9]: ready\n2026-11-24T19:30:00+0000 web shop[9]: order FAILED\n"
    kind = journal.kind(program(tmp_path, said))
    found = await ask(kind)
    assert (found.fault, found.text, found.values) == (Fault.NONE, said.strip(), {"lines": 2})
    assert {"--unit=shop.service", "--since=-3600s", "--lines=200", "--no-pager"} <= {*asked(tmp_path)}
    assert (await ask(kind, contains="failed", since="30m", lines=50)).values == {"lines": 1}
    assert {"--since=-1800s", "--lines=50"} <= {*asked(tmp_path)}
