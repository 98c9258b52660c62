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
EVERYONE, INSIDERS = "everyone", "insiders"


class Rule(Part):
    """Any one of those named may say these commands, about an open incident and about a restricted one."""

    commands: tuple[Id, ...]
    open: tuple[Who, ...] = (EVERYONE,)
    restricted: tuple[Who, ...] = (INSIDERS,)

    @property
    def free(self) -> bool:
        """Whether it asks for nothing: of a restricted incident nobody but its insiders knows anyway."""
        return EVERYONE in self.open and bool({EVERYONE, INSIDERS} & set(self.restricted))

    def named(self, restricted: bool) -> tuple[Who, ...]:
        return self.restricted if restricted else self.open


class Permissions(Part):
    """The first rule that names a command decides; `others` decides on those that no rule names."""

    rules: tuple[Rule, ...] = ()
    others: Rule = Rule(commands=())

    def rule(self, command: str) -> Rule:
        return next((rule for rule in self.rules if command in rule.commands), self.others)
