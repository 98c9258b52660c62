"""What is kept of an incident, each piece with its hash and a way to the file."""

from __future__ import annotations

from bot.adapters.slack.views.blocks import actions, button, context, section
from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Rendered, cut, fit
from bot.adapters.slack.words import escaped, line, moment, who
from bot.messages import EvidenceList, EvidenceShown
from bot.messages.kept import Piece

#: a phone shows the newest; the others by their numbers
MOST = 12
#: what could end a block of code, and what stands in its place
TICK, FENCE = "`", "\u02cb"
SIGNS = {"readings": "📋", "log": "📜", "state": "🩺", "report": "🗣️", "graph": "📈", "file": "📎"}


def evidence_list(message: EvidenceList) -> Rendered:
    face, kept = Face(message), message.pieces
    count = f"{len(kept)} piece{'' if len(kept) == 1 else 's'}"
    head = f"{face.head()}\n*{line(message.title)}* · {count}"
    rows = [section(row(face, piece), button("File", "evidence:send", face.incident.id, piece.id)) for piece in kept]
    hidden = len(kept) - MOST
    example = f"/incident evidence {kept[0].number}" if kept else ""
    earlier = [context(f"{hidden} before these; each by its number, as in {example}")] if hidden > 0 else []
    none = [] if kept or message.notes else [section(f"Nothing is kept yet. {HOW}")]
    notes = [context(line(note)) for note in message.notes]
    return fit(f"{line(message.title)} of {face.plainly()}", [section(head), *earlier, *none, *rows[-MOST:], *notes])


HOW = "`/incident snapshot` keeps logs and the state of things, `/incident report` what a customer says."


def row(face: Face, piece: Piece) -> str:
    kept = f"{size(piece.size)} · `{piece.sha256[:12]}` · {moment(piece.at, face.day)} · {who(piece.by)}"
    return f"*{piece.number}.* {SIGNS.get(piece.kind, '📎')} {cut(line(piece.title), 300)}\n{line(piece.kind)} · {kept}"


def evidence_shown(message: EvidenceShown) -> Rendered:
    face, piece = Face(message), message.piece
    sound = "✅ Its content is what was kept." if message.sound else "⚠️ *Its content is not what was kept.*"
    told = [section(f"{face.head()}\n{row(face, piece)}"), context(f"{sound} SHA-256 `{piece.sha256}`")]
    text = message.excerpt.strip()
    shown = [section(f"```{cut(escaped(text).replace(TICK, FENCE), 2500)}```")] if text else []
    files = actions(
        (
            button("Send me the file", "evidence:send", face.incident.id, piece.id),
            button("Show it to all", "evidence:share", face.incident.id, piece.id),
        )
    )
    return fit(f"Evidence {piece.number} of {face.plainly()}", [*told, *shown], files)


def size(bytes: int) -> str:
    """
    >>> size(900), size(1500), size(1_000_000)
    ('900 bytes', '1.5 kB', '1.0 MB')
    """
    if bytes < 1000:
        return f"{bytes} bytes"
    return f"{bytes / 1000:.1f} kB" if bytes < 1_000_000 else f"{bytes / 1_000_000:.1f} MB"
