"""GET /docs: the API for people to read. It loads nothing from elsewhere and needs no script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

from bot.adapters.web.api.openapi import ABOUT, described, document
from bot.adapters.web.api.operations import PART, SAMPLES, Operation
from bot.adapters.web.api.problems import KINDS
from bot.adapters.web.api.table import OPERATIONS

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
STYLE = """
:root { color-scheme: light dark; --line: #d0d4da; --soft: #f4f5f7; --ink: #1d1c1d; --paper: #fff; --link: #0b5cad }
@media (prefers-color-scheme: dark) {
  :root { --line: #42464d; --soft: #26292e; --ink: #e8e8e8; --paper: #1a1d21; --link: #7ab8f5 }
}
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
main, header, nav { max-width: 60rem; margin: 0 auto; padding: 0 1rem }
header { padding-top: 1.5rem }
nav ul { columns: 16rem; padding-left: 1.2rem }
a { color: var(--link) }
section { border-top: 1px solid var(--line); padding: 1rem 0 }
h2, h3 { margin: .2rem 0; scroll-margin-top: 1rem }
code, pre { font: 14px/1.45 ui-monospace, monospace }
pre { background: var(--soft); border: 1px solid var(--line); padding: .7rem; overflow-x: auto }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line) }
summary { cursor: pointer; padding: .3rem 0 }
.skip { position: absolute; left: -99rem } .skip:focus { left: 1rem }
"""
TYPES = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "object", "array": "list"}


@cache
def written() -> str:
    links = "".join(f'<li><a href="#{each.id}">{escape(each.summary)}</a></li>' for each in OPERATIONS)
    sections = "".join("".join(section(each)) for each in OPERATIONS)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Muster: the API</title><style>{STYLE}</style></head><body>
<a class="skip" href="#{OPERATIONS[0].id}">To the first operation</a>
<header><h1>Muster: the API</h1><p>{escape(ABOUT)}</p>
<p>Every request brings the token: <code>Authorization: Bearer $MUSTER_API_TOKEN</code>. For machines:
<a href="/openapi.json">openapi.json</a>.</p></header>
<nav aria-label="Operations"><ul>{links}<li><a href="#problems">What may be wrong</a></li></ul></nav>
<main>{sections}{problems()}</main></body></html>
"""


def section(operation: Operation) -> Iterator[str]:
    said = described(operation)
    yield f'<section aria-labelledby="{operation.id}"><h2 id="{operation.id}">{escape(operation.summary)}</h2>'
    yield f"<p><code>{operation.method} {escape(operation.path)}</code></p><p>{escape(operation.about)}</p>"
    if fields := list(rows(operation, said["parameters"])):
        head = "<tr><th scope=col>Field</th><th scope=col>Kind</th><th scope=col>About</th></tr>"
        yield f"<table><thead>{head}</thead><tbody>{''.join(fields)}</tbody></table>"
    yield f"<pre>{escape(curl(operation, said))}</pre>"
    [answer] = said["responses"][str(operation.status)]["content"].values()
    shown = answer["example"] if isinstance(answer["example"], str) else json.dumps(answer["example"], indent=2)
    yield f"<details><summary>Answer {operation.status}</summary><pre>{escape(shown)}</pre></details></section>"


def rows(operation: Operation, parameters: list[dict[str, Any]]) -> Iterator[str]:
    for each in parameters:
        if each["in"] != "header":
            yield row(each["name"], f"{kind(each['schema'])}, {each['in']}", each["description"])
    if operation.has_body:
        schema = document()["components"]["schemas"][operation.body.__name__]
        for name, about in schema["properties"].items():
            needed = ", needed" if name in schema.get("required", ()) else ""
            yield row(name, kind(about) + needed, about.get("description", ""))


def row(name: str, sort: str, about: str) -> str:
    return f"<tr><th scope=row><code>{escape(name)}</code></th><td>{escape(sort)}</td><td>{escape(about)}</td></tr>"


def kind(schema: dict[str, Any]) -> str:
    """
    >>> kind({"anyOf": [{"type": "string"}, {"type": "null"}]}), kind({"enum": ["open", "all"]})
    ('text', 'open or all')
    """
    first = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
    return " or ".join(first["enum"]) if "enum" in first else TYPES[first["type"]]


def curl(operation: Operation, said: dict[str, Any]) -> str:
    """A line that does it."""
    path = PART.sub(lambda part: SAMPLES[part[1]], operation.path)
    lines = [f'curl -X {operation.method} "$MUSTER_URL{path}"', '-H "Authorization: Bearer $MUSTER_API_TOKEN"']
    if operation.has_body:
        body = json.dumps(said["requestBody"]["content"]["application/json"]["example"])
        lines += ['-H "Content-Type: application/json"', f"-d '{body}'"]
    return " \\\n  ".join(lines)


def problems() -> str:
    listed = "".join(
        f'<tr id="problems-{kind}"><th scope=row><code>{kind}</code></th><td>{status}</td><td>{escape(title)}</td></tr>'
        for kind, (status, title) in KINDS.items()
    )
    head = "<tr><th scope=col>Kind</th><th scope=col>Status</th><th scope=col>What it says</th></tr>"
    return (
        '<section aria-labelledby="problems"><h2 id="problems">What may be wrong</h2><p>An answer of the type'
        " <code>application/problem+json</code>; <code>detail</code> is a sentence, <code>errors</code> one for each"
        f" field.</p><table><thead>{head}</thead><tbody>{listed}</tbody></table></section>"
    )
