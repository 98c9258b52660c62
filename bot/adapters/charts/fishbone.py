"""The diagram after Ishikawa: a spine that ends in the effect, and a bone for each branch of causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from bot.adapters.charts.canvas import COLOURS, FAINT, INK, figure, png, wrapped

#: causes that one bone shows, characters of a line, lines of a cause
MOST, WIDTH, ROWS = 6, 24, 3
#: where the bones meet the spine, from the head back, and how far they lean
JOINTS, LEAN = (8.3, 5.35, 2.4), 1.2
#: units of height of a line of text
LINE = 0.26


def draw(effect: str, bones: Mapping[str, Sequence[str]]) -> bytes:
    """A PNG; it is as high as the fullest bones above and below need."""
    named = list(bones.items())
    above, below = named[: (len(named) + 1) // 2], named[(len(named) + 1) // 2 :]
    up, down = (max([length(causes) for _, causes in side], default=1.8) for side in (above, below))
    with figure(11.0, 0.62 * (up + down) + 1.3) as sheet:
        axes = sheet.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_xlim(-1.75, 11.0)
        axes.set_ylim(-down - 0.9, up + 0.9)
        axes.axis("off")
        spine(axes, effect)
        for side, reach, sign in ((above, up, 1), (below, down, -1)):
            for joint, (branch, causes), colour in zip(JOINTS, side, COLOURS[::sign], strict=False):
                bone(axes, joint, sign * reach, branch, causes, colour)
        return png(sheet)


def length(causes: Sequence[str]) -> float:
    """How far a bone reaches from the spine."""
    return max(1.8, 0.45 + sum(height(text) for text in told(causes)))


def height(text: str) -> float:
    return LINE * (text.count("\n") + 1) + 0.16


def told(causes: Sequence[str]) -> list[str]:
    shown = [wrapped(cause, WIDTH, ROWS) for cause in causes[:MOST]]
    return [*shown, f"and {len(causes) - MOST} more"] if len(causes) > MOST else shown


def spine(axes: Axes, effect: str) -> None:
    axes.annotate("", (8.75, 0), (-1.5, 0), arrowprops={"arrowstyle": "-|>", "linewidth": 3, "color": INK})
    box = {"boxstyle": "round,pad=0.5", "facecolor": "#fdecea", "edgecolor": "#c8372d", "linewidth": 1.6}
    axes.text(8.95, 0, wrapped(effect, 15, 6), fontsize=12, fontweight="bold", color=INK, va="center", bbox=box)


def bone(axes: Axes, joint: float, tip: float, branch: str, causes: Sequence[str], colour: str) -> None:
    sign = 1 if tip > 0 else -1
    end = joint - LEAN
    axes.plot([joint, end], [0, tip], color=colour, linewidth=2.2, solid_capstyle="round")
    axes.text(end, tip + sign * 0.32, wrapped(branch.capitalize(), 24, 1), fontsize=13, fontweight="bold",
              color=colour, ha="center", va="center")  # fmt: skip
    at = abs(tip) - 0.2
    for text in told(causes):
        tall = height(text)
        y = sign * (at - tall / 2)
        # beside the bone also with the row that is nearest to its tip, where it leans farthest
        beside = end + LEAN * (1 - min(1.0, at / abs(tip))) - 0.12
        axes.text(beside, y, text, fontsize=10.5, ha="right", va="center",
                  color=FAINT if text.startswith("and ") and text.endswith(" more") else INK)  # fmt: skip
        at -= tall
