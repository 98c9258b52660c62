"""Incidents and their facts, runs and their steps, timers, surfaces, receipts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.adapters.store.dialects import partial
from bot.adapters.store.migrations.columns import flag, moment, number, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    _records()
    _work()
    _agenda()
    _small()


def _records() -> None:
    op.create_table(
        "incidents", text("id"), number("number"), flag("open"), text("kind"), text("visibility"),
        text("declared_by"), text("words"), moment("declared_at"), text("room", null=True),
        text("announced_in", null=True), text("announcement", null=True), text("people"),
        number("version", default="0"), text("state"), sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )  # fmt: skip
    op.create_index("incidents_open", "incidents", ["open", "number"])
    op.create_index("incidents_words", "incidents", ["declared_by", "words"])
    op.create_index("ix_incidents_announced_in", "incidents", ["announced_in"])
    op.create_index("ix_incidents_announcement", "incidents", ["announcement"])
    op.create_index("ix_incidents_room", "incidents", ["room"])
    op.create_table(
        "facts", text("incident"), number("seq", autoincrement=False), text("type"), number("v"),
        text("data", null=True), text("salt", null=True), text("digest"), moment("at"), moment("recorded"),
        text("by"), text("chain"), sa.ForeignKeyConstraint(["incident"], ["incidents.id"]),
        sa.PrimaryKeyConstraint("incident", "seq"),
    )  # fmt: skip
    op.create_table(
        "rooms", text("name"), text("incident"),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("name"),
    )  # fmt: skip


def _work() -> None:
    op.create_table(
        "runs", number("seq", autoincrement=True), text("id"), text("kind"), text("subject"), text("data"),
        text("asker", null=True), number("priority", default="5"), flag("ended", default=False),
        flag("again", default=False), moment("due", null=True), text("owner", null=True),
        number("fence", default="0"), sa.PrimaryKeyConstraint("seq"), sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_runs_subject", "runs", ["subject"])
    op.create_index("runs_due", "runs", ["due"], **partial(sa.text("owner IS NULL AND due IS NOT NULL")))
    op.create_index("runs_owned", "runs", ["owner"], **partial(sa.text("owner IS NOT NULL")))
    op.create_table(
        "steps", text("run"), text("name"), text("label"), text("state"), text("result"), text("sentence"),
        text("error"), moment("begun", null=True), moment("since", null=True), moment("last_try", null=True),
        moment("not_before", null=True), number("attempts", default="0"), flag("reported"),
        number("seen", null=True), sa.ForeignKeyConstraint(["run"], ["runs.id"]),
        sa.PrimaryKeyConstraint("run", "name"),
    )  # fmt: skip
    op.create_table(
        "seats", number("seq", autoincrement=True), text("lane"), text("run"), text("step"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"]), sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("run", "step", "lane"), sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("seats_lane", "seats", ["lane", "seq"])


def _agenda() -> None:
    op.create_table(
        "timers", text("key"), text("kind"), text("subject"), moment("due"), moment("wake", null=True),
        text("data"), number("attempts", default="0"), moment("fired", null=True),
        sa.PrimaryKeyConstraint("key"),
    )  # fmt: skip
    op.create_index("ix_timers_subject", "timers", ["subject"])
    op.create_index("timers_wake", "timers", ["wake"], **partial(sa.text("wake IS NOT NULL")))
    op.create_table(
        "surfaces", text("subject"), text("kind"), text("place", null=True), number("urgency", default="0"),
        number("wanted", default="0"), number("shown", default="0"), moment("since"), moment("not_before"),
        number("attempts", default="0"), sa.PrimaryKeyConstraint("subject", "kind"),
    )  # fmt: skip
    op.create_index(
        "surfaces_due",
        "surfaces",
        ["not_before"],
        **partial(sa.text("place IS NOT NULL AND wanted > shown")),
    )


def _small() -> None:
    op.create_table(
        "receipts", text("delivery"), text("answer"), moment("at"), sa.PrimaryKeyConstraint("delivery"),
    )  # fmt: skip
    op.create_index("ix_receipts_at", "receipts", ["at"])
    op.create_table(
        "settings", text("name"), text("value"), sa.PrimaryKeyConstraint("name"),
    )  # fmt: skip
    op.create_table(
        "pauses", text("method"), moment("until"), sa.PrimaryKeyConstraint("method"),
    )  # fmt: skip
