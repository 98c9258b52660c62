"""Of timers that are due at once, which goes first."""

from __future__ import annotations

from alembic import op

from bot.adapters.store.migrations.columns import number

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("timers", number("urgency", default="9"))
