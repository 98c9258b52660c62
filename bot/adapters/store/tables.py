"""The tables, as the newest migration leaves them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from bot.adapters.store.dialects import partial


def canonical(value: Any) -> str:
    """
    One text for equal JSON values.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def instant(moment: datetime) -> str:
    """
    UTC as text of fixed width, so that the order of texts is the order of moments.

    >>> instant(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000000Z'
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; every moment Muster keeps is in UTC.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Instant(TypeDecorator[datetime]):
    impl = sa.String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else instant(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class JsonText(TypeDecorator[Any]):
    """JSON as canonical text; NULL is no value at all, JSON's null is the text `null`."""

    impl = sa.Text
    cache_ok = True
    coerce_to_is_types = ()

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str:
        return canonical(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)


def _text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, **options)


def _int(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=str(default))


metadata = sa.MetaData()

receipts = sa.Table(
    "receipts", metadata,
    _text("delivery", primary_key=True),
    sa.Column("answer", JsonText, nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
)  # fmt: skip

settings = sa.Table(
    "settings", metadata,
    _text("name", primary_key=True),
    sa.Column("value", JsonText, nullable=False),
)  # fmt: skip

pauses = sa.Table(
    "pauses", metadata,
    _text("method", primary_key=True),
    sa.Column("until", Instant, nullable=False),
)  # fmt: skip

incidents = sa.Table(
    "incidents", metadata,
    _text("id", primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("open", sa.Boolean(create_constraint=False), nullable=False),
    _text("kind"),
    _text("visibility"),
    _text("declared_by"),
    _text("words"),
    sa.Column("declared_at", Instant, nullable=False),
    sa.Column("room", sa.Text, index=True),
    sa.Column("announced_in", sa.Text, index=True),
    sa.Column("announcement", sa.Text, index=True),
    _text("people"),
    _int("version"),
    sa.Column("state", JsonText, nullable=False),
    sa.Index("incidents_open", "open", "number"),
    sa.Index("incidents_words", "declared_by", "words"),
)  # fmt: skip

facts = sa.Table(
    "facts", metadata,
    sa.Column("incident", sa.ForeignKey("incidents.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    _text("type"),
    sa.Column("v", sa.Integer, nullable=False),
    sa.Column("data", sa.Text),
    sa.Column("salt", sa.Text),
    _text("digest"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("recorded", Instant, nullable=False),
    _text("by"),
    _text("chain"),
)  # fmt: skip

rooms = sa.Table(
    "rooms", metadata,
    _text("name", primary_key=True),
    sa.Column("incident", sa.ForeignKey("incidents.id", deferrable=True, initially="DEFERRED"), nullable=False),
)  # fmt: skip

labels = sa.Table(
    "labels", metadata,
    _text("name", primary_key=True),
    sa.Column("incident", sa.ForeignKey("incidents.id", deferrable=True, initially="DEFERRED"), nullable=False),
)  # fmt: skip

policies = sa.Table(
    "policies", metadata,
    _text("hash", primary_key=True),
    _text("name"),
    sa.Column("layers", JsonText, nullable=False),
    sa.Column("at", Instant, nullable=False),
)  # fmt: skip

runs = sa.Table(
    "runs", metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    _text("id", unique=True),
    _text("kind"),
    _text("subject", index=True),
    sa.Column("data", JsonText, nullable=False),
    sa.Column("asker", sa.Text),
    _int("priority", 5),
    sa.Column("ended", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sa.Column("again", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sa.Column("due", Instant),
    sa.Column("owner", sa.Text),
    _int("fence"),
    sa.Column("doubt", Instant),
    sqlite_autoincrement=True,
)  # fmt: skip
sa.Index("runs_due", runs.c.due, **partial(runs.c.owner.is_(None) & runs.c.due.is_not(None)))
sa.Index("runs_owned", runs.c.owner, **partial(runs.c.owner.is_not(None)))

steps = sa.Table(
    "steps", metadata,
    sa.Column("run", sa.ForeignKey("runs.id"), primary_key=True),
    _text("name", primary_key=True),
    _text("label"),
    _text("state"),
    sa.Column("result", JsonText, nullable=False),
    _text("sentence"),
    _text("error"),
    sa.Column("begun", Instant),
    sa.Column("since", Instant),
    sa.Column("last_try", Instant),
    sa.Column("not_before", Instant),
    _int("attempts"),
    sa.Column("reported", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("seen", sa.Integer),
)  # fmt: skip

seats = sa.Table(
    "seats", metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    _text("lane"),
    sa.Column("run", sa.ForeignKey("runs.id"), nullable=False),
    _text("step"),
    sa.UniqueConstraint("run", "step", "lane"),
    sa.Index("seats_lane", "lane", "seq"),
    sqlite_autoincrement=True,
)  # fmt: skip

timers = sa.Table(
    "timers", metadata,
    _text("key", primary_key=True),
    _text("kind"),
    _text("subject", index=True),
    sa.Column("due", Instant, nullable=False),
    sa.Column("wake", Instant),
    sa.Column("data", JsonText, nullable=False),
    _int("attempts"),
    _int("urgency", 9),
    sa.Column("fired", Instant),
)  # fmt: skip
sa.Index("timers_wake", timers.c.wake, **partial(timers.c.wake.is_not(None)))

surfaces = sa.Table(
    "surfaces", metadata,
    _text("subject", primary_key=True),
    _text("kind", primary_key=True),
    sa.Column("place", sa.Text),
    _int("urgency"),
    _int("wanted"),
    _int("shown"),
    sa.Column("since", Instant, nullable=False),
    sa.Column("not_before", Instant, nullable=False),
    _int("attempts"),
    sa.Column("editor", sa.Text),
)  # fmt: skip
sa.Index("surfaces_edited", surfaces.c.editor, **partial(surfaces.c.editor.is_not(None)))
sa.Index(
    "surfaces_due", surfaces.c.not_before,
    **partial(surfaces.c.place.is_not(None) & (surfaces.c.wanted > surfaces.c.shown)),
)  # fmt: skip

owners = sa.Table(
    "owners", metadata,
    _text("owner", primary_key=True),
    sa.Column("until", Instant, nullable=False),
)  # fmt: skip

alerts = sa.Table(
    "alerts", metadata,
    _text("id", primary_key=True),
    sa.Column("incident", sa.ForeignKey("incidents.id", deferrable=True, initially="DEFERRED"), index=True),
    _text("group", index=True),
    _text("grade"),
    sa.Column("firing", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("first", Instant, nullable=False),
    sa.Column("last", Instant, nullable=False, index=True),
    _int("times", 1),
    sa.Column("told", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("data", JsonText, nullable=False),
    sa.Index("alerts_firing", "firing", "incident"),
    sa.Index("alerts_groups", "incident", "group", "firing"),
)  # fmt: skip

evidence = sa.Table(
    "evidence", metadata,
    _text("id", primary_key=True),
    sa.Column("incident", sa.ForeignKey("incidents.id", deferrable=True, initially="DEFERRED"), nullable=False),
    _text("kind"),
    _text("title"),
    _text("name"),
    _text("mime"),
    _text("sha256"),
    _int("size"),
    sa.Column("at", Instant, nullable=False),
    _text("by"),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Index("evidence_incident", "incident", "at"),
)  # fmt: skip

log = sa.Table(
    "log", metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    _text("by"),
    _text("what", index=True),
    _text("text"),
    sa.Column("incident", sa.Text, index=True),
    sa.Column("data", JsonText, nullable=False),
    _text("chain"),
)  # fmt: skip
