"""A rehearsal drawn: a lane for each place, person and level, a mark for each time that something happened there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font

from bot.policy.model import duration
from bot.policy.scenario import Kind, Rehearsed, Told
from bot.policy.show.rehearsed import ROOM, day


class Mark(NamedTuple):
    shape: str
    colour: str
    size: int
    meaning: str


MARKS = {
    Kind.TOLD: Mark("o", "#3b6fb6", 36, "told"),
    Kind.NUDGED: Mark("|", "#d08a1d", 90, "reminded"),
    Kind.PAGED: Mark("^", "#c8372d", 70, "paged"),
    Kind.ESCALATED: Mark("D", "#7a3fa0", 60, "escalated to"),
    Kind.ASKED: Mark("P", "#2f8f5b", 70, "asked"),
    Kind.DEADLINE: Mark("X", "#444444", 70, "deadline missed"),
    Kind.REFUSED: Mark("x", "#c8372d", 60, "refused"),
    Kind.FAILED: Mark("x", "#000000", 60, "failed"),
}
MET = Mark("o", "#2f8f5b", 50, "deadline met")
#: up to here time is drawn as it passes, after that ever more of it in the same width
LINEAR = timedelta(hours=1)
TICKS = ("0m", "5m", "15m", "30m", "45m", "1h", "2h", "4h", "8h", "1d", "2d", "4d", "8d", "20d", "40d")
FONT = "DejaVu Sans"
LONGEST = 34
#: words above the lines that are near each other stand in so many rows
ROWS = 3


def draw(found: Rehearsed, file: Path) -> None:
    """Into a file whose ending says how. OSError when it cannot be written."""
    told = [each for each in found.told if each.kind in MARKS]
    lanes = lanes_of(found, told)
    # the same rehearsal makes the same file
    with mpl.rc_context({"font.family": FONT, "svg.hashsalt": "muster"}):
        figure = Figure(figsize=(11, 1.9 + 0.38 * len(lanes)), dpi=130, layout="constrained")
        axes = figure.subplots()
        for mark in (*MARKS.values(), MET):
            scatter(axes, [each for each in told if mark_of(each) is mark], lanes, found, mark)
        people_act(axes, found)
        frame(axes, found, lanes)
        figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)


def mark_of(told: Told) -> Mark:
    return MET if told.kind is Kind.DEADLINE and told.text.endswith("met") else MARKS[told.kind]


def lanes_of(found: Rehearsed, told: Sequence[Told]) -> list[str]:
    """Places first, then people and levels, each in the order of its first mark."""
    named = dict.fromkeys(lane for each in told for lane in lanes_for(each, found))
    return sorted(named, key=lambda name: not (name == ROOM or name.startswith("#")))


def lanes_for(told: Told, found: Rehearsed) -> list[str]:
    if told.kind in (Kind.PAGED, Kind.ESCALATED) and told.level:
        titles = (each.whom[0] for each in found.told if each.kind is Kind.ESCALATED and each.level == told.level)
        return [shown(next(titles, told.level))]
    if told.where.startswith("#"):
        return [ROOM if told.where == found.room else shown(told.where)]
    return [shown(name) for name in told.whom] or [f"{told.kind}s" if told.kind is Kind.DEADLINE else str(told.kind)]


def scatter(axes: Axes, told: Sequence[Told], lanes: Sequence[str], found: Rehearsed, mark: Mark) -> None:
    places = [(minutes(each.offset), lanes.index(lane)) for each in told for lane in lanes_for(each, found)]
    if places:
        x, y = zip(*places, strict=True)
        axes.scatter(x, y, marker=mark.shape, c=mark.colour, s=mark.size, label=mark.meaning, zorder=3)


def people_act(axes: Axes, found: Rehearsed) -> None:
    """A line where somebody did something, with their words above it."""
    for n, deed in enumerate(found.scenario.deeds):
        axes.axvline(minutes(deed.after), color="#222222", linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        axes.annotate(
            shown(f"{deed.by}: {deed.say}"), (minutes(deed.after), 1), xycoords=("data", "axes fraction"),
            xytext=(-2, 3 + n % ROWS * 11), textcoords="offset points", fontsize=8, parse_math=False,
        )  # fmt: skip


def frame(axes: Axes, found: Rehearsed, lanes: Sequence[str]) -> None:
    last = max([each.offset for each in found.told] + [deed.after for deed in found.scenario.deeds] + [LINEAR])
    axes.set_xscale("symlog", linthresh=minutes(LINEAR), linscale=1.6)
    axes.set_xlim(-1.5, minutes(last) * 1.15)
    ticks = [tick for tick in TICKS if minutes(duration(tick)) <= minutes(last) * 1.1]
    axes.set_xticks([minutes(duration(tick)) for tick in ticks], ticks, fontsize=9)
    axes.set_xticks([], minor=True)
    axes.set_yticks(range(len(lanes)), lanes, fontsize=9, parse_math=False)
    axes.set_ylim(len(lanes) - 0.4, -0.6)
    axes.grid(axis="y", color="#e4e4e4", zorder=0)
    axes.grid(axis="x", color="#f0f0f0", zorder=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel(f"after the declaration, {day(found, found.scenario.at)} ({found.zone.key})", fontsize=9)
    title = shown(f"{found.severity} under {found.policy}: {found.scenario.title}", 90)
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold",
                   pad=12 + 12 * min(len(found.scenario.deeds), ROWS), parse_math=False)  # fmt: skip
    axes.legend(loc="upper left", bbox_to_anchor=(1.005, 1), frameon=False, fontsize=9)


def minutes(length: timedelta) -> float:
    return length.total_seconds() / 60


def shown(text: str, longest: int = LONGEST) -> str:
    """On one line, in characters that the font has."""
    known: Any = get_font(findfont(FONT)).get_charmap()
    words = " ".join("".join(c for c in text if ord(c) in known or c.isspace()).split())
    return words if len(words) <= longest else words[: longest - 1] + "…"
