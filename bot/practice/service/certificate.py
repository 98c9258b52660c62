"""The certificate of the TLS listener, signed with its own key."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.practice.service.addresses import HOST

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.practice.invalid")])


def write(folder: Path, until: datetime) -> Path:
    """A file with key and certificate, which is valid for the year before `until`."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(HOST))])
    made = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=365))
        .not_valid_after(until)
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "shop.pem"
    file.touch(mode=0o600)
    file.write_bytes(private(key) + made.public_bytes(serialization.Encoding.PEM))
    return file


def private(key: ec.EllipticCurvePrivateKey) -> bytes:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain)
