"""A policy's own tests, rehearsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.policy import book
from bot.policy.book import Book
from bot.policy.cases import Judge, Placed, cases
from bot.policy.errors import PolicyError
from bot.policy.scenario import Kind
from bot.rehearsal import gestures
from bot.rehearsal.rehearse import rehearse


class Outcome(NamedTuple):
    """`wrong` says of each expectation that does not hold where it stands, and what happened instead."""

    name: str
    wrong: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.wrong


async def prove(name_or_dir: str) -> list[Outcome]:
    """How each test of the policy went, one after the other. PolicyError when they cannot be run."""
    policy, placed = book.load(name_or_dir), cases(name_or_dir)
    if problems := [problem for each in placed for problem in impossible(policy, each)]:
        raise PolicyError(name_or_dir, problems)
    return [await proven(policy, each) for each in placed]


def impossible(policy: Book, placed: Placed) -> Iterator[str]:
    """What a test names that there is not."""
    given = placed.case.given
    if policy.severities.find(given.severity) is None:
        right = f"This policy has {policy.severities.names()}."
        yield placed.problem(f'there is no severity "{given.severity}". {right}', "given", "severity")
    for n, step in enumerate(placed.case.when):
        try:
            gestures.understood(step.do)
        except ValueError as wrong:
            yield placed.problem(str(wrong), "when", n, "do")


async def proven(policy: Book, placed: Placed) -> Outcome:
    case = placed.case
    found = await rehearse(policy, case.scenario(policy.calendar))
    judge = Judge(found.told, found.scenario.at, policy.calendar)
    wrong = [placed.problem(f"expected {{{expected}}}, but {instead}.", "then", n)
             for n, expected in enumerate(case.then) if (instead := judge.wrong(expected))]  # fmt: skip
    return Outcome(case.test, (*wrong, *unexpected(judge, placed)))


def unexpected(judge: Judge, placed: Placed) -> Sequence[str]:
    """Gestures that were refused, and whatever could not be done, unless the test expects such a thing."""
    awaited = {expected.kind for expected in placed.case.then if not expected.never}
    return [placed.problem(f"after {each.reason}: {each.text}", "when") for each in judge.told
            if each.kind in (Kind.REFUSED, Kind.FAILED) and each.kind not in awaited]  # fmt: skip
