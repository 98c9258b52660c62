"""Environment → frozen Config. Every variable stands here once, with a sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

#: what reaches people, or is reached by services, outside Slack
OUTSIDE = (
    "pagerduty_routing_key", "pagerduty_token", "pagerduty_webhook_secret", "smtp_url", "sms_webhook", "phone_webhook",
    "alert_token",
)  # fmt: skip


TARGET = "MUSTER_TARGET_"


def targets() -> dict[str, SecretStr]:
    """The addresses of targets that the environment names, by the target's id: MUSTER_TARGET_ORDERS_DB is orders-db."""
    return {
        name.removeprefix(TARGET).lower().replace("_", "-"): SecretStr(value)
        for name, value in os.environ.items()
        if name.startswith(TARGET) and value
    }


class Config(BaseSettings):
    """What a process needs to know besides its policy."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True)

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
    signing_secret: SecretStr = Field(
        SecretStr(""),
        validation_alias="SLACK_SIGNING_SECRET",
        description="In place of the app-level token: Slack sends requests to /slack/events, signed with this secret.",
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
    database_url: SecretStr = Field(
        SecretStr(""),
        validation_alias="MUSTER_DATABASE_URL",
        description=(
            "The database: a SQLite file, or postgresql://user:password@host/name, which replicas share;"
            " when it is empty, the file muster.db in the data directory."
        ),
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
        description=(
            "A secret of your own that requests to the HTTP API and readers of the calendars of shifts bring; when it"
            " is empty the API is off, and the calendars are for everybody."
        ),
    )

    alert_token: SecretStr = Field(
        SecretStr(""),
        validation_alias="MUSTER_ALERT_TOKEN",
        description="A secret of your own that senders of alerts bring; empty: only what PagerDuty signs counts.",
    )
    targets: Mapping[str, SecretStr] = Field(
        default_factory=targets,
        validation_alias="MUSTER_TARGETS",
        description="The addresses of what probes look at, as JSON by target; or MUSTER_TARGET_<ID> for each of them.",
    )

    pagerduty_routing_key: SecretStr = Field(
        SecretStr(""),
        validation_alias="MUSTER_PAGERDUTY_ROUTING_KEY",
        description="The integration key of a PagerDuty service (Events API v2), in which grave incidents are alarms.",
    )
    pagerduty_token: SecretStr = Field(
        SecretStr(""),
        validation_alias="MUSTER_PAGERDUTY_TOKEN",
        description="A read-only REST API key of PagerDuty, for schedules that are kept there.",
    )
    pagerduty_webhook_secret: SecretStr = Field(
        SecretStr(""),
        validation_alias="MUSTER_PAGERDUTY_WEBHOOK_SECRET",
        description="The secret of a webhook subscription of PagerDuty; without it /webhooks/pagerduty is not there.",
    )
    pagerduty_events_url: str = Field(
        "https://events.pagerduty.com/v2",
        validation_alias="MUSTER_PAGERDUTY_EVENTS_URL",
        description="Where PagerDuty's Events API v2 answers.",
    )
    pagerduty_api_url: str = Field(
        "https://api.pagerduty.com",
        validation_alias="MUSTER_PAGERDUTY_API_URL",
        description="Where PagerDuty's REST API answers.",
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        validation_alias="MUSTER_SMTP_URL",
        description="The mail server for pages by e-mail: smtp://user:password@host:587, or smtps://…",
    )
    mail_from: str = Field(
        "",
        validation_alias="MUSTER_MAIL_FROM",
        description="The address that these mails come from.",
    )
    sms_webhook: SecretStr = Field(
        SecretStr(""),
        validation_alias="MUSTER_SMS_WEBHOOK",
        description="The address of whatever sends text messages for Muster.",
    )
    phone_webhook: SecretStr = Field(
        SecretStr(""),
        validation_alias="MUSTER_PHONE_WEBHOOK",
        description="The address of whatever telephones people for Muster.",
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        validation_alias="MUSTER_WEBHOOK_SECRET",
        description="A secret of your own with which Muster signs what it sends to those two.",
    )

    @field_validator("api_url")
    @classmethod
    def ends_in_a_slash(cls, url: str) -> str:
        """The SDK puts the method's name where the last slash is."""
        return url if url.endswith("/") else f"{url}/"

    @property
    def database(self) -> str:
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir / 'muster.db'}"

    def apart(self) -> Config:
        """The same without the ways outside Slack: nobody is woken by a practice."""
        outside = {name: Config.model_fields[name].default for name in OUTSIDE}
        return self.model_copy(update={**outside, "targets": {}})

    @property
    def over_http(self) -> bool:
        """Whether Slack sends requests; otherwise Muster opens sockets."""
        return bool(self.signing_secret.get_secret_value()) and not self.app_token.get_secret_value()

    def missing(self) -> str | None:
        """What must be set before Muster can speak to Slack, as a sentence; None when nothing is."""
        wrong = []
        if not self.bot_token.get_secret_value().startswith("xoxb-"):
            wrong.append("SLACK_BOT_TOKEN must be set to a token that begins with xoxb-")
        if not (self.over_http or self.app_token.get_secret_value().startswith("xapp-")):
            instead = ", or left empty beside a SLACK_SIGNING_SECRET"
            wrong.append(f"SLACK_APP_TOKEN must be set to a token that begins with xapp-{instead}")
        return f"{'; '.join(wrong)}." if wrong else None
