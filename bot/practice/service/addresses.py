"""Where everything of the shop is."""

from __future__ import annotations

import random
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
#: of the practice page, if nothing else is said; the control API has the next
PAGE_PORT = 8700
#: below the ports that systems give to outgoing connections, so that a dead process gets its own port again
LOWEST, HIGHEST = 20_000, 32_000
#: bytes that may be in the quota folder, as a decimal number
QUOTA = ".quota"


@dataclass(frozen=True)
class Addresses:
    """The ports on this machine and the folder with the files; the rest follows from them."""

    folder: str
    control: int
    web: int
    tls: int
    cache: int
    payments: int

    @classmethod
    def chosen(cls, folder: Path, control: int) -> Addresses:
        web, tls, cache, payments = free_ports(4)
        return cls(str(folder.resolve()), control, web, tls, cache, payments)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Addresses:
        return cls(**{name: told[name] for name in cls.__dataclass_fields__})

    def as_json(self) -> dict[str, Any]:
        """With the addresses that follow, for whoever reads it."""
        named = ("panel", "url", "ws", "metrics", "releases", "database", "redis", "tls_address", "payments_url")
        files = {name: str(getattr(self, name)) for name in ("log", "plain_log", "pid_file", "disk")}
        return {**asdict(self), **{name: getattr(self, name) for name in named}, **files}

    @property
    def panel(self) -> str:
        return f"http://{HOST}:{self.control}"

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.web}"

    @property
    def ws(self) -> str:
        return f"ws://{HOST}:{self.web}/ws"

    @property
    def metrics(self) -> str:
        return f"{self.url}/metrics"

    @property
    def releases(self) -> str:
        return f"{self.url}/releases"

    @property
    def database(self) -> str:
        return f"sqlite:///{self.database_file}"

    @property
    def database_file(self) -> Path:
        return Path(self.folder) / "shop.db"

    @property
    def redis(self) -> str:
        return f"redis://{HOST}:{self.cache}/0"

    @property
    def tls_address(self) -> str:
        return f"{HOST}:{self.tls}"

    @property
    def payments_url(self) -> str:
        return f"http://{HOST}:{self.payments}"

    @property
    def log(self) -> Path:
        """One JSON object a line."""
        return Path(self.folder) / "shop.log"

    @property
    def plain_log(self) -> Path:
        return Path(self.folder) / "shop-plain.log"

    @property
    def pid_file(self) -> Path:
        """The web process writes it, and leaves it behind when it is killed."""
        return Path(self.folder) / "shop.pid"

    @property
    def disk(self) -> Path:
        """A folder with a quota: its file .quota says how many bytes may be in it."""
        return Path(self.folder) / "disk"


def free_ports(count: int) -> list[int]:
    found: list[int] = []
    for port in random.sample(range(LOWEST, HIGHEST), k=500):
        if len(found) < count and is_free(port):
            found.append(port)
    return found


def is_free(port: int) -> bool:
    with socket.socket() as door, suppress(OSError):
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((HOST, port))
        return True
    return False
