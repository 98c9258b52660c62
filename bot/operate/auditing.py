"""`muster audit`: prove the record, give it to somebody who proves it, and take out what must not be in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from bot.adapters.store import Store, Transaction

T = TypeVar("T")
FORMAT = "jsonl"
MUSTER = "muster"

Number = Annotated[str, typer.Argument(help="The number of the incident: 12.")]


def add_to(cli: typer.Typer) -> None:
    audit = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Prove the record, and hand it out.")
    audit.command()(verify)
    audit.command()(export)
    audit.command()(redact)
    cli.add_typer(audit, name="audit")


def verify() -> None:
    """
    Whether every fact and every line of the log is as it was written. It may be asked while Muster runs.

    The exit code is 0 when all is, 1 when a chain is broken, 2 when the record cannot be read.
    """
    from bot.adapters.store.proof import prove

    proof = on_record(lambda store: prove(store.reader))
    for sentence in proof.breaks:
        print(sentence)
    if proof.breaks:
        raise typer.Exit(1)
    print(f"{proof.incidents} incidents, {proof.facts} facts and {proof.lines} lines of the log: every chain holds.")


def export(
    incident: Annotated[str, typer.Option(help="Only this one: 12.")] = "",
    since: Annotated[str, typer.Option(help="Only what was recorded since: 2026-11-21, or 2026-11-21T03:00Z.")] = "",
    format: Annotated[str, typer.Option(help="jsonl: a JSON object a line.")] = FORMAT,
    restricted: Annotated[bool, typer.Option(help="Restricted incidents too.")] = False,
) -> None:
    """
    The facts with their hashes, a line each, so that anybody can prove them: docs/operate.md says how.

    Facts that were erased keep their digest. The log of the workspace says that it was done.
    """
    from bot.adapters.store.proof import exported
    from bot.operate.environment import stop
    from bot.operate.keeping import when

    if format != FORMAT:
        stop(f"There is no format {format}; there is {FORMAT}.")
    number, moment = numbered(incident) if incident else None, when(since) if since else None
    if since and moment is None:
        stop("--since is a moment: 2026-11-21, or 2026-11-21T03:00Z.")

    async def hand_out(store: Store) -> list[dict[str, Any]]:
        rows = await exported(store.reader, number=number, since=moment, restricted=restricted)
        which = f"#{number}" if number else "all incidents" if restricted else "all open-to-all incidents"
        data = {"facts": len(rows), "restricted": restricted}
        await logged(store, "exported", f"exported {len(rows)} facts of {which}", data)
        return rows

    for row in on_record(hand_out):
        print(json.dumps(row, ensure_ascii=False))


def redact(
    incident: Number,
    fact: Annotated[int, typer.Argument(help="The number of the fact, as the export shows it (seq).", min=1)],
    why: Annotated[list[str], typer.Argument(help="Why; the log keeps that.")],
) -> None:
    """
    Erase what a fact says, and its words wherever the incident shows them. The chain still holds.

    What stands in Slack is not touched: delete the message there. The exit code is 2 when there is no such fact.
    """
    from bot.operate.environment import stop

    number, reason = numbered(incident), " ".join(why)

    async def erase(store: Store) -> int | None:
        found = await store.incident_numbered(number)
        if found is None:
            return None

        async def decide(books: Transaction) -> int:
            count = await books.erase(found.id, [fact])
            if count:
                await books.want(found.id)
                text = f"erased fact {fact} of #{number}: {reason}"
                await books.log("redacted", text, MUSTER, found.id, {"seq": fact})
            return count

        return await store.transact(decide, now())

    if not on_record(erase):
        stop(f"Incident #{number} has no fact {fact} that says anything.")
    print(f"Fact {fact} of #{number} is erased; its digest stands, and the chain holds.")


def on_record(ask: Callable[[Store], Awaitable[T]]) -> T:
    """The answer to a question to the record, beside whoever works with it; or the end, with a sentence."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.adapters.store import StoreRefused
    from bot.operate.environment import environment, stop

    try:
        return asyncio.run(asked(environment().database, ask))
    except StoreRefused as why:
        stop(str(why))
    except SQLAlchemyError as error:
        stop(f"The record cannot be read or written just now ({type(error).__name__}); try again.")


async def asked(address: str, ask: Callable[[Store], Awaitable[T]]) -> T:
    from bot.adapters.store import Store

    store = await Store.beside(address)
    try:
        return await ask(store)
    finally:
        await store.close()


async def logged(store: Store, what: str, text: str, data: dict[str, Any]) -> None:
    async def add(books: Transaction) -> None:
        await books.log(what, text, MUSTER, data=data)

    await store.transact(add, now())


def now() -> datetime:
    from bot.engine.clock import SystemClock

    return SystemClock().now()


def numbered(word: str) -> int:
    """
    >>> numbered("#12"), numbered("12")
    (12, 12)
    """
    from bot.operate.environment import stop

    digits = word.strip().lstrip("#")
    if not (digits.isdecimal() and len(digits) < 10):
        stop(f"{word} is no number of an incident; right would be 12.")
    return int(digits)
