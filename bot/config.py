"""Environment → frozen Config. Every variable stands here once, with a sentence."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Config(BaseSettings):
    """What a process needs to know besides its policy."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    bot_token: SecretStr = Field(
        SecretStr(""),
        validation_alias="SLACK_BOT_TOKEN",
        description="The bot's token, xoxb-…, from Install App.",
    )
    app_token: SecretStr = Field(
        SecretStr(""),
        validation_alias="SLACK_APP_TOKEN",
        description="The app-level token, xapp-…, with the scope connections:write; it opens the sockets.",
    )
    api_url: str = Field(
        "https://slack.com/api/",
        validation_alias="SLACK_API_URL",
        description="Where the Web API answers: Slack's own, or any Slack-compatible server.",
    )
    policy: str = Field(
        "default",
        validation_alias="MUSTER_POLICY",
        description="The name of a bundled policy, or a folder that holds one.",
    )
    data_dir: Path = Field(
        Path("data"),
        validation_alias="MUSTER_DATA_DIR",
        description="Where the record is kept.",
    )
    database_url: str = Field(
        "",
        validation_alias="MUSTER_DATABASE_URL",
        description="The database; when it is empty, the SQLite file muster.db in the data directory.",
    )
    host: str = Field(
        "127.0.0.1",
        validation_alias="MUSTER_HOST",
        description="The address of the web server: /healthz and the calendars of shifts.",
    )
    port: int = Field(
        8765,
        validation_alias="MUSTER_PORT",
        ge=0,
        le=65535,
        description="The port of the web server; 0 takes a free one.",
    )

    api_token: SecretStr = Field(
        SecretStr(""),
        validation_alias="MUSTER_API_TOKEN",
        description="A secret of your own that whoever reads the calendars of shifts must bring; empty asks for none.",
    )

    @field_validator("api_url")
    @classmethod
    def ends_in_a_slash(cls, url: str) -> str:
        """The SDK puts the method's name where the last slash is."""
        return url if url.endswith("/") else f"{url}/"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'muster.db'}"

    def missing(self) -> str | None:
        """What must be set before Muster can speak to Slack, as a sentence."""
        wrong = [
            f"{name} must be set to a token that begins with {start}"
            for name, token, start in (
                ("SLACK_BOT_TOKEN", self.bot_token, "xoxb-"),
                ("SLACK_APP_TOKEN", self.app_token, "xapp-"),
            )
            if not token.get_secret_value().startswith(start)
        ]
        return f"{'; '.join(wrong)}. README.md says where Slack shows them." if wrong else None
