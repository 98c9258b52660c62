"""What every picture has in common: its size, its colours, and letters that its font knows."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font

FONT = "DejaVu Sans"
#: an opaque ground, so that a dark chat shows the same as a light one
GROUND, INK, FAINT, GRID = "#ffffff", "#1f2933", "#52606d", "#e4e7eb"
#: told apart also by those who see fewer colours: https://jfly.uni-koeln.de/color/
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c6d31")


@contextmanager
def figure(width: float, height: float) -> Iterator[Figure]:
    """A sheet of so many inches, at 160 dots each."""
    with mpl.rc_context({"font.family": FONT, "text.parse_math": False, "axes.formatter.useoffset": False}):
        yield Figure(figsize=(width, height), dpi=160, facecolor=GROUND)


def png(sheet: Figure) -> bytes:
    file = io.BytesIO()
    sheet.savefig(file, format="png", facecolor=GROUND)
    return file.getvalue()


def shown(text: str, longest: int) -> str:
    """On one line, in characters that the font has."""
    known: Any = get_font(findfont(FONT)).get_charmap()
    words = " ".join("".join(c for c in text if ord(c) in known or c.isspace()).split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def wrapped(text: str, width: int, rows: int) -> str:
    """In so many rows of at most that width; what does not fit ends in an ellipsis."""
    lines = textwrap.wrap(shown(text, 10 * width * rows), width) or ["-"]
    if len(lines) > rows:
        lines = [*lines[: rows - 1], f"{lines[rows - 1][: width - 1]}…"]
    return "\n".join(lines)
