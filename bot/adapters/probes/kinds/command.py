"""
A program that the policy names, run without a shell in an environment of its own; nothing that people say reaches it.

Values: exit_status (negative when a signal ended it), seconds that it took, and value if all it writes is a number.
UNEXPECTED when it ends with another status than was expected. The text is the newest 64 KB of what it wrote.
"""

from __future__ import annotations

from contextlib import suppress

from pydantic import Field, field_validator

from bot.adapters.probes.child import ENVIRONMENT, run
from bot.adapters.probes.files import newest
from bot.adapters.probes.kind import Kind, Options, Spot
from bot.adapters.probes.reach import Reach
from bot.domain.observation import Fault, Reading
from bot.engine.clock import elapsed


class CommandOptions(Options):
    """
    `argv` is the program by its absolute path, and its words. It starts in `folder`, with a plain PATH and what
    `environment` names. `expect` are the statuses with which all is well; with none, any is.
    """

    argv: tuple[str, ...] = Field(min_length=1, max_length=100)
    folder: str = Field(default="/", pattern=r"^/[^\x00]*$")
    environment: dict[str, str] = Field(default_factory=dict)
    expect: tuple[int, ...] = (0,)

    @field_validator("argv")
    @classmethod
    def _is_one_place(cls, argv: tuple[str, ...]) -> tuple[str, ...]:
        if not argv[0].startswith("/") or any("\0" in word for word in argv):
            raise ValueError("a program is named by its absolute path; right would be [/usr/bin/uptime, --since]")
        return argv


async def read(spot: Spot, options: CommandOptions, reach: Reach) -> Reading:
    began = elapsed()
    ended = await run(options.argv, options.folder, {**ENVIRONMENT, **options.environment})
    values = {"exit_status": float(ended.status), "seconds": elapsed() - began}
    with suppress(ValueError):
        values["value"] = float(ended.output)
    well = not options.expect or ended.status in options.expect
    name = options.argv[0].rpartition("/")[2]
    text = newest(ended.output.splitlines())
    return Reading(Fault.NONE if well else Fault.UNEXPECTED, _said(name, ended.status, text), values, text)


def _said(name: str, status: int, text: str) -> str:
    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    last = text.rpartition("\n")[2]
    return f"{name} {how}: {last}" if last else f"{name} {how}"


KIND = Kind("command", CommandOptions, read, local=True, values=("exit_status", "seconds", "value"))
