"""`muster declare | list | show | …`: work on incidents from a terminal, also while Slack is down."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.console.client import Client

REFUSED, UNUSABLE = 1, 2
Which = Annotated[str, typer.Argument(help="Its number, its name or its id.", show_default=False)]
Words = Annotated[list[str], typer.Argument(help="In words.", show_default=False)]
Reason = Annotated[list[str] | None, typer.Argument(help="Why.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


@contextmanager
def connected() -> Iterator[Client]:
    """Muster's API; what is wrong becomes a sentence on stderr and an exit code."""
    from bot.console.client import Client, Declined, Unusable
    from bot.console.settings import Reach
    from bot.console.words import plain

    try:
        with Client(Reach()) as muster:
            yield muster
    except Declined as why:
        print(plain(why), file=sys.stderr)
        raise typer.Exit(REFUSED) from None
    except Unusable as why:
        print(plain(why), file=sys.stderr)
        raise typer.Exit(UNUSABLE) from None


def page(found: Any, as_json: bool, drawn: Callable[[Any], Any]) -> None:
    if as_json:
        raw(found)
        return
    from bot.adapters import terminal

    terminal.show([drawn(found)], terminal.console())


def raw(found: Any, indent: int | None = 2) -> None:
    import json

    print(json.dumps(found, indent=indent), flush=True)


def done(incident: str, way: str, body: dict[str, Any], as_json: bool, method: str = "POST") -> None:
    """Do it, and say what became true."""
    from bot.console.client import of

    with connected() as muster:
        told(muster.change(method, of(incident, *way.split("/")), body), as_json)


def told(found: Any, as_json: bool) -> None:
    from bot.console.words import plain

    if as_json:
        raw(found)
    else:
        print(plain(found["message"]))


def declare(
    words: Words,
    severity: Annotated[str, typer.Option("--severity", "-s", help="Without it, the policy's default.")] = "",
    details: Annotated[str, typer.Option(help="What is known.")] = "",
    restricted: Annotated[bool, typer.Option("--restricted", help="Only those who work on it may know.")] = False,
    another: Annotated[bool, typer.Option("--another", help="In spite of the same words a moment ago.")] = False,
    json: AsJson = False,
) -> None:
    """Declare an incident at the Muster that runs: muster declare -s sev2 checkout is failing"""
    flags = {"restricted": restricted or None, "another": another or None}
    body = {"title": " ".join(words), "severity": severity, "details": details, **flags}
    with connected() as muster:
        told(muster.change("POST", "/api/incidents", body), json)


def list_incidents(
    ended: Annotated[bool, typer.Option("--ended", help="Those that are over.")] = False,
    all: Annotated[bool, typer.Option("--all", help="Open and ended ones.")] = False,
    severity: Annotated[str | None, typer.Option("--severity", "-s", help="Only those of it.")] = None,
    search: Annotated[str | None, typer.Option(help="Only those with these words in the title.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=200)] = 50,
    before: Annotated[int | None, typer.Option(help="Only those with a lower number.", min=1)] = None,
    json: AsJson = False,
) -> None:
    """The incidents, newest first."""
    from bot.console import shown

    state = "all" if all else "ended" if ended else "open"
    with connected() as muster:
        asked = {"state": state, "severity": severity, "search": search, "limit": limit, "before": before}
        page(muster.get("/api/incidents", **asked), json, lambda found: shown.listed(found, state))


def show(incident: Which, json: AsJson = False) -> None:
    """How an incident stands."""
    from bot.console import shown
    from bot.console.client import of

    with connected() as muster:
        page(muster.get(of(incident)), json, shown.one)


def ack(incident: Which, json: AsJson = False) -> None:
    """Say that you are on it."""
    done(incident, "acknowledge", {}, json)


def update(
    incident: Which, words: Words,
    next_in: Annotated[int | None, typer.Option(help="Minutes until the next one is promised.", min=1)] = None,
    json: AsJson = False,
) -> None:  # fmt: skip
    """Tell the state to the room and its audiences: muster update 12 half of the payments work again"""
    done(incident, "updates", {"state": " ".join(words), "next_in_minutes": next_in}, json)


def note(incident: Which, words: Words, json: AsJson = False) -> None:
    """Put something on the record."""
    done(incident, "notes", {"text": " ".join(words)}, json)


def status(
    incident: Which,
    word: Annotated[str | None, typer.Argument(metavar="[STATUS]", help="The status to move it to.")] = None,
    why: Reason = None,
    json: AsJson = False,
) -> None:
    """How an incident stands; with a status, move it: muster status 12 mitigating the deploy is rolled back"""
    if word is None:
        show(incident, json)
        return
    done(incident, "status", {"status": word, "reason": " ".join(why or ())}, json)


def severity(
    incident: Which, word: Annotated[str, typer.Argument(metavar="SEVERITY")], why: Reason = None, json: AsJson = False
) -> None:  # fmt: skip
    """Change how grave an incident is."""
    done(incident, "severity", {"severity": word, "reason": " ".join(why or ())}, json)


def role(
    incident: Which,
    word: Annotated[str, typer.Argument(metavar="ROLE")],
    person: Annotated[
        str | None, typer.Argument(help="Without one, you: slack:U012AB3CD or an e-mail address.")
    ] = None,
    leave: Annotated[bool, typer.Option("--leave", help="It is vacant from then on.")] = False,
    json: AsJson = False,
) -> None:
    """Take a role, give it to somebody, or leave it."""
    done(incident, f"roles/{word}", {"person": person}, json, "DELETE" if leave else "PUT")


def task(
    incident: Which, words: Words,
    owner: Annotated[str | None, typer.Option(help="slack:U012AB3CD, or an e-mail address.")] = None,
    later: Annotated[bool, typer.Option("--later", help="An action item for after the incident.")] = False,
    json: AsJson = False,
) -> None:  # fmt: skip
    """Add a task."""
    done(incident, "tasks", {"text": " ".join(words), "owner": owner, "later": later or None}, json)


def finish(incident: Which, number: Annotated[int, typer.Argument(min=1)], json: AsJson = False) -> None:
    """Finish a task."""
    done(incident, f"tasks/{number}/done", {}, json)


def resolve(
    incident: Which, words: Words,
    how: Annotated[str, typer.Option(help="fix, rollback, workaround: whatever the policy has.")] = "",
    cause: Annotated[str, typer.Option(help="What caused it, as far as it is known.")] = "",
    json: AsJson = False,
) -> None:  # fmt: skip
    """End an incident: muster resolve 12 --how rollback the deploy was reverted"""
    done(incident, "resolve", {"how": how, "summary": " ".join(words), "cause": cause}, json)


def reopen(incident: Which, why: Words, json: AsJson = False) -> None:
    """Go on with an incident that was over."""
    done(incident, "reopen", {"reason": " ".join(why)}, json)


def cancel(incident: Which, why: Words, json: AsJson = False) -> None:
    """End it as no incident."""
    done(incident, "cancel", {"reason": " ".join(why)}, json)


def escalate(
    incident: Which, why: Words,
    to: Annotated[str, typer.Option(help="A level or a person; without it, the next level.")] = "",
    json: AsJson = False,
) -> None:  # fmt: skip
    """Call the next level: muster escalate 12 --to manager it spreads"""
    done(incident, "escalate", {"target": to, "reason": " ".join(why)}, json)


def timeline(
    incident: Which,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Stay, and show what happens.")] = False,
    json: AsJson = False,
) -> None:
    """What happened; with --follow, also what happens from now on."""
    from bot.console.client import of

    with connected() as muster:
        path = of(incident, "timeline")
        try:
            for found in muster.news(path, lost) if follow else pages(muster, path):
                lines(found, json)
        except KeyboardInterrupt:
            raise typer.Exit from None


def pages(muster: Client, path: str) -> Iterator[Any]:
    found = muster.get(path)
    while found["entries"]:
        yield found
        found = muster.get(path, after=found["cursor"])


def lines(found: Any, as_json: bool) -> None:
    from bot.console.words import entry

    for each in found["entries"]:
        if as_json:
            raw(each, None)
        else:
            print(entry(each, found["people"]), flush=True)


def lost(why: str) -> None:
    print(f"{why} Trying again.", file=sys.stderr, flush=True)


def postmortem(incident: Which) -> None:
    """The postmortem as it stands, in Markdown."""
    from bot.console.client import of
    from bot.console.words import plain

    with connected() as muster:
        print(plain(muster.text(of(incident, "postmortem"))))


def oncall(json: AsJson = False) -> None:
    """Who is on call now, and next."""
    from bot.console import shown

    with connected() as muster:
        page(muster.get("/api/oncall"), json, shown.duties)


#: name → what it does
COMMANDS: dict[str, Callable[..., None]] = {
    "declare": declare, "list": list_incidents, "show": show, "ack": ack, "update": update, "note": note,
    "status": status, "severity": severity, "role": role, "task": task, "done": finish, "resolve": resolve,
    "reopen": reopen, "cancel": cancel, "escalate": escalate, "timeline": timeline, "postmortem": postmortem,
    "oncall": oncall,
}  # fmt: skip


def add_to(cli: typer.Typer) -> None:
    for name, command in COMMANDS.items():
        cli.command(name)(command)
