"""What the engine does, as lines of the process's log."""

from __future__ import annotations

import logging

from bot.engine.journal import RunRecord

logger = logging.getLogger(__name__)


def log_run(action: str, record: RunRecord, message: str) -> None:
    log(action, f"{record.kind} {message}", run=record.id, subject=record.subject)


def log(action: str, message: str, *, run: str | None = None, subject: str | None = None) -> None:
    """`action` is a word that machines look for."""
    logger.info("%s", message, extra={"action": action, "run": run, "subject": subject})
