"""The command `muster`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot import operate
from bot.console import commands

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Muster: incident command from Slack.",
)  # fmt: skip
policy = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look at policies, and check them.")
cli.add_typer(policy, name="policy")
practice = typer.Typer(
    rich_markup_mode=None, help="A practice workspace with the real bot, and a small shop to break. No Slack account."
)
cli.add_typer(practice, name="practice")
commands.add_to(cli)
operate.add_to(cli)
#: of the practice page, if none is named
PAGE = 8700


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
        stop(f"{missing} docs/install.md says where Slack shows them.")
    logs.configure()
    try:
        asyncio.run(serve.until_told_to_stop(config))
    except serve.CannotStart as why:
        stop(str(why))


@cli.command()
def manifest(
    url: Annotated[str, typer.Option(help="Where Slack reaches Muster, https://…; without it, for Socket Mode.")] = "",
) -> None:
    """The manifest of the Slack app: for Socket Mode, or for requests to an address."""
    from bot.adapters.slack import manifest

    try:
        print(manifest.written(url), end="")
    except manifest.BadAddress as why:
        stop(str(why))


@practice.callback(invoke_without_command=True)
def start_practice(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="The port of the page.", min=0, max=65535)] = PAGE,
    data_dir: Annotated[Path | None, typer.Option(help="Keep the workspace and the record here.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser if there is one.")] = True,
    policy: Annotated[str, typer.Option(help="A bundled policy, or a folder.", envvar="MUSTER_POLICY")] = "default",
) -> None:
    """Start a practice workspace with the real bot. It needs no Slack account."""
    if context.invoked_subcommand is not None:
        return
    from bot import logs, serve
    from bot.practice import hall

    logs.configure("WARNING")
    try:
        asyncio.run(hall.until_told_to_stop(port, data_dir, browser, policy))
    except serve.CannotStart as why:
        stop(str(why))


PagePort = Annotated[int, typer.Option(help="The port of the page that is open.", min=0, max=65534)]


@practice.command("break")
def break_shop(
    kind: Annotated[str, typer.Argument(help="How; without a word, which ways there are.")] = "",
    port: PagePort = PAGE,
) -> None:
    """Break the shop of the practice workspace that is open."""
    from bot.practice import remote

    try:
        print(remote.break_shop(kind, port))
    except remote.Unmoved as why:
        stop(str(why))


@practice.command("mend")
def mend_shop(
    kind: Annotated[str, typer.Argument(help="What; without a word, everything.")] = "all", port: PagePort = PAGE
) -> None:
    """Mend the shop of the practice workspace that is open."""
    from bot.practice import remote

    try:
        print(remote.mend_shop(kind, port))
    except remote.Unmoved as why:
        stop(str(why))


@cli.command()
def simulate(
    policy: Annotated[str, typer.Option(help="A bundled policy, or a folder.", envvar="MUSTER_POLICY")] = "default",
    severity: Annotated[str, typer.Option(help="Without it, the policy's default.")] = "",
    title: Annotated[str, typer.Option(help="What is failing.")] = "",
    at: Annotated[str, typer.Option(help='When it is declared: "Saturday 03:00", or an ISO moment; else now.')] = "",
    ack: Annotated[str, typer.Option(help="How long after that somebody acknowledges: 12m.")] = "",
    ack_by: Annotated[str, typer.Option(help="Who; else the first who was paged.")] = "",
    resolve: Annotated[str, typer.Option(help="How long after the declaration it is resolved: 3h.")] = "",
    do: Annotated[
        list[str] | None, typer.Option(help='More of what people say: "20m escalate manager it spreads".')
    ] = None,
    until: Annotated[str, typer.Option(help="How far to look; else 4h, or 72h after it is resolved.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Draw it too: a file that ends in .png or .svg.")] = None,
) -> None:
    """Who would be told, paged, nudged or escalated to, when and by which rule. Nobody is really told anything."""
    from bot.domain.errors import Refused
    from bot.engine.clock import SystemClock
    from bot.policy import asked
    from bot.policy.errors import PolicyError
    from bot.rehearsal import command

    said = asked.Asked(severity, title, ack, ack_by, resolve, at, do or (), until)
    try:
        command.simulate(policy, said, SystemClock().now(), json, picture)
    except (PolicyError, Refused, ValueError) as why:
        stop(str(why))
    except OSError as why:
        stop(f"{picture} cannot be written ({why.strerror}).")


@policy.command("list")
def list_policies() -> None:
    """The policies that come with Muster."""
    from bot.adapters import terminal
    from bot.policy import show

    terminal.show([show.shelf()], terminal.console())


@policy.command("show")
def show_policy(
    name: Annotated[str, typer.Argument(help="A bundled policy, or a folder.")],
    section: Annotated[str, typer.Argument(help="One section of it; without one, all of them.")] = "",
) -> None:
    """A policy in words, whole or by section."""
    from bot.adapters import terminal
    from bot.engine.clock import SystemClock
    from bot.policy import book, show
    from bot.policy.errors import PolicyError

    if section and section.lower() not in show.PAGES:
        stop(f"A policy has no section {section}. It has: {', '.join(show.PAGES)}.")
    there(name)
    try:
        found = book.load(name)
    except PolicyError as why:
        stop(str(why))
    pages = [show.PAGES[section.lower()](found)] if section else [show.overview(found), *show.sections(found).values()]
    if section.lower() == "oncall":
        pages.append(show.turns(found, SystemClock().now()))
    terminal.show(pages, terminal.console())


@policy.command("check")
def check_policies(
    name: Annotated[str, typer.Argument(help="A bundled policy, or a folder; without one, every bundled one.")] = "",
) -> None:
    """
    Every mistake in a policy, or that there is none; and when in the next 60 days nobody is on call.

    The exit code is 0 when there is none, 1 for mistakes, 2 when there is no such policy.
    """
    from bot.adapters.probes import problems
    from bot.engine.clock import SystemClock
    from bot.policy import layers
    from bot.policy.covered import uncovered

    names = there(name) if name else layers.bundled()
    gaps = {each: uncovered(each, SystemClock().now()) for each in names}
    found = {each: [*problems(each), *gaps[each].problems] for each in names}
    for each, mistakes in found.items():
        for sentence in (*(mistakes or ["no mistakes"]), *gaps[each].notes):
            print(f"{each}: {' '.join(sentence.split())}")
    raise typer.Exit(1 if any(found.values()) else 0)


@policy.command("test")
def test_policies(
    name: Annotated[str, typer.Argument(help="A bundled policy, or a folder; without one, every bundled one.")] = "",
) -> None:
    """
    Rehearse a policy's own tests: given, when, then.

    They are the files tests/*.yml of its folder. The exit code is 0 when all hold, 1 when one fails, 2 when there are
    none or they cannot be read.
    """
    from bot.policy import layers
    from bot.policy.errors import PolicyError
    from bot.rehearsal import command

    try:
        failed = command.test(there(name) if name else layers.bundled())
    except PolicyError as why:
        stop(str(why))
    raise typer.Exit(1 if failed else 0)


@policy.command("schema")
def write_schemas(folder: Annotated[Path, typer.Argument(help="Where to write them.")]) -> None:
    """
    A JSON schema for each file of a policy.

    Editors that know them complete and check while you type.
    """
    from bot.policy import schema

    try:
        written = schema.write(folder)
    except OSError as why:
        stop(f"The schemas cannot be written to {folder} ({why.strerror}).")
    print(f"{folder}: {len(written)} schemas")


def there(name: str) -> tuple[str]:
    """The name, if there is such a policy."""
    from bot.policy import layers
    from bot.policy.errors import PolicyError

    try:
        layers.folder_of(name)
    except PolicyError as why:
        stop(f"{name}: {why.problems[0]}")
    return (name,)


def stop(sentence: str) -> NoReturn:
    """End with a sentence on stderr and exit code 2."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(2)


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
