"""TLS to an address that was looked up before, with a certificate for the name that it was looked up by."""

from __future__ import annotations

import ssl
from typing import Any


class Named(ssl.SSLContext):
    """Asks for a certificate of `name`, by the rules of `trust`, whatever host its user believes to connect to."""

    def __new__(cls, trust: ssl.SSLContext, name: str) -> Named:
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self, trust: ssl.SSLContext, name: str) -> None:
        super().__init__()
        self._asked, self._name = trust, name

    def wrap_bio(self, incoming: Any, outgoing: Any, *args: Any, **options: Any) -> ssl.SSLObject:
        return self._asked.wrap_bio(incoming, outgoing, server_hostname=self._name)
