"""
Writes the pages of docs/ that the code knows better than anybody: `.venv/bin/python -m docs.generate`.

A test writes them once more and fails when that changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic.fields import FieldInfo

from bot.adapters.slack.listeners import table
from bot.adapters.slack.verbs import Verb
from bot.adapters.web.api.operations import Operation
from bot.adapters.web.api.table import OPERATIONS
from bot.adapters.web.metrics import documented
from bot.config import Config
from bot.console.commands import COMMANDS as COMMAND_LINE
from bot.console.settings import Reach
from bot.policy.book import load
from bot.policy.commands import COMMANDS
from bot.policy.show.access import allowed

HERE = Path(__file__).parent
#: verbs that only buttons say
UNSAID = {"another"}
#: what follows it on a page is written by this
HAND = "<!-- from here on written by docs/generate.py -->"


def commands() -> str:
    """Every verb of /incident, by the file that declares it."""
    parts = [
        "# Commands",
        "In the incident's room no number is needed; elsewhere name it: `/incident update #12 …`. Without words most of"
        " these open a dialog, and most are a button on the card as well. A misspelt word is asked about.",
        "People are named as Slack offers them after @, or by e-mail address; a user group by its handle, where one can"
        " be called (`escalate @oncall it spreads`) or has a single member.",
    ]
    for module in table.MODULES:
        found = [each for each in vars(module).values() if isinstance(each, Verb) and each.name not in UNSAID]
        if found:
            title = (module.__doc__ or "").strip().partition("\n")[0].rstrip(".")
            rows = [f"| `{verb.name}` | {verb.help} | {aliases(verb)} |" for verb in found]
            parts += [f"## {title}", "\n".join(["| `/incident …` | | also |", "|---|---|---|", *rows])]
    return "\n\n".join(parts) + "\n"


def aliases(verb: Verb) -> str:
    return ", ".join(f"`{word}`" for word in verb.aliases)


def variables() -> str:
    """Every variable of the environment, in the order of config.py."""
    fields = [*Config.model_fields.values(), *beside()]
    rows = [f"| `{field.validation_alias}` | {default(field.default)} | {field.description} |" for field in fields]
    head = [
        "# Variables",
        "What a process must know besides its policy comes from its environment. Secrets are never shown again: not in"
        " a log, a message or an error.",
        "\n".join(["| variable | default | what it says |", "|---|---|---|", *rows]),
    ]
    return "\n\n".join(head) + "\n"


def beside() -> list[FieldInfo]:
    """What the command line reads besides."""
    known = {field.validation_alias for field in Config.model_fields.values()}
    return [field for field in Reach.model_fields.values() if field.validation_alias not in known]


def api() -> str:
    """Every operation of the HTTP API, after what is said by hand."""
    rows = [f"| `{each.method} {each.path}` | {each.summary} | {said_in(each)} |" for each in OPERATIONS]
    table = "\n".join(["| request | what it does | body |", "|---|---|---|", *rows])
    return by_hand("api.md") + f"\n{HAND}\n\n{table}\n"


def said_in(operation: Operation) -> str:
    return ", ".join(f"`{name}`" for name in operation.body.model_fields)


def cli() -> str:
    """Every command that talks to a Muster that runs, after what is said by hand."""
    rows = [f"| `muster {name}` | {(command.__doc__ or '').partition(': muster')[0].rstrip('.')} |"
            for name, command in COMMAND_LINE.items()]  # fmt: skip
    return by_hand("cli.md") + f"\n{HAND}\n\n" + "\n".join(["| command | what it does |", "|---|---|", *rows]) + "\n"


def figures() -> str:
    """Every metric, after what is said by hand."""
    rows = [f"| `{name}` | {kind} | {help} |" for name, kind, help in documented()]
    table = "\n".join(["| metric | kind | what it counts |", "|---|---|---|", *rows])
    return by_hand("metrics.md") + f"\n{HAND}\n\n{table}\n"


def by_hand(page: str) -> str:
    """As much of the page as people write."""
    return (HERE / page).read_text("utf-8").partition(f"\n{HAND}\n")[0]


def permissions() -> str:
    """Who may say what by the default policy: a row for every command."""
    book = load("default")
    rows = [f"| `{name}` | {means} | {' | '.join(allowed(book, name))} |" for name, means in COMMANDS.items()]
    head = [
        "# Permissions",
        "Who may do what, by the default policy. A command, a button, a dialog, an emoji and the HTTP API get the same"
        " answer. A team says it otherwise in [permissions.yml](policies.md); `/incident help"
        " permissions` prints what holds in the workspace.",
        "\n".join(["| `/incident …` | to | of an open incident | of a restricted one |", "|---|---|---|---|", *rows]),
        "Insiders of an incident are whoever declared it, was paged, has a role in it or was admitted to it. Of a"
        " [restricted](restricted.md) one nobody else learns anything, not even that it is there; so a rule that lets"
        " everyone do something of it means its insiders. The rules are those of the team's policy of today, whatever"
        " an incident runs under.",
        "Whoever is refused reads who could do it instead. The refusal is on the record of the incident, or in the log"
        " of the workspace where it is about none.",
        "When Slack cannot say who is in a group (within 1.5 s), what is asked of an open incident is let through and"
        " written to the log: whoever cannot be verified at 3 a.m. may be the only one there. Of a restricted incident"
        " it is refused.",
    ]
    return "\n\n".join(head) + "\n"


def default(value: object) -> str:
    said = str(value)
    return f"`{said}`" if said and not said.startswith(("**", "PydanticUndefined", "annotation=")) else ""


PAGES: Mapping[str, Callable[[], str]] = {
    "api.md": api, "cli.md": cli, "commands.md": commands, "metrics.md": figures,
    "permissions.md": permissions, "variables.md": variables,
}  # fmt: skip


def main() -> None:
    for name, write in PAGES.items():
        (HERE / name).write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    main()
