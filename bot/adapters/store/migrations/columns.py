"""Columns as every migration writes them. Texts are compared byte by byte, whatever the database's language."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(27).with_variant(sa.String(27, collation="C"), "postgresql"), nullable=null)


def number(name: str, *, null: bool = False, default: str | None = None, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null, server_default=default, **options)


def flag(name: str, *, default: bool | None = None) -> sa.Column[bool]:
    options = {} if default is None else {"server_default": sa.true() if default else sa.false()}
    return sa.Column(name, sa.Boolean(), nullable=False, **options)  # type: ignore[arg-type]
