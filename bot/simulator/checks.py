"""Small checks of JSON that report where something is wrong, as Slack does with its json-pointers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Report = list[str]
Check = Callable[[Any, str, Report], None]


def wrong(report: Report, path: str, what: str) -> None:
    report.append(f"{what} [json-pointer:{path}]")


def string(limit: int = 1_000_000, least: int = 0) -> Check:
    def check(value: Any, path: str, report: Report) -> None:
        if not isinstance(value, str):
            wrong(report, path, "must provide a string")
        elif len(value) > limit:
            wrong(report, path, f"must be less than {limit + 1} characters")
        elif len(value) < least:
            wrong(report, path, f"must be more than {least - 1} characters")

    return check


def boolean(value: Any, path: str, report: Report) -> None:
    if not isinstance(value, bool):
        wrong(report, path, "must provide a boolean")


def integer(value: Any, path: str, report: Report) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        wrong(report, path, "must provide a number")


def anything(value: Any, path: str, report: Report) -> None:
    """For parts that Slack takes and this simulator only carries."""


def one_of(*allowed: str) -> Check:
    def check(value: Any, path: str, report: Report) -> None:
        if value not in allowed:
            wrong(report, path, f"must be one of {', '.join(allowed)}")

    return check


def items(check_item: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, path: str, report: Report) -> None:
        if not isinstance(value, list):
            wrong(report, path, "must provide an array")
            return
        if len(value) > most:
            wrong(report, path, f"no more than {most} items allowed")
        elif len(value) < least:
            wrong(report, path, f"no fewer than {least} items allowed")
        for number, item in enumerate(value):
            check_item(item, f"{path}/{number}", report)

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check], any_of: tuple[str, ...] = ()) -> Check:
    """An object with these keys and no others; of `any_of` at least one must be there."""
    known = {**required, **optional}

    def check(value: Any, path: str, report: Report) -> None:
        if not isinstance(value, dict):
            wrong(report, path, "must provide an object")
            return
        for key in required:
            if key not in value:
                wrong(report, path, f"missing required field: {key}")
        if any_of and not any(key in value for key in any_of):
            wrong(report, path, f"must define either {' or '.join(any_of)}")
        for key, item in value.items():
            if key in known:
                known[key](item, f"{path}/{key}", report)
            elif key != "type":
                wrong(report, path, f"additional property is not allowed: {key}")

    return check


def by_type(table: Mapping[str, Check], what: str) -> Check:
    """Choose the check by the object's own `type`."""

    def check(value: Any, path: str, report: Report) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        found = table.get(kind) if isinstance(kind, str) else None
        if found is None:
            wrong(report, path, f"unsupported type: {kind}" if kind else f"missing the type of a {what}")
        else:
            found(value, path, report)

    return check


def both(*checks: Check) -> Check:
    def check(value: Any, path: str, report: Report) -> None:
        for each in checks:
            each(value, path, report)

    return check
