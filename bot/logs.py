"""Structured logs: one line an event, with an action word, and no secret in any of them."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

#: who logs in where and how, the shapes of Slack's tokens, and the addresses that anybody may post to who knows them
SECRET = re.compile(
    r"(?<=://)[^\s/@:]+:[^\s/@]+(?=@)"
    r"|x(?:ox[a-z]|app)-[\w-]+"
    r"|https?://\S*/(?:hooks|commands|actions|services|ticket|link)/\S+|ticket=\S+"
)


def redact(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: SECRET.sub("[secret]", value) if isinstance(value, str) else value for key, value in event.items()}


def configure(level: str = "INFO") -> None:
    """Send the logs of Muster, and the warnings of its libraries, to stderr: readable in a terminal, else as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(["action", "incident", "run", "subject", "step", "method", "owner", "kind"]),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    terminal = sys.stderr.isatty()
    last = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[
        structlog.stdlib.ProcessorFormatter.remove_processors_meta, last,
    ]))  # fmt: skip
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level)
