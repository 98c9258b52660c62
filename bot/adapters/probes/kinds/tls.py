"""
`tls`: a certificate is valid, and for how long yet. The address is host:port; without a port it is 443.

Options: `name`, which is asked for when it is not the host; `trusted` false: one that no root vouches for will do.

Values: `days_left`, below 0 once it has expired; `seconds` until it was read. Text: who it is for, by whom, from when
to when.
"""

from __future__ import annotations

import ssl
from datetime import timedelta

from cryptography import x509

from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach, host_port
from bot.domain.observation import Fault, Reading
from bot.engine.clock import elapsed

DAY = timedelta(days=1)


class TlsOptions(Options):
    name: str = ""
    trusted: bool = True


async def read(spot: Spot, options: TlsOptions, reach: Reach) -> Reading:
    host, port = host_port(spot, "tls", "https", "tcp", default=443)
    place, began, doubt = f"{host}:{port}", elapsed(), ""
    try:
        shown = await certificate(reach, spot, host, port, options, reach.trust) if options.trusted else None
    except Unseen as why:
        if why.fault is not Fault.UNTRUSTED:
            raise
        shown, doubt = None, why.summary
    shown = shown or await certificate(reach, spot, host, port, options, anything())
    left = (shown.not_valid_after_utc - reach.now()) / DAY
    values = {"days_left": left, "seconds": elapsed() - began}
    if left < 0:
        doubt = f"the certificate of {place} expired on {shown.not_valid_after_utc:%Y-%m-%d}"
    if shown.not_valid_before_utc > reach.now():
        doubt = f"the certificate of {place} is valid only from {shown.not_valid_before_utc:%Y-%m-%d} on"
    well = f"the certificate of {place} is valid until {shown.not_valid_after_utc:%Y-%m-%d}"
    return Reading(Fault.UNTRUSTED if doubt else Fault.NONE, doubt or well, values, told(shown))


async def certificate(
    reach: Reach, spot: Spot, host: str, port: int, options: TlsOptions, trust: ssl.SSLContext
) -> x509.Certificate:
    """What the server shows. Unseen when there is none, or `trust` has none of it."""
    _, writer = await reach.open(spot, host, port, trust, options.name or None)
    try:
        channel = writer.get_extra_info("ssl_object")
        shown = channel.getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
    if not shown:
        raise Unseen(Fault.UNEXPECTED, f"{host}:{port} shows no certificate")
    try:
        return x509.load_der_x509_certificate(shown)
    except ValueError:
        raise Unseen(Fault.UNEXPECTED, f"{host}:{port} shows a certificate that cannot be read") from None


def anything() -> ssl.SSLContext:
    """Takes whatever certificate is shown: it is only looked at, and nothing is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def told(shown: x509.Certificate) -> str:
    lines = (
        f"for: {shown.subject.rfc4514_string()}",
        f"by: {shown.issuer.rfc4514_string()}",
        f"from: {shown.not_valid_before_utc:%Y-%m-%d %H:%M} UTC",
        f"until: {shown.not_valid_after_utc:%Y-%m-%d %H:%M} UTC",
    )
    return "\n".join(lines)


KIND = Kind("tls", TlsOptions, read, values=("days_left", "seconds"))
