"""Canvases: documents of markdown in sections, which are files too."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.simulator import shapes
from bot.simulator.clock import seconds
from bot.simulator.errors import Json, SlackError
from bot.simulator.ids import secret
from bot.simulator.records import Canvas, SlackFile
from bot.simulator.workspace import Workspace

MOST_MARKDOWN = 1_048_576
MIMETYPE, FILETYPE = "application/vnd.slack-docs", "quip"
HEADING = re.compile(r"(#{1,3}) ")
FENCE = "```"


def create(workspace: Workspace, user: str, title: str, markdown: str, channel: str) -> Canvas:
    """A new canvas of that user, in a tab of the channel if there is one ("" for none)."""
    now = seconds(workspace.clock.now())
    canvas = Canvas(workspace.ids.new("F"), channel, now, access={user: "owner"})
    canvas.sections = sections(markdown)
    if channel:
        canvas.access[channel] = "write"
    name = title or "Untitled"
    workspace.canvases[canvas.id] = canvas
    workspace.files[canvas.id] = SlackFile(
        canvas.id, name, name, user, now, MIMETYPE, FILETYPE, content=canvas.markdown.encode(), complete=True
    )
    _told(workspace, canvas)
    return canvas


def delete(workspace: Workspace, canvas: Canvas) -> None:
    del workspace.canvases[canvas.id], workspace.files[canvas.id]
    _told(workspace, canvas)


def change(workspace: Workspace, canvas: Canvas, made: Iterable[Json]) -> None:
    """Apply changes of canvases.edit, which are of the right form. SlackError if a section is not there."""
    for one in made:
        if one["operation"] == "rename":
            workspace.files[canvas.id].title = workspace.files[canvas.id].name = one["title_content"]["markdown"]
        else:
            _edit(canvas, one)
    canvas.updated = seconds(workspace.clock.now())
    workspace.files[canvas.id].content = canvas.markdown.encode()
    _told(workspace, canvas)


def _edit(canvas: Canvas, one: Json) -> None:
    new = sections(one.get("document_content", {}).get("markdown", ""))
    start, end = _span(canvas, one["operation"], one.get("section_id"))
    canvas.sections[start:end] = new


def _span(canvas: Canvas, operation: str, section: str | None) -> tuple[int, int]:
    """Which sections give way to the new ones."""
    if operation == "insert_at_start":
        return 0, 0
    if operation == "insert_at_end":
        return len(canvas.sections), len(canvas.sections)
    if section is None:
        # a replacement that names no section is one of the whole canvas
        return 0, len(canvas.sections)
    at = next((number for number, one in enumerate(canvas.sections) if one["id"] == section), None)
    if at is None:
        raise SlackError("canvas_editing_failed", detail=f"there is no section {section}")
    return {"insert_before": (at, at), "insert_after": (at + 1, at + 1)}.get(operation, (at, at + 1))


def sections(markdown: str) -> list[Json]:
    """The document in its sections: a heading is one, and whatever stands between empty lines."""
    found: list[list[str]] = [[]]
    fenced = False
    for line in markdown.splitlines():
        fenced ^= line.startswith(FENCE)
        if not fenced and (not line.strip() or HEADING.match(line)):
            found.append([])
        if line.strip() or fenced:
            found[-1].append(line)
        if not fenced and HEADING.match(line):
            found.append([])
    return [{"id": f"temp:C:{secret(10)}", "markdown": "\n".join(lines)} for lines in found if lines]


def kind(section: Json) -> str:
    """
    >>> kind({"markdown": "## What happened"}), kind({"markdown": "#no heading"})
    ('h2', 'text')
    """
    heading = HEADING.match(section["markdown"])
    return f"h{len(heading[1])}" if heading else "text"


def sees(workspace: Workspace, user: str, canvas: Canvas) -> bool:
    """Whether that user may read it, by themselves or as a member of a channel that may."""
    rooms = [workspace.channels[place] for place in canvas.access if place in workspace.channels]
    return user in canvas.access or any(workspace.sees(user, room) for room in rooms)


def shape(workspace: Workspace, canvas: Canvas) -> Json:
    """As the page shows it."""
    file = workspace.files[canvas.id]
    return {
        "id": canvas.id,
        "title": file.title,
        "markdown": canvas.markdown,
        "user": file.user,
        "created": file.created,
        "updated": canvas.updated,
        "channel": canvas.channel,
        "permalink": shapes.file(workspace, file)["permalink"],
        "sections": [{**section, "type": kind(section)} for section in canvas.sections],
    }


def _told(workspace: Workspace, canvas: Canvas) -> None:
    workspace.tell("canvas", workspace.channels.get(canvas.channel), extra={"canvas": canvas})
