"""The policies incidents run under, and what incidents are called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.adapters.store.migrations.columns import moment, text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "policies", text("hash"), text("name"), text("layers"), moment("at"),
        sa.PrimaryKeyConstraint("hash"),
    )  # fmt: skip
    op.create_table(
        "labels", text("name"), text("incident"),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("name"),
    )  # fmt: skip
