"""The command `muster`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Muster: incident command from Slack.",
)  # fmt: skip


@cli.command()
def run() -> None:
    """Serve a Slack workspace; the environment says which (README.md lists the variables)."""
    from pydantic import ValidationError

    from bot import logs, serve
    from bot.config import Config

    try:
        config = Config()
    except ValidationError as wrong:
        said = "; ".join(f"{error['loc'][0]}: {error['msg']}" for error in wrong.errors(include_url=False))
        stop(f"The environment cannot be used: {said}.")
    if missing := config.missing():
        stop(missing)
    logs.configure()
    try:
        asyncio.run(serve.until_told_to_stop(config))
    except serve.CannotStart as why:
        stop(str(why))


@cli.command()
def practice(
    port: Annotated[int, typer.Option(help="The port of the page.", min=0, max=65535)] = 8700,
    data_dir: Annotated[Path | None, typer.Option(help="Keep the workspace and the record here.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser if there is one.")] = True,
) -> None:
    """Start a practice workspace with the real bot. It needs no Slack account."""
    from bot import logs, practice, serve

    logs.configure("WARNING")
    try:
        asyncio.run(practice.until_told_to_stop(port, data_dir, browser))
    except serve.CannotStart as why:
        stop(str(why))


def stop(sentence: str) -> None:
    """End with a sentence on stderr and exit code 2."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(2)


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
