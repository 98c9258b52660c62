"""Break and mend the shop of a practice workspace that is open in another process."""

from __future__ import annotations

import httpx

from bot.practice.service.addresses import HOST, PAGE_PORT
from bot.practice.service.breaks import BREAKS, KINDS, unknown

#: seconds; mending may start a process
LONGEST = 40.0


class Unmoved(Exception):
    """Why nothing was done: a sentence."""


def break_shop(kind: str, port: int) -> str:
    """What it does now. `port` is that of the page; Unmoved with a sentence."""
    if kind not in KINDS:
        raise Unmoved(unknown(kind))
    order(port, "/break", kind)
    does = next(each.does for each in BREAKS if each.kind == kind)
    return f"{does}\nTo mend it: muster practice mend {kind}{option(port)}"


def mend_shop(kind: str, port: int) -> str:
    """What is left. Without a kind all of it is mended."""
    if kind not in (*KINDS, "all"):
        raise Unmoved(unknown(kind))
    left = order(port, "/mend", kind)
    return f"Still broken: {', '.join(left)}." if left else "The shop is whole."


def option(port: int) -> str:
    """What a command needs to find a page that is not where pages are."""
    return "" if port == PAGE_PORT else f" --port {port}"


def order(port: int, path: str, kind: str) -> list[str]:
    """What is broken after it."""
    try:
        answer = httpx.post(f"http://{HOST}:{port + 1}{path}", json={"kind": kind}, timeout=LONGEST, trust_env=False)
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise Unmoved(
            f"No practice workspace answers on port {port}. Start one with `muster practice`, or name its port: --port."
        ) from None
    if answer.is_error:
        raise Unmoved(str(told.get("error", answer.reason_phrase)))
    broken: list[str] = told["broken"]
    return broken
