"""`muster backup` and `muster restore`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.adapters.store.proof import Proof

#: what PostgreSQL itself does better; `muster restore --as-of` then tells Muster what happened
DUMP = (
    "The record is in PostgreSQL, which makes backups itself and while Muster runs:\n"
    '  pg_dump --format=custom --file=muster.dump --dbname="$MUSTER_DATABASE_URL"'
)
LOAD = (
    "The record is in PostgreSQL. Stop every Muster, then:\n"
    '  pg_restore --clean --if-exists --single-transaction --dbname="$MUSTER_DATABASE_URL" muster.dump\n'
    "  muster restore --as-of 2026-11-21T03:00Z      (when the dump was made: Muster then sends nothing twice)"
)


def add_to(cli: typer.Typer) -> None:
    cli.command()(backup)
    cli.command()(restore)


def backup(to: Annotated[Path, typer.Argument(help="A file that is not there yet, or a folder.")]) -> None:
    """
    Copy the record while Muster runs, and prove the copy. Keep it on another disk.

    The exit code is 0 when the copy is whole, 2 when there is none.
    """
    from bot.adapters.store import StoreRefused
    from bot.adapters.store.backup import Unsound, back_up, file_of
    from bot.engine.clock import SystemClock
    from bot.operate.environment import environment, stop

    config, now = environment(), SystemClock().now()
    try:
        record = file_of(config.database)
        if record is None:
            stop(DUMP)
        target = to / f"muster-{now:%Y%m%dT%H%M%SZ}.db" if to.is_dir() else to
        proof = asyncio.run(back_up(record, target, now))
        asyncio.run(log(config.database, now, target))
    except (Unsound, StoreRefused) as why:
        stop(str(why))
    except OSError as why:
        stop(f"{to} cannot be written ({why.strerror}).")
    print(f"{target}: {told(proof)}")


def restore(
    file: Annotated[Path | None, typer.Argument(help="A backup.")] = None,
    force: Annotated[bool, typer.Option(help="Also when there is a record; that one is put aside.")] = False,
    as_of: Annotated[
        str, typer.Option(help="Without a file: the record was restored by other means, and is of this moment.")
    ] = "",
) -> None:
    """
    Put a backup in the place of the record. Muster must not run.

    What Muster had begun when the backup was made is looked for in Slack before it is done, so that nothing is sent
    twice; the incidents channel and the rooms are told at the next start. The exit code is 2 when nothing was restored.
    """
    from bot.adapters.store import StoreRefused
    from bot.adapters.store.backup import Unsound, file_of, marked
    from bot.adapters.store.backup import restore as put_back
    from bot.engine.clock import SystemClock
    from bot.operate.environment import environment, stop

    config, now = environment(), SystemClock().now()
    try:
        if file is None:
            asyncio.run(marked(config.database, now, moment := past(as_of, now)))
            print(f"Muster knows that its record is of {moment:%d %b %Y %H:%M} UTC.")
            return
        if (record := file_of(config.database)) is None:
            stop(LOAD)
        done = asyncio.run(put_back(file, record, now, force))
    except (Unsound, StoreRefused) as why:
        stop(str(why))
    except OSError as why:
        stop(f"{file} cannot be restored ({why.strerror}).")
    print(f"{record}: {told(done.proof)}, as of {done.as_of:%d %b %Y %H:%M} UTC.")
    if done.aside:
        print(f"The record from before is kept as {done.aside}.")


async def log(address: str, now: datetime, target: Path) -> None:
    """Have the record know that there is a backup of it."""
    from bot.adapters.store import Store, Transaction

    async def made(books: Transaction) -> None:
        await books.log("backed_up", f"made the backup {target.name}", "muster", data={"file": target.name})

    store = await Store.beside(address)
    try:
        await store.transact(made, now)
    finally:
        await store.close()


def told(proof: Proof) -> str:
    return f"{proof.incidents} incidents, {proof.facts} facts and {proof.lines} lines of the log, all proved"


def past(text: str, now: datetime) -> datetime:
    """The moment that somebody named; the process ends when it will not do."""
    from bot.operate.environment import stop

    moment = when(text)
    if moment is None or moment > now:
        stop("Name a backup, or with --as-of the past moment that the record is of: 2026-11-21T03:00Z.")
    return moment


def when(text: str) -> datetime | None:
    """
    >>> when("2026-11-21T03:00Z"), when("yesterday")
    (datetime.datetime(2026, 11, 21, 3, 0, tzinfo=datetime.timezone.utc), None)
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
