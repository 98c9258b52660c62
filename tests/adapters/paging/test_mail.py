"""Pages by e-mail, taken by a real mail server."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.adapters.paging import mail
from bot.adapters.paging.mail import MailPager, letter
from bot.adapters.paging.relay import Relay, relay
from bot.engine.clock import StoppedClock
from bot.engine.outcomes import Busy, Doubt, Key, Rejected
from bot.ports import Alarm, Contact
from tests.adapters.paging.conftest import NIGHT
from tests.adapters.paging.servers import Mailbox, a_mail_server

SENDER = "muster@example.org"
ANA = Contact("Ana López, DBA", "ana@example.org")
ALARM = Alarm(
    "01JINC", "#12", "#12 SEV1: checkout is failing", "It fails.\n.\nIn Slack: #inc-12", "https://slack.test/C1"
)
KEY = Key("01RUN:email:slack:U1", NIGHT, False)


def pager(mailbox: Mailbox, clock: StoppedClock) -> MailPager:
    return MailPager(Relay("127.0.0.1", mailbox.port, tls=False, starttls=False), SENDER, clock)


async def test_a_mail_says_what_is_wrong_to_one_person(mailbox: Mailbox, clock: StoppedClock) -> None:
    await pager(mailbox, clock).page(ANA, ALARM, KEY)

    [(to, message)] = mailbox.mails
    assert to == "ana@example.org"
    assert message["To"].addresses[0].display_name == "Ana López, DBA"
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["Subject"] == ALARM.subject
    assert not message.is_multipart() and message.get_content_type() == "text/plain"
    assert message.get_content().splitlines() == ["It fails.", ".", "In Slack: #inc-12", "", "https://slack.test/C1"]


async def test_it_is_urgent_and_no_machine_answers_it(mailbox: Mailbox, clock: StoppedClock) -> None:
    await pager(mailbox, clock).page(ANA, ALARM, KEY)

    [(_, message)] = mailbox.mails
    assert message["Auto-Submitted"] == "auto-generated"
    assert (message["X-Priority"], message["Importance"]) == ("1", "high")


async def test_each_try_is_the_same_mail_and_the_mails_of_an_incident_hang_together(
    mailbox: Mailbox, clock: StoppedClock
) -> None:
    await pager(mailbox, clock).page(ANA, ALARM, KEY)
    clock.advance(NIGHT + timedelta(minutes=3))
    await pager(mailbox, clock).page(ANA, ALARM, Key(KEY.id, KEY.since, True))
    await pager(mailbox, clock).page(ANA, ALARM, Key("another", NIGHT, False))

    first, again, other = (message for _, message in mailbox.mails)
    assert first.as_bytes() == again.as_bytes()
    assert other["Message-ID"] != first["Message-ID"]
    assert first["Message-ID"].endswith("@example.org>")
    assert first["References"] == other["References"] == "<muster-01JINC@example.org>"


HOSTILE = "checkout\r\nBcc: all@example.org\r\n\r\nhello\x00\u2028\ud800"


def test_no_words_of_people_become_headers_or_recipients() -> None:
    contact, alarm = Contact(HOSTILE, "ana@example.org"), Alarm("01JINC", "#12", HOSTILE, HOSTILE)

    message = letter(SENDER, contact, alarm, KEY)
    written = message.as_bytes().partition(b"\r\n\r\n")[0].decode("ascii")

    assert {line.partition(":")[0] for line in written.split("\r\n") if not line.startswith(" ")} == {
        "From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted", "X-Priority", "Importance",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert len(message["To"].addresses) == 1
    assert message["Subject"].isprintable() and message["To"].addresses[0].display_name.isprintable()


@pytest.mark.parametrize("email", [
    "ana", "ana@", "@example.org", "ana@x.test, all@x.test", "ana@x.test\r\nRCPT TO:<b@x.test>", "<ana@x.test>",
    "ana lopez@x.test", "anä@x.test", "ana@x..test", "a" * 65 + "@x.test", "ana@" + "x" * 256,
])  # fmt: skip
async def test_what_is_no_address_is_not_written_to(mailbox: Mailbox, clock: StoppedClock, email: str) -> None:
    with pytest.raises(Rejected, match="Ana in Slack cannot be written to"):
        await pager(mailbox, clock).page(Contact("Ana", email), ALARM, KEY)

    assert mailbox.mails == []


@pytest.mark.parametrize(("at", "said", "kind", "words"), [
    ("mail", "421 closing", Busy, "come back later"), ("mail", "550 no", Rejected, "MUSTER_MAIL_FROM"),
    ("rcpt", "450 greylisted", Busy, "SMTP 450"), ("rcpt", "550 nobody ana@example.org", Rejected, "Slack profile"),
    ("data", "451 later", Busy, "SMTP 451"), ("data", "554 spam", Rejected, "refused the message"),
    ("data", "drop", Doubt, "did not say"), ("mail", "999 what", Doubt, "could not be read"),
])  # fmt: skip
async def test_what_the_server_says_instead(
    mailbox: Mailbox, clock: StoppedClock, at: str, said: str, kind: type[Exception], words: str
) -> None:
    mailbox.says = {at: said}

    with pytest.raises(kind, match=words) as why:
        await pager(mailbox, clock).page(ANA, ALARM, KEY)

    assert "ana@example.org" not in str(why.value) and why.value.__context__ is None
    assert len(mailbox.mails) == (1 if kind is Doubt and at == "data" else 0)


async def test_silence_after_the_message_is_a_doubt_before_it_is_none(
    mailbox: Mailbox, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "STEP_SECONDS", 0.3)
    mailbox.says = {"data": "hang"}
    with pytest.raises(Doubt):
        await pager(mailbox, clock).page(ANA, ALARM, KEY)


async def test_nobody_at_the_address_is_busy(clock: StoppedClock) -> None:
    async with a_mail_server() as gone:
        port = gone.port

    with pytest.raises(Busy, match="cannot be reached") as why:
        await MailPager(Relay("127.0.0.1", port, False, False), SENDER, clock).page(ANA, ALARM, KEY)

    assert why.value.until > NIGHT


async def test_a_server_without_tls_gets_no_mail_unless_told_so(mailbox: Mailbox, clock: StoppedClock) -> None:
    with pytest.raises(Rejected, match=r"\?tls=no"):
        await MailPager(relay(f"smtp://127.0.0.1:{mailbox.port}"), SENDER, clock).page(ANA, ALARM, KEY)
    assert mailbox.mails == []

    await MailPager(relay(f"smtp://127.0.0.1:{mailbox.port}?tls=no"), SENDER, clock).page(ANA, ALARM, KEY)
    assert len(mailbox.mails) == 1


# TLS and a password


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not here to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


@pytest.fixture
async def secure(certificate: tuple[Path, Path]) -> AsyncIterator[Mailbox]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    async with a_mail_server(tls_context=context, require_starttls=True, auth_required=True) as mailbox:
        yield mailbox


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """https://docs.python.org/3/library/ssl.html#ssl.get_default_verify_paths"""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


@pytest.mark.usefixtures("trusted")
async def test_a_password_travels_inside_tls(secure: Mailbox, clock: StoppedClock) -> None:
    address = f"smtp://muster%40example.org:s3cret%2Fpass@127.0.0.1:{secure.port}"

    await MailPager(relay(address), SENDER, clock).page(ANA, ALARM, KEY)

    assert secure.signed_in == ["muster@example.org"] and len(secure.mails) == 1


@pytest.mark.usefixtures("trusted")
async def test_a_wrong_password_is_refused_in_words(secure: Mailbox, clock: StoppedClock) -> None:
    wrong = relay(f"smtp://muster:wr0ng@127.0.0.1:{secure.port}")

    with pytest.raises(Rejected, match="user name and password in MUSTER_SMTP_URL") as why:
        await MailPager(wrong, SENDER, clock).page(ANA, ALARM, KEY)

    assert "wr0ng" not in str(why.value) and secure.mails == []


async def test_a_certificate_that_nobody_vouches_for_gets_neither_mail_nor_password(
    secure: Mailbox, clock: StoppedClock
) -> None:
    with pytest.raises(Busy, match="certificate"):
        await MailPager(relay(f"smtp://muster:s3cret%2Fpass@127.0.0.1:{secure.port}"), SENDER, clock).page(
            ANA, ALARM, KEY
        )

    assert secure.signed_in == [] and secure.mails == []


@pytest.mark.parametrize("address", [
    "mail.example.org", "http://mail.example.org", "smtp://", "smtp://h:port", "smtp://h:99999", "smtp://h/path",
    "smtp://h?tls=maybe", "smtp://h?tls", "smtp://h?a=b", "smtps://h?tls=no", "smtp://u:hush@h?tls=no", "smtp://[::1",
])  # fmt: skip
def test_an_address_that_will_not_do_is_a_sentence_without_its_password(address: str) -> None:
    with pytest.raises(ValueError, match="MUSTER_SMTP_URL") as why:
        relay(address)

    assert "hush" not in str(why.value)


def test_a_letter_without_an_address_says_whose() -> None:
    with pytest.raises(Rejected, match="no e-mail address for Ana"):
        letter(SENDER, Contact("Ana", " "), ALARM, KEY)


def test_a_letter_is_plain_ascii_on_the_wire() -> None:
    message = letter(SENDER, ANA, Alarm("01JINC", "#12", "Kasse fällt aus ☃", "☃" * 5000), KEY)

    assert isinstance(message, EmailMessage)
    assert message.as_bytes().isascii() and max(map(len, message.as_bytes().splitlines())) <= 998
