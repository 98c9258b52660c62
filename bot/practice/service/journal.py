"""The two logs of the shop: one of JSON objects, one of plain lines."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

MOST_BYTES = 2 * 1024 * 1024


class JsonLines(logging.Formatter):
    """`release` says which one is running."""

    def __init__(self, release: Callable[[], str]) -> None:
        super().__init__()
        self._release = release

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": at, "level": record.levelname, "logger": record.name, "release": self._release(),
            "message": record.getMessage(),
        }  # fmt: skip
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps({**line, **getattr(record, "about", {})})


class PlainLines(logging.Formatter):
    def __init__(self, release: Callable[[], str]) -> None:
        super().__init__()
        self._release = release

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(sep=" ", timespec="milliseconds")
        line = f"{at} {record.levelname} {record.name} [{self._release()}] {record.getMessage()}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def keep(log: Path, plain_log: Path, release: Callable[[], str]) -> None:
    """From now on what is logged as shop.… stands in both files, and nowhere else."""
    logger = logging.getLogger("shop")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    for file, form in ((log, JsonLines(release)), (plain_log, PlainLines(release))):
        handler = RotatingFileHandler(file, maxBytes=MOST_BYTES, backupCount=1)
        handler.setFormatter(form)
        logger.addHandler(handler)
