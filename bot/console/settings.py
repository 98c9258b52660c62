"""Where the running Muster is that the command line talks to, and as whom."""

from __future__ import annotations

import getpass

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.people import is_name

#: who asks where the login name is no name for it
NAMELESS = "cli"


def login_name() -> str:
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        return NAMELESS
    return name if is_name(name) else NAMELESS


class Reach(BaseSettings):
    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    url: str = Field(
        "http://127.0.0.1:8765",
        validation_alias="MUSTER_URL",
        description="Where the running Muster is that `muster declare`, `list`, `show` and their like talk to.",
    )
    token: SecretStr = Field(
        SecretStr(""),
        validation_alias="MUSTER_API_TOKEN",
        description="The secret that its API asks for.",
    )
    actor: str = Field(
        default_factory=login_name,
        validation_alias="MUSTER_ACTOR",
        description="Who you are on the record of an incident; without it, your login name.",
    )
