"""The HTTP session that all calls to Slack share, and the clients over it."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

CONNECT_SECONDS, TOTAL_SECONDS = 3.0, 9.0
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SECRETS = re.compile(r"xox[a-z]?(?:\.[a-z]+)?-[\w.-]+|xapp-[\w.-]+|(?<=ticket=)[^&\s'\"]+|wss?://\S+")


def open_session(api_url: str) -> aiohttp.ClientSession:
    """
    A session with time-outs; close it when done.

    The time-outs belong here: with a session of its own, AsyncWebClient leaves its `timeout=` unused. Proxies come
    from the environment (with NO_PROXY respected), but never for a server on this machine.
    """
    timeout = aiohttp.ClientTimeout(total=TOTAL_SECONDS, connect=CONNECT_SECONDS)
    return aiohttp.ClientSession(timeout=timeout, trust_env=urlsplit(api_url).hostname not in LOOPBACK)


def web_client(api_url: str, token: str | None, session: aiohttp.ClientSession) -> AsyncWebClient:
    """
    A client that tries once: the default handlers send a POST again after a lost connection, and it lands twice.
    """
    client = AsyncWebClient(
        token=token, base_url=api_url, session=session, retry_handlers=[], logger=sdk_logger("web")
    )  # fmt: skip
    client.proxy = None
    return client


def sdk_logger(name: str) -> logging.Logger:
    """A logger for slack_sdk. Its level is set because the SDK takes an unset level for DEBUG."""
    logger = logging.getLogger(f"{__name__.rpartition('.')[0]}.sdk.{name}")
    logger.setLevel(logging.WARNING)
    if not any(isinstance(one, Redact) for one in logger.filters):
        logger.addFilter(Redact())
    return logger


class Redact(logging.Filter):
    """Takes tokens and one-time addresses out of a record, and tracebacks with it: those quote both."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage()), None
        record.exc_info = record.exc_text = None
        return True


def redacted(text: str) -> str:
    """
    >>> redacted("cannot open wss://wss.example.com/link/?ticket=abc with xapp-1-abc")
    'cannot open (hidden) with (hidden)'
    """
    return SECRETS.sub("(hidden)", text)
