"""What was done in the workspace that is of no one incident."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.adapters.store.migrations.columns import moment, text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "log", sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False), moment("at"), text("by"),
        text("what"), text("text"), text("incident", null=True), text("data"), text("chain"),
        sa.PrimaryKeyConstraint("seq"),
    )  # fmt: skip
    op.create_index("ix_log_what", "log", ["what"])
    op.create_index("ix_log_incident", "log", ["incident"])
