"""Whether the permissions name commands, roles and schedules that there are."""

from __future__ import annotations

from collections.abc import Iterator

from bot.policy.commands import COMMANDS
from bot.policy.parts import Parts
from bot.policy.permissions import Rule
from bot.policy.reading import Path
from bot.policy.references.finding import Found, Looks, ids, known


def _rules(parts: Parts) -> Iterator[tuple[Path, Rule]]:
    yield from ((("rules", n), rule) for n, rule in enumerate(parts.permissions.rules))
    yield ("others",), parts.permissions.others


def _commands(parts: Parts) -> Iterator[Found]:
    before: set[str] = set()
    for path, rule in _rules(parts):
        yield from known("permissions", (*path, "commands"), rule.commands, list(COMMANDS), "command")
        for command in rule.commands:
            if command in before:
                told = f'"{command}" stands in a rule above, which decides. Right is to name it once.'
                yield "permissions", (*path, "commands"), told
        before.update(rule.commands)


def _holders(parts: Parts) -> Iterator[Found]:
    kinds = {"role": ids(parts.roles.all), "oncall": ids(parts.oncall.all)}
    for path, rule in _rules(parts):
        for key in ("open", "restricted"):
            for who in getattr(rule, key):
                kind, _, name = who.partition(":")
                if kind in kinds:
                    told = "role" if kind == "role" else "schedule"
                    yield from known("permissions", (*path, key), [name], kinds[kind], told)


NEEDED: Looks = {_holders: frozenset({"permissions", "roles", "oncall"})}
FURTHER: Looks = {_commands: frozenset({"permissions"})}
