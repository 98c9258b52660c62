"""A story told again and again, each time with kills around a few of its calls."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.simulator.calls import Call
from tests.crash.findings import Findings, Tally, named
from tests.crash.killers import AtCall, Name, Point, method, points, seed, side_by_side
from tests.crash.lab import Lab, Nursery, a_lab

#: what a call is called in that lab
Naming = Callable[[Lab], Name]


def by_method(lab: Lab) -> Name:
    return method


def by_what(lab: Lab) -> Name:
    return partial(named, lab)


@dataclass(frozen=True)
class Tale:
    """
    `what` its calls are about, `wanted` which of them count; `left` looks at what is there when it is told. `tell` is
    called before the first life, which may need what it puts into the lab's environment, and awaited in it.

    `together` points, which are not near each other, share one telling; at most the share `unreached` of all may not be
    met, as a kill may leave a look-up nothing to find or an edit nothing to say.
    """

    what: str
    tell: Callable[[Lab, random.Random], Awaitable[None]]
    left: Callable[[Lab], Awaitable[Findings]]
    wanted: Callable[[Point], bool]
    together: int
    unreached: float
    policy: str = "default"
    naming: Naming = by_what


async def unkilled(nursery: Nursery, folder: Path, tale: Tale) -> list[Point]:
    """The points of the tale, of which nothing is lost while nobody kills."""
    async with a_lab(nursery, folder, tale.policy) as lab:
        names: dict[Call, str] = {}
        name = tale.naming(lab)

        def hook(call: Call, phase: str) -> None:
            names.setdefault(call, name(call))

        lab.simulator.on_call.append(hook)
        telling = tale.tell(lab, random.Random(0))
        await lab.begin()
        await telling
        found = await tale.left(lab)
        assert not found, found
        return [point for point in points(lab.simulator.calls, names.__getitem__) if tale.wanted(point)]


async def kill_around(nursery: Nursery, folder: Path, tale: Tale, todo: Sequence[Point]) -> None:
    """Each point is met by a kill, and nothing is lost, doubled or wrong."""
    chance, tally = random.Random(seed()), Tally()
    unreached: list[str] = []
    failures: list[str] = []

    async def one(group: Sequence[Point]) -> None:
        nonlocal tally
        async with a_lab(nursery, folder / str(group[0]).replace(" ", "-"), tale.policy) as lab:
            killers = [AtCall(lab, point, chance, tale.naming(lab)) for point in group]
            telling = tale.tell(lab, chance)
            await lab.begin()
            await telling
            found = await tale.left(lab)
            tally = tally.with_story(lab, found)
            unreached.extend(str(point) for point, killer in zip(group, killers, strict=True) if not killer.reached)
            if found:
                failures.append(f"{', '.join(map(str, group))}:\n{found}")

    apart = -(-len(todo) // tale.together)
    await side_by_side([lambda n=n: one(todo[n::apart]) for n in range(apart)])  # type: ignore[misc]
    print(f"around calls {tale.what}: {len(todo)} points, {len(unreached)} not reached; {tally}")
    assert not failures, "\n".join(failures)
    assert len(unreached) <= tale.unreached * len(todo), unreached
