"""Whether the record can be read and written, is of this release, and what waits in it."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.store.addresses import database_at
from bot.adapters.store.connections import Database, NothingThere, Reader, StoreRefused
from bot.adapters.store.ledger import RECALL
from bot.adapters.store.schema import HEAD
from bot.adapters.store.tables import incidents, log, runs, steps, timers
from bot.domain.finding import Finding, doubtful, well, wrong
from bot.engine.journal import State

MIB = 1024 * 1024
#: a timer or a run that is due is taken up within a second or two
LATE = timedelta(minutes=2)
EXACT = timedelta(seconds=5)
OLD = timedelta(days=7)
#: of the disk: below these no incident should begin
LITTLE, HARDLY_ANY = 1024 * MIB, 200 * MIB
MEND = "Give Muster a database that it can reach and write; docs/operate.md says what to do by hand meanwhile."


class Usage(Protocol):
    @property
    def free(self) -> int: ...


class Waiting(NamedTuple):
    given_up: int
    overdue: int
    backed_up: datetime | None


class StoreCheck:
    """
    Looks at the record beside whoever works with it.

    `folder` is on the disk that must not be full, `free` tells of it.
    """

    def __init__(
        self, address: str, folder: Path, now: Callable[[], datetime],
        free: Callable[[Path], Usage] = shutil.disk_usage,
    ) -> None:  # fmt: skip
        self._address, self._folder, self._now, self._free = address, folder, now, free

    async def record(self) -> list[Finding]:
        return await self._looked(self._record)

    async def work(self) -> list[Finding]:
        """Nothing where the record itself cannot be looked at: `record` says that."""
        found = await self._looked(self._work)
        return [finding for finding in found if finding.area != "Record"]

    async def disk(self) -> list[Finding]:
        try:
            free = self._free(nearest(self._folder)).free
        except OSError as error:
            return [wrong("Disk", f"{self._folder} cannot be looked at ({error.strerror}).", MEND)]
        remedy = "Make room, or set MUSTER_DATA_DIR to a folder on a larger disk."
        said = f"{free // MIB} MiB are free where Muster keeps its data."
        if free < HARDLY_ANY:
            return [wrong("Disk", said, remedy)]
        return [doubtful("Disk", said, remedy) if free < LITTLE else well("Disk", said)]

    async def recall(self, name: str) -> Any:
        """What is kept under that name; None also when the record cannot be read."""
        found: list[Any] = []

        async def look(database: Database) -> list[Finding]:
            found.append(await database.reader.value(RECALL, name=name))
            return []

        await self._looked(look)
        return found[0] if found else None

    async def _looked(self, look: Callable[[Database], Awaitable[list[Finding]]]) -> list[Finding]:
        try:
            database = database_at(self._address, alone=False)
        except StoreRefused as why:
            return [wrong("Record", str(why), "Set MUSTER_DATABASE_URL to such an address.")]
        try:
            await database.open()
        except NothingThere:
            return [other_release(None)]
        except StoreRefused as why:
            return [wrong("Record", str(why), MEND)]
        except (SQLAlchemyError, OSError) as error:
            return [wrong("Record", str(database.refused(error)), MEND)]
        try:
            return await look(database)
        except SQLAlchemyError as error:
            return [wrong("Record", str(database.refused(error)), MEND)]
        finally:
            await database.close()

    async def _record(self, database: Database) -> list[Finding]:
        found = await revision(database.reader)
        if found != HEAD:
            return [other_release(found)]
        size = await database.reader.value(SIZE[database.shared])
        return [
            well("Record", f"It can be read; it takes {size / MIB:.1f} MiB, and its schema is {HEAD}."),
            await written(database),
            *self._clock(await database.time(), database.shared),
        ]

    def _clock(self, there: datetime, shared: bool) -> list[Finding]:
        off = abs(self._now() - there)
        if not shared or off <= EXACT:
            return []
        said = (
            f"PostgreSQL's clock and the one here differ by {off.total_seconds():.0f} s; Muster goes by PostgreSQL's."
        )
        return [doubtful("Clock", said, "Have both machines set their clocks by NTP.")]

    async def _work(self, database: Database) -> list[Finding]:
        if await revision(database.reader) != HEAD:
            return []
        now = self._now()
        waiting = await waits(database.reader, now)
        kept = [] if database.shared else [backup(waiting.backed_up, now)]
        return [given_up(waiting.given_up), overdue(waiting.overdue), *kept]


async def waits(reader: Reader, now: datetime) -> Waiting:
    late = {"late": now - LATE}
    given_up = await reader.value(GIVEN_UP)
    overdue = await reader.value(RUNS_LATE, **late) + await reader.value(TIMERS_LATE, **late)
    return Waiting(given_up, overdue, await reader.value(BACKED_UP))


async def revision(reader: Reader) -> str | None:
    """The schema of what stands there; None where nothing does."""
    try:
        found: str | None = await reader.value(sa.text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return None
    return found


async def written(database: Database) -> Finding:
    """Whether a transaction can be written; this one changes nothing."""
    try:
        async with database.transaction() as connection:
            await connection.execute(TRY)
    except SQLAlchemyError as error:
        return wrong("Record", f"It cannot be written. {database.refused(error)}", MEND)
    return well("Record", "It can be written.")


def other_release(found: str | None) -> Finding:
    if found is None:
        return doubtful("Record", "There is no record there yet.", "Muster makes it when it starts.")
    if found > HEAD:
        said = f"A newer Muster has worked with it (its schema is {found}, this release knows {HEAD})."
        return wrong("Record", said, "Install that release again, or restore a backup from before it.")
    said = f"It is of an earlier release (its schema is {found}, this one's {HEAD})."
    return doubtful("Record", said, "This release brings it up to date when it starts; make a backup before.")


def given_up(count: int) -> Finding:
    if not count:
        return well("Work", "Nothing was given up.")
    said = f"{some(count, 'piece of work was', 'pieces of work were')} given up in open incidents."
    return doubtful("Work", said, "The cards of the incidents say which, with a button Retry.")


def overdue(count: int) -> Finding:
    if not count:
        return well("Work", "Nothing is overdue.")
    said = f"{some(count, 'thing is', 'things are')} due for more than {LATE.seconds // 60} minutes and not taken up."
    return wrong("Work", said, "Look whether `muster run` is alive, and into its log.")


def backup(newest: datetime | None, now: datetime) -> Finding:
    remedy = "Have `muster backup` run every night, to a folder on another disk."
    if newest is None:
        return doubtful("Backup", "No backup of the record was made with `muster backup`.", remedy)
    age = now - newest
    if age > OLD:
        return doubtful("Backup", f"The newest backup is {age.days} days old.", remedy)
    return well("Backup", f"The newest is of {newest:%d %b %Y %H:%M} UTC.")


def some(count: int, one: str, many: str) -> str:
    """
    >>> some(1, "step was", "steps were"), some(2, "step was", "steps were")
    ('1 step was', '2 steps were')
    """
    return f"{count} {one if count == 1 else many}"


def nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next((each for each in (folder.absolute(), *folder.absolute().parents) if each.exists()), Path("/"))


_LATE = bindparam("late", type_=runs.c.due.type)
SIZE = {
    False: sa.text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
    True: sa.text("SELECT pg_database_size(current_database())"),
}
#: changes nothing, and fails where nothing can be changed
TRY = sa.text("DELETE FROM settings WHERE name = 'no setting has this name'")
_SEEN = sa.exists(
    sa.select(1).where(incidents.c.id == runs.c.subject, incidents.c.open, incidents.c.visibility == "open")
)
GIVEN_UP = (
    sa.select(sa.func.count()).select_from(steps.join(runs, runs.c.id == steps.c.run)).where(
        steps.c.state == State.FAILED, _SEEN
    )
)  # fmt: skip
RUNS_LATE = sa.select(sa.func.count()).select_from(runs).where(runs.c.owner.is_(None), runs.c.due < _LATE)
TIMERS_LATE = sa.select(sa.func.count()).select_from(timers).where(timers.c.wake < _LATE)
BACKED_UP = sa.select(sa.func.max(log.c.at)).where(log.c.what == "backed_up")
