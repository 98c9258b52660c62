"""A backup of a SQLite record while Muster works with it, and bringing one back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.adapters.store.addresses import read
from bot.adapters.store.bench import RESTORED
from bot.adapters.store.proof import Proof, prove
from bot.adapters.store.sqlite import FileLock
from bot.adapters.store.store import Store, Transaction
from bot.adapters.store.tables import canonical, facts, incidents, runs, surfaces
from bot.domain.incident import MUSTER

#: the setting of a backup that says when it was made
MADE = "backup"
BESIDES = ("-wal", "-shm")


class Unsound(Exception):
    """A sentence on what is wrong with a backup."""


def file_of(address: str) -> Path | None:
    """The SQLite file at an address; None when it is of another database. StoreRefused when it cannot be read."""
    if "://" not in address:
        return Path(address).absolute()
    url = read(address)
    named = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(url.database or "").absolute() if named else None


async def back_up(record: Path, target: Path, now: datetime) -> Proof:
    """
    Copy the record to `target`, which must not be there, and prove the copy. Unsound when that fails.

    It is begun again by SQLite whenever Muster writes in between, and shows one moment:
    https://www.sqlite.org/backup.html
    """
    _may_be_made(record, target)
    unfinished = target.with_name(f"{target.name}.unfinished")
    with gone_afterwards(unfinished):
        _copy(record, unfinished, now)
        proof = await proved(unfinished)
        os.replace(unfinished, target)
    _sync(target.parent)
    return proof


async def proved(backup: Path) -> Proof:
    """What is in a file, all of it sound. Unsound otherwise."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(backup))}?mode=ro", uri=True)) as connection:
            [(said,), *_] = connection.execute("PRAGMA integrity_check(1)").fetchall()
    except sqlite3.Error as error:
        raise Unsound(f"{backup} is no backup of Muster ({error}).") from None
    if said != "ok":
        raise Unsound(f"{backup} is damaged: {said}.")
    store = await Store.beside(backup)
    try:
        proof = await prove(store.reader)
    finally:
        await store.close()
    if proof.breaks:
        raise Unsound(f"{backup} is not as Muster wrote it. {proof.breaks[0]}")
    return proof


@dataclass(frozen=True)
class Restored:
    """What is in the record now, the moment it is of, and where the one from before was put, if there was one."""

    proof: Proof
    as_of: datetime
    aside: Path | None


async def restore(backup: Path, record: Path, now: datetime, force: bool = False) -> Restored:
    """
    Put the backup in the place of the record; with `force` also when there is one.

    Unsound when the backup is not whole or there is a record, StoreRefused while Muster works with that.
    """
    lock = _locked(record, force)
    fresh = record.with_name(f"{record.name}.restoring")
    try:
        with gone_afterwards(fresh):
            _copy(backup, fresh, None)
            as_of = await marked(fresh, now)
            proof = await proved(fresh)
            _settle(fresh)
            aside = _put(fresh, record, now)
    finally:
        lock.release()
    return Restored(proof, as_of, aside)


async def marked(address: Path | str, now: datetime, as_of: datetime | None = None) -> datetime:
    """
    Bring a restored record up to this release, and have it know what it is.

    All that it has begun may have been done since `as_of`, which a backup of ours knows itself.
    """
    store = await Store.open(address, now)
    try:
        found = as_of or await made(store) or now

        async def mark(books: Transaction) -> None:
            await books._change(DOUBT, at=found)
            await books._change(SHOW_AGAIN, now=now)
            await books.remember(MADE, None)
            told = {"as_of": found.isoformat(), "until": now.isoformat(), "told": False}
            await books.remember(RESTORED, told)
            text = f"restored the record to {found:%d %b %Y %H:%M} UTC"
            await books.log("restored", text, MUSTER, data={"as_of": found.isoformat()})

        await store.transact(mark, now)
    finally:
        await store.close()
    return found


async def made(store: Store) -> datetime | None:
    """When the backup was made; of a plain copy of the file, when the newest fact in it was recorded."""
    said = await store.recall(MADE)
    if said:
        return datetime.fromisoformat(said["at"])
    newest: datetime | None = await store.reader.value(NEWEST)
    return newest


def _copy(source: Path, target: Path, now: datetime | None) -> None:
    """`now` is kept in the copy as the moment it was made at."""
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True, timeout=10.0)) as there,
            closing(sqlite3.connect(target)) as here,
        ):
            there.backup(here, pages=1000, sleep=0.05)
            here.execute("PRAGMA journal_mode=DELETE")
            if now:
                said = canonical({"at": now.isoformat()})
                here.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (MADE, said))
            here.commit()
    except sqlite3.Error as error:
        raise Unsound(f"{source} cannot be copied to {target} ({error}).") from None
    _sync(target)


def _may_be_made(record: Path, target: Path) -> None:
    if not record.exists():
        raise Unsound(f"There is no record at {record}.")
    if target.exists():
        raise Unsound(f"{target} is there already; name another file, or a folder.")


def _locked(record: Path, force: bool) -> FileLock:
    if record.exists() and not force:
        raise Unsound(f"There is a record at {record} already. With --force it is put aside, and kept.")
    record.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(record)


def _settle(file: Path) -> None:
    """Everything that was written is in the file itself, and nothing beside it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _put(fresh: Path, record: Path, now: datetime) -> Path | None:
    aside = _set_aside(record, now) if record.exists() else None
    os.replace(fresh, record)
    _sync(record.parent)
    return aside


def _set_aside(record: Path, now: datetime) -> Path:
    aside = record.with_name(f"{record.name}.before-{now:%Y%m%dT%H%M%SZ}")
    for tail in ("", *BESIDES):
        if (each := record.with_name(record.name + tail)).exists():
            os.replace(each, aside.with_name(aside.name + tail))
    return aside


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def gone_afterwards(file: Path) -> Iterator[None]:
    """The file and what SQLite and Muster put beside it."""
    try:
        yield
    finally:
        for tail in ("", "-journal", ".lock", *BESIDES):
            file.with_name(file.name + tail).unlink(missing_ok=True)


DOUBT = runs.update().where(runs.c.doubt.is_(None)).values(doubt=bindparam("at", type_=runs.c.doubt.type))
_OPEN = sa.select(incidents.c.id).where(incidents.c.open)
SHOW_AGAIN = (
    surfaces.update()
    .where(surfaces.c.place.is_not(None), surfaces.c.subject.in_(_OPEN))
    .values(wanted=surfaces.c.wanted + 1, since=bindparam("now", type_=surfaces.c.since.type))
)
NEWEST = sa.select(sa.func.max(facts.c.recorded))
