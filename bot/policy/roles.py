"""Who does what during an incident (roles.yml)."""

from __future__ import annotations

from pydantic import Field

from bot.policy.model import Emoji, Id, Part, Principal, Title, Words, by_id, by_word


class Role(Part):
    """
    `duties` are said to whoever takes the role, `choose` is who should be asked to. Roles of the `extended` team are
    called when they are needed, as `when` says. `invite` are those who come into the room with whoever takes it.
    """

    id: Id
    title: Title
    emoji: Emoji
    duties: tuple[Words, ...] = Field(min_length=1, max_length=8)
    choose: tuple[Words, ...] = Field(default=(), max_length=8)
    extended: bool = False
    when: Words | None = None
    aliases: tuple[str, ...] = ()
    invite: tuple[Principal, ...] = ()


class Roles(Part):
    """`lead` is the id of the commanding role."""

    lead: Id
    roles: tuple[Role, ...] = Field(min_length=1)

    @property
    def all(self) -> tuple[Role, ...]:
        return self.roles

    @property
    def core(self) -> tuple[Role, ...]:
        """Those of every incident."""
        return tuple(role for role in self.roles if not role.extended)

    @property
    def extended(self) -> tuple[Role, ...]:
        """Those that are called when they are needed."""
        return tuple(role for role in self.roles if role.extended)

    def get(self, id: str) -> Role:
        """LookupError when the policy has no such role."""
        return by_id(self.roles, id, "role")

    def find(self, word: str) -> Role | None:
        """By id, title or alias, in any case."""
        return by_word(self.roles, word)
