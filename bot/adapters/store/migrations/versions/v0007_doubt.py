"""Since when a run of a restored record may have gone on unseen."""

from __future__ import annotations

from alembic import op

from bot.adapters.store.migrations.columns import moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("runs", moment("doubt", null=True))
