"""Who owns what is claimed, and until when; whose an edit is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.adapters.store.dialects import partial
from bot.adapters.store.migrations.columns import moment, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table("owners", text("owner"), moment("until"), sa.PrimaryKeyConstraint("owner"))
    op.add_column("surfaces", text("editor", null=True))
    op.create_index("surfaces_edited", "surfaces", ["editor"], **partial(sa.text("editor IS NOT NULL")))
    # earlier releases did not record which edits were under way: any that is still wanted may have been
    op.execute("UPDATE surfaces SET editor = 'unknown' WHERE place IS NOT NULL AND wanted > shown")
