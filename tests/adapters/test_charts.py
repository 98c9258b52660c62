"""Pictures are PNGs whatever they are drawn of."""

from __future__ import annotations

import math
import struct
import subprocess
import sys

import pytest

from bot.adapters.charts import Pictures, graph
from bot.adapters.charts.canvas import shown, wrapped
from bot.domain.analysis import BRANCHES

AT = 1_764_014_233.0
#: what typed text may hold: markup of the library, another script, control characters, no space at all
TYPED = [
    "$x_1^2$ & \\frac{1}{2}",
    "the disk\nwas full",
    "日本語 🦄",
    "",
    "_hidden",
    "x" * 400,
    "\x00\x1b[31m",
    "%s %(a)d {b}",
]


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(
    "series",
    [
        {},
        {"rate": []},
        {"rate": [(AT, 1.0)]},
        {"rate": [(AT + n, math.sin(n / 9)) for n in range(5000)]},
        {"rate": [(AT, math.nan), (AT + 1, math.inf), (AT + 2, 3.0)]},
        {"flat": [(AT, 0.0), (AT + 15, 0.0)]},
        {"far apart": [(AT, 1e-9), (AT + 86_400 * 40, 1e15)]},
        {text: [(AT, 1.0), (AT + 60, 2.0)] for text in TYPED},
        {f"status {n}": [(AT + m, n * m) for m in range(30)] for n in range(20)},
    ],
    ids=range(9),
)
async def test_a_graph_is_a_picture_of_one_size(series: dict[str, list[tuple[float, float]]]) -> None:
    drawn = await Pictures().lines("Requests", "per second", series)
    assert size(drawn) == (1024, 640)
    assert len(drawn) < 500_000


@pytest.mark.parametrize("text", TYPED)
async def test_typed_text_breaks_no_picture(text: str) -> None:
    pictures = Pictures()
    assert size(await pictures.lines(text, text, {"a": [(AT, 1.0)]}))
    assert size(await pictures.fishbone(text, {branch: [text] * 2 for branch in BRANCHES}))


async def test_a_fishbone_grows_with_its_fullest_bones() -> None:
    pictures = Pictures()
    few = await pictures.fishbone("Checkout is failing", {branch: ["one"] for branch in BRANCHES})
    many = await pictures.fishbone("Checkout is failing", {branch: ["the disk was full"] * 12 for branch in BRANCHES})
    none = await pictures.fishbone("Checkout is failing", {branch: [] for branch in BRANCHES})
    assert size(none) == size(few)
    assert size(many)[0] == size(few)[0] and size(few)[1] < size(many)[1] <= 2 * size(many)[0]


async def test_the_newest_point_is_never_thinned_out() -> None:
    points = [(AT + n, float(n)) for n in range(2_501)]
    assert graph.thinned(points)[-1] == points[-1]
    assert len(graph.thinned(points)) <= graph.MOST_POINTS
    assert graph.thinned([(2.0, 1.0), (1.0, 5.0)]) == [(1.0, 5.0), (2.0, 1.0)]


def test_words_are_cut_to_rows() -> None:
    assert wrapped("one two three four", 9, 2) == "one two\nthree…"
    assert wrapped("", 9, 2) == "-"
    assert shown("a\n b 🦄", 10) == "a b"


def test_nothing_is_loaded_before_the_first_picture() -> None:
    code = "import sys, bot.app; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
