"""
`http`: a web address answers as it should.

Options: `path` after the target's address; `method` GET or HEAD; `status`, one or several that are right; `contains`, a
text that must be in the body; `numbers`, values by the dotted path to them in a JSON body (true is 1, false 0).

Values: `seconds` until the answer was read, `status`, and those of `numbers`. Text: the body.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from bot.adapters.probes.dig import dig, number
from bot.adapters.probes.kind import Kind, Options, Spot
from bot.adapters.probes.reach import Reach
from bot.adapters.probes.web import MOST_BYTES, MOST_DATA, Answer, get
from bot.domain.observation import Fault, Reading

Status = Annotated[int, Field(ge=100, le=599)]


class HttpOptions(Options):
    path: str = ""
    method: Literal["GET", "HEAD"] = "GET"
    status: Status | tuple[Status, ...] = 200
    contains: str = ""
    numbers: dict[str, str] = Field(default_factory=dict)


async def read(spot: Spot, options: HttpOptions, reach: Reach) -> Reading:
    most = MOST_DATA if options.numbers else MOST_BYTES
    answer = await get(reach, spot, options.path, method=options.method, most=most)
    fault, said = judged(answer, options)
    values = {"seconds": answer.seconds, "status": float(answer.status)}
    if options.numbers and not fault:
        found = numbers(answer.json(), options.numbers)
        missing = [path for name, path in options.numbers.items() if name not in found]
        values |= found
        if missing:
            fault, said = Fault.MISSING, f"{answer.place} says no number at {', '.join(missing)}"
    return Reading(fault, said, values, answer.text)


def judged(answer: Answer, options: HttpOptions) -> tuple[Fault, str]:
    right = options.status if isinstance(options.status, tuple) else (options.status,)
    if answer.status not in right:
        wanted = "" if right == (200,) else f"; {' or '.join(map(str, right))} would be right"
        return answer.fault, f"{answer.said()}{wanted}"
    if options.contains not in answer.text:
        return Fault.UNEXPECTED, f'{answer.place} answers without "{options.contains}"'
    return Fault.NONE, f"{answer.place} answers with HTTP {answer.status} in {answer.seconds * 1000:.0f} ms"


def numbers(body: Any, paths: dict[str, str]) -> dict[str, float]:
    found = {name: number(dig(body, path)) for name, path in paths.items()}
    return {name: value for name, value in found.items() if value is not None}


def values(options: HttpOptions) -> tuple[str, ...]:
    return ("seconds", "status", *options.numbers)


KIND = Kind("http", HttpOptions, read, values=values)
