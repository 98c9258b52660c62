"""What monitoring said, and what was kept of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.adapters.store.migrations.columns import flag, moment, number, text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "alerts", text("id"), text("incident", null=True), text("group"), text("grade"), flag("firing"),
        moment("first"), moment("last"), number("times", default="1"), flag("told"), text("data"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], deferrable=True, initially="DEFERRED"),
    )  # fmt: skip
    op.create_index("ix_alerts_incident", "alerts", ["incident"])
    op.create_index("ix_alerts_group", "alerts", ["group"])
    op.create_index("ix_alerts_last", "alerts", ["last"])
    op.create_index("alerts_firing", "alerts", ["firing", "incident"])
    op.create_index("alerts_groups", "alerts", ["incident", "group", "firing"])
    op.create_table(
        "evidence", text("id"), text("incident"), text("kind"), text("title"), text("name"), text("mime"),
        text("sha256"), number("size", default="0"), moment("at"), text("by"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], deferrable=True, initially="DEFERRED"),
    )  # fmt: skip
    op.create_index("evidence_incident", "evidence", ["incident", "at"])
