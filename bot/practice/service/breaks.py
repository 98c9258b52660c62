"""The ways in which the shop can be broken, and what each does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """`restart`: it is over when the web process is started anew."""

    kind: str
    title: str
    does: str
    restart: bool = False


BREAKS = (
    Break("kill", "Kill the web process", "It is gone and is not started again. Nothing answers.", restart=True),
    Break("slow", "Slow answers", "Every request takes more than 5 seconds."),
    Break("errors", "Errors in 20 %", "A new checkout with a mistake in it is on: each fifth order fails with 500."),
    Break("leak", "Leak memory", "The web process grows to over 90 % of its 256 MB within 20 seconds.", restart=True),
    Break("disk", "Fill the disk", "Its quota is used up: receipts cannot be written, orders fail."),
    Break("connections", "Use up connections", "A report holds every database connection: requests wait in vain.",
          restart=True),
    Break("certificate", "Let the certificate expire", "The TLS listener shows a certificate that has expired."),
    Break("bad-release", "Deploy a bad release", "Release 1.5.0 goes out, and every order fails."),
    Break("dependency", "Stop the payments", "The payments service refuses connections, and the circuit opens."),
)  # fmt: skip
KINDS = tuple(each.kind for each in BREAKS)
#: what happens inside the web process, besides flags and releases
WITHIN = frozenset({"slow", "leak", "disk", "connections", "certificate"})


def unknown(kind: str) -> str:
    called = f"There is no way to break it called {kind}. There are" if kind else "The ways to break it are"
    return f"{called}: {', '.join(KINDS)}."


def known(kinds: Iterable[str]) -> list[str]:
    """In the order in which they are shown."""
    there = set(kinds)
    return [kind for kind in KINDS if kind in there]
