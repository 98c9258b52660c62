"""The policies incidents run under, and what incidents are called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "policies", _text("hash"), _text("name"), _text("layers"), sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )  # fmt: skip
    op.create_table(
        "labels", _text("name"), _text("incident"),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("name"),
    )  # fmt: skip


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
