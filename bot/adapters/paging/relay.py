"""The address of a mail server, as MUSTER_SMTP_URL gives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from bot.adapters.paging.http import LOOPBACK

SHAPE = "MUSTER_SMTP_URL must be like smtp://user:password@mail.example.org:587, or smtps://… for TLS from the start"
NO_TLS = "?tls=no"
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class Relay:
    """`tls` is TLS from the start, `starttls` TLS that must be agreed on first."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


def relay(address: str) -> Relay:
    """
    ValueError with a sentence that quotes nothing of the address.

    >>> relay("smtps://mail.example.org")
    Relay(host='mail.example.org', port=465, tls=True, starttls=False)
    >>> relay("smtp://127.0.0.1:25?tls=no").starttls
    False
    """
    try:
        parts = urlsplit(address)
        host, port, asked = parts.hostname, parts.port, parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise ValueError(f"{SHAPE}.") from None
    if parts.scheme not in PORTS or not host or parts.path not in ("", "/") or asked not in ({}, {"tls": ["no"]}):
        raise ValueError(f"{SHAPE}. A relay without TLS needs {NO_TLS} at the end.")
    open_line = bool(asked)
    if open_line and parts.scheme == "smtps":
        raise ValueError(f"MUSTER_SMTP_URL says both smtps:// and {NO_TLS}; leave one of them out.")
    if open_line and parts.password and host not in LOOPBACK:
        raise ValueError(f"MUSTER_SMTP_URL has a password, which is not sent without TLS; leave {NO_TLS} out.")
    return Relay(
        host, port or PORTS[parts.scheme], parts.scheme == "smtps", parts.scheme == "smtp" and not open_line,
        unquote(parts.username) if parts.username else None, unquote(parts.password) if parts.password else None,
    )  # fmt: skip
