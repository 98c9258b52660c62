"""Who may say what (permissions.yml)."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from bot.policy.model import Id, Part

#: everyone; insiders of the incident; whoever holds the role that leads; the declarer; a role, a group, a person; `api`
Who = Annotated[
    str,
    StringConstraints(
        pattern=r"^(everyone|insiders|lead|declarer|api|nobody|group:[A-Za-z0-9][\w.-]*|(oncall|role):[a-z0-9][a-z0-9_-]*|person:\S+)$"
    ),
]


class Rule(Part):
    """Any one of those named may say these commands, about an open incident and about a restricted one."""

    commands: tuple[Id, ...]
    open: tuple[Who, ...] = ("everyone",)
    restricted: tuple[Who, ...] = ("insiders",)


class Permissions(Part):
    """The first rule that names a command decides; `others` decides on those that no rule names."""

    rules: tuple[Rule, ...] = ()
    others: Rule = Rule(commands=())

    def rule(self, command: str) -> Rule:
        return next((rule for rule in self.rules if command in rule.commands), self.others)
