"""Brings the tables up to date. The machinery of migrations is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.connections import StoreRefused

HEAD = "0007"
MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(connection: AsyncConnection) -> bool:
    """
    Within a transaction. StoreRefused if a newer release has been here.

    Whether what stands there is of an earlier release.
    """
    found = await _revision(connection)
    if found != HEAD:
        await connection.run_sync(_upgrade, found)
    return found not in (None, HEAD)


async def _revision(connection: AsyncConnection) -> str | None:
    if not await connection.run_sync(lambda known: sa.inspect(known).has_table("alembic_version")):
        return None
    row = (await connection.execute(sa.text("SELECT version_num FROM alembic_version"))).first()
    return str(row.version_num) if row else None


def _upgrade(connection: sa.Connection, found: str | None) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreRefused(
            f"A newer Muster has worked with this database (its schema is {found}, this release knows {HEAD})."
            " Install that release again, or restore a backup from before it."
        )
    with EnvironmentContext(config, scripts, fn=lambda rev, _: scripts._upgrade_revs(HEAD, rev)) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()
