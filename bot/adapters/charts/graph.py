"""Values over time, as lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from matplotlib import dates
from matplotlib.axes import Axes

from bot.adapters.charts.canvas import COLOURS, FAINT, GRID, INK, figure, png, shown

#: more lines than colours, or more points than dots, show nothing more
MOST_LINES, MOST_POINTS = len(COLOURS), 1000
#: the unit of the axis: https://matplotlib.org/stable/api/dates_api.html
DAY = 86_400.0
#: seconds that the axis spans at least
SHORTEST = 60.0

Points = Sequence[tuple[float, float]]


def draw(title: str, unit: str, series: Mapping[str, Points]) -> bytes:
    """A PNG of 1024 by 640 dots. The lines with the highest newest values, if there are more than colours."""
    lines = {name: points for name, given in series.items() if (points := thinned(given))}
    highest = sorted(lines, key=lambda name: -lines[name][-1][1])[:MOST_LINES]
    with figure(6.4, 4.0) as sheet:
        rows = math.ceil(len(highest) / 2)
        axes = sheet.add_axes((0.11, 0.13 + 0.055 * rows, 0.85, 0.75 - 0.055 * rows))
        for colour, name in zip(COLOURS, highest, strict=False):
            plot(axes, name, lines[name], colour)
        frame(axes, title, unit)
        if highest:
            span(axes, [x for name in highest for x, _ in lines[name]])
        if highest:
            axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.12), ncols=2, frameon=False, fontsize=9)
        else:
            axes.text(0.5, 0.5, "no values", transform=axes.transAxes, ha="center", color=FAINT, fontsize=12)
        if len(lines) > len(highest):
            axes.annotate(f"and {len(lines) - len(highest)} more", (1, 1.03), xycoords="axes fraction", ha="right",
                          color=FAINT, fontsize=9)  # fmt: skip
        return png(sheet)


def thinned(points: Points) -> list[tuple[float, float]]:
    """In order, without what is no number, and no more of them than the picture has dots for; the newest stays."""
    known = sorted((x, y) for x, y in points if math.isfinite(x) and math.isfinite(y))
    step = max(1, math.ceil(len(known) / MOST_POINTS))
    return known[::-1][::step][::-1]


def plot(axes: Axes, name: str, points: Points, colour: str) -> None:
    moments = [x / DAY for x, _ in points]
    values = [y for _, y in points]
    label = f"{shown(name, 26) or 'value'}: {values[-1]:.4g}"
    axes.plot(moments, values, color=colour, linewidth=1.8, label=label.lstrip("_"),
              marker="o" if len(points) == 1 else None)  # fmt: skip


def span(axes: Axes, moments: Sequence[float]) -> None:
    """From the first point to the last, and a little on both sides."""
    first, last = min(moments), max(moments)
    spare = max(0.02 * (last - first), (SHORTEST - (last - first)) / 2)
    axes.set_xlim((first - spare) / DAY, (last + spare) / DAY)


def frame(axes: Axes, title: str, unit: str) -> None:
    times: Any = dates
    locator = times.AutoDateLocator(tz=UTC, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(times.ConciseDateFormatter(locator, tz=UTC, show_offset=False))
    axes.tick_params(labelsize=10, colors=FAINT)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GRID)
    axes.margins(y=0.12)
    measured = f" ({shown(unit, 20)})" if unit else ""
    axes.set_title(shown(title, 52) + measured, loc="left", fontsize=12, fontweight="bold", color=INK)
    axes.set_xlabel("UTC", fontsize=9, color=FAINT, loc="right", labelpad=-2)
