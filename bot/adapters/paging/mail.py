"""The Pager port over SMTP: one plain message to one person."""

from __future__ import annotations

import asyncio
import re
import ssl
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from typing import TypeAlias

import aiosmtplib

from bot.adapters.paging.identity import identity
from bot.adapters.paging.relay import Relay
from bot.engine.clock import Clock
from bot.engine.outcomes import Busy, Doubt, Key, Rejected
from bot.ports import Alarm, Contact

# The engine takes a call for doubtful after 10 s; ours ends before.
CALL_SECONDS, STEP_SECONDS = 9.0, 5.0
PAUSE = timedelta(seconds=60)
CONNECT_PAUSE = timedelta(seconds=5)
LONGEST_SUBJECT = 200
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,255}$)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

Failure: TypeAlias = Busy | Doubt | Rejected


class MailPager:
    """`sender` is the address that Muster writes from. Each mail has a connection of its own."""

    def __init__(self, relay: Relay, sender: str, clock: Clock) -> None:
        self._relay = relay
        self._sender = sender
        self._clock = clock

    async def page(self, to: Contact, alarm: Alarm, key: Key) -> None:
        message = letter(self._sender, to, alarm, key)
        failure = await self._sent(to.email.strip(), message.as_bytes())
        if failure:
            raise failure

    async def _sent(self, to: str, message: bytes) -> Failure | None:
        """
        Failures are returned, to be raised where no exception of the client is around: those quote what the server
        said, and a server may repeat what it was told.
        """
        relay = self._relay
        client = aiosmtplib.SMTP(
            hostname=relay.host, port=relay.port, username=relay.user, password=relay.password, use_tls=relay.tls,
            start_tls=relay.starttls, timeout=STEP_SECONDS, local_hostname=domain(self._sender),
        )  # fmt: skip
        call = Call(self._clock, self._sender)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await call.deliver(client, to, message)
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError, UnicodeError) as error:
            return call.meant(error)
        finally:
            client.close()
        return None


class Call:
    """One conversation with a mail server; `stage` is how far it came."""

    def __init__(self, clock: Clock, sender: str) -> None:
        self.stage = "connect"
        self._clock = clock
        self._sender = sender

    async def deliver(self, client: aiosmtplib.SMTP, to: str, message: bytes) -> None:
        await client.connect()
        await client.ehlo()
        self.stage = "sender"
        await client.mail(self._sender)
        self.stage = "recipient"
        await client.rcpt(to)
        self.stage = "data"
        await client.data(message)

    def meant(self, error: Exception) -> Failure:
        """What a failure means: before the message was on its way, surely nothing was sent."""
        if isinstance(error, aiosmtplib.SMTPResponseException):
            return self._answered(error)
        if self.stage == "data":
            return Doubt("The mail server did not say whether it took the message.")
        if isinstance(error, aiosmtplib.SMTPNotSupported) or type(error) is aiosmtplib.SMTPException:
            return Rejected(
                "The mail server offers no STARTTLS, or no way to sign in that Muster knows. A relay without TLS needs "
                "?tls=no at the end of MUSTER_SMTP_URL."
            )
        if isinstance(error.__cause__ or error, ssl.SSLError):
            return self._busy("The certificate of the mail server cannot be verified.")
        return self._busy("The mail server cannot be reached.", CONNECT_PAUSE)

    def _answered(self, error: aiosmtplib.SMTPResponseException) -> Failure:
        code = error.code
        if not 400 <= code < 600:
            return Doubt("The mail server's answer could not be read.")
        if code < 500:
            return self._busy(f"The mail server asked Muster to come back later (SMTP {code}).")
        return Rejected(f"{self._refusal(error)} (SMTP {code}).")

    def _refusal(self, error: aiosmtplib.SMTPResponseException) -> str:
        if isinstance(error, aiosmtplib.SMTPAuthenticationError):
            return "The mail server does not accept the user name and password in MUSTER_SMTP_URL"
        return {
            "connect": "The mail server does not let Muster in; MUSTER_SMTP_URL must name one that does",
            "sender": "The mail server does not let Muster write from the address in MUSTER_MAIL_FROM",
            "recipient": "The mail server does not know the e-mail address in their Slack profile; they can correct it",
            "data": "The mail server refused the message",
        }[self.stage]

    def _busy(self, sentence: str, pause: timedelta = PAUSE) -> Busy:
        return Busy(self._clock.now() + pause, sentence)


def letter(sender: str, to: Contact, alarm: Alarm, key: Key) -> EmailMessage:
    """The same at every try, so that mail programs take two for one. Rejected without an address to write to."""
    whose, email = to.name or "this person", to.email.strip()
    if not email:
        raise Rejected(f"There is no e-mail address for {whose}; Slack shows it to apps with users:read.email.")
    if not ADDRESS.fullmatch(email):
        raise Rejected(f"The e-mail address of {whose} in Slack cannot be written to; right would be ana@example.org.")
    mailbox, at = email.rsplit("@", 1)
    message = EmailMessage(policy=WIRE)
    message["From"] = Address("Muster", addr_spec=sender)
    message["To"] = Address(one_line(to.name), mailbox, at)
    message["Subject"] = one_line(alarm.subject) or alarm.name
    message["Date"] = format_datetime(key.since)
    message["Message-ID"] = f"<{identity(key)}@{domain(sender)}>"
    message["References"] = f"<muster-{alarm.incident}@{domain(sender)}>"
    # https://www.rfc-editor.org/rfc/rfc3834#section-5
    message["Auto-Submitted"] = "auto-generated"
    message["X-Priority"] = "1"
    message["Importance"] = "high"
    text = "\n\n".join(filter(None, (alarm.text, alarm.link)))
    # lines of any length, and any letter, pass every relay so
    message.set_content(f"{whole(text)}\n", cte="quoted-printable")
    return message


def one_line(text: str) -> str:
    """
    >>> one_line("SEV1: checkout\\r\\nBcc: all@example.org")
    'SEV1: checkout Bcc: all@example.org'
    """
    return " ".join(CONTROL.sub(" ", whole(text)).split())[:LONGEST_SUBJECT]


def whole(text: str) -> str:
    """Half a character, which JSON can carry, becomes a question mark."""
    return text.encode(errors="replace").decode()


def domain(address: str) -> str:
    return address.rsplit("@", 1)[-1]


def is_address(text: str) -> bool:
    return ADDRESS.fullmatch(text) is not None
