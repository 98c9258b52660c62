"""Programs that a policy names."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.adapters.probes.kinds.command import CommandOptions
from bot.domain.observation import Fault
from tests.adapters.probes.looks import look


async def test_a_status_that_was_expected() -> None:
    found = await look("command", argv=["/bin/echo", "42.5"])
    assert found.fault is Fault.NONE
    assert (found.values["exit_status"], found.values["value"], found.text) == (0, 42.5, "42.5")
    assert 0 < found.values["seconds"] < 5


async def test_another_status() -> None:
    argv = ["/bin/sh", "-c", "echo checking; echo queue is stuck >&2; exit 2"]
    found = await look("command", argv=argv)
    assert found.fault is Fault.UNEXPECTED
    assert (found.values["exit_status"], found.text) == (2, "checking\nqueue is stuck")
    assert found.summary == "sh ended with status 2: queue is stuck"
    assert (await look("command", argv=argv, expect=[0, 2])).fault is Fault.NONE
    assert (await look("command", argv=argv, expect=[])).fault is Fault.NONE


async def test_nothing_is_read_by_a_shell() -> None:
    assert (await look("command", argv=["/bin/echo", "$HOME; id | cat `id`"])).text == "$HOME; id | cat `id`"


async def test_folder_and_environment(tmp_path: Path) -> None:
    argv = ["/bin/sh", "-c", 'echo "$SHOP $PWD"']
    found = await look("command", argv=argv, folder=str(tmp_path), environment={"SHOP": "berlin"})
    assert found.text.startswith("berlin /")
    assert found.text.endswith(tmp_path.name)


async def test_one_that_does_not_end() -> None:
    assert (await look("command", argv=["/bin/sleep", "60"], seconds=1)).fault is Fault.TIME_OUT


async def test_one_that_a_signal_ended() -> None:
    found = await look("command", argv=["/bin/sh", "-c", "kill -9 $$"])
    assert (found.fault, found.values["exit_status"]) == (Fault.UNEXPECTED, -9)


async def test_one_that_is_not_there() -> None:
    assert (await look("command", argv=["/no/such/program"])).fault is Fault.BROKEN


@pytest.mark.parametrize("argv", [[], ["uptime"], ["./check"], ["/bin/echo", "a\0b"], "/bin/echo hello"])
def test_programs_are_named_by_their_absolute_path(argv: object) -> None:
    with pytest.raises(ValidationError):
        CommandOptions.model_validate({"argv": argv})
