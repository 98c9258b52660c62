"""The dialect of documents: CommonMark with tables, in which typed text can break nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.incident import MUSTER

# bidirectional overrides reorder what stands around them: https://www.unicode.org/reports/tr9/
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINK = re.compile(r"https?://[A-Za-z0-9._~:/?#@$&=+,;%-]*[A-Za-z0-9/=]")
# what can begin a heading, list, rule, table, code block or reference at the start of a line:
# https://spec.commonmark.org/0.31.2/#container-blocks-and-leaf-blocks
STARTS = re.compile(r"^(?:[#+\-=:]|\d+(?=[.)]))")
INLINE = re.compile(r"[\\`*_\[\]<>|~$]|&(?=#?\w+;)|#(?=#*$)|!(?=\[)")


@dataclass(frozen=True)
class Markdown:
    """`names` gives people their names; a reference without one is shown as it is."""

    names: Mapping[str, str] = field(default_factory=dict)

    def text(self, typed: str) -> str:
        """Typed text, its lines kept; blank ones go, for they would end the paragraph."""
        lines = (line(part) for part in re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", typed))
        return "  \n".join(part for part in lines if part)

    def person(self, ref: str) -> str:
        return line(self.names.get(ref) or ("Muster" if ref == MUSTER else ref))

    def moment(self, at: datetime) -> str:
        return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

    def duration(self, length: timedelta) -> str:
        return spoken(length)


MARKDOWN = Markdown()


def line(typed: str) -> str:
    """
    Typed text as one line in which nothing is markup; web addresses stay addresses.

    >>> line("# a *bold*\\n| move")
    '\\\\# a \\\\*bold\\\\* \\\\| move'
    """
    plain = " ".join("".join(c for c in _spaced(typed) if _shown(c)).split())
    pieces, end = [], 0
    for found in LINK.finditer(plain):
        pieces += [_escaped(plain[end : found.start()]), f"<{found.group()}>"]
        end = found.end()
    escaped = "".join([*pieces, _escaped(plain[end:])])
    return STARTS.sub(lambda m: f"{m.group()}\\" if m.group().isdigit() else f"\\{m.group()}", escaped)


def link(title: str, address: str) -> str:
    """
    >>> link("a [b]", "https://chat.test/p1"), link("x", "javascript:alert(1)")
    ('[a \\\\[b\\\\]](https://chat.test/p1)', 'x')
    """
    return f"[{line(title)}]({address})" if LINK.fullmatch(address) else line(title)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells must be Markdown of one line already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def spoken(length: timedelta) -> str:
    """
    >>> spoken(timedelta(hours=1, minutes=30, seconds=4))
    '1 h 30 min'
    >>> spoken(timedelta(seconds=42))
    '42 s'
    """
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    days, minutes = divmod(seconds // 60, 24 * 60)
    parts = ((days, "d"), (minutes // 60, "h"), (minutes % 60, "min"))
    return " ".join(f"{n} {unit}" for n, unit in parts if n)


def _spaced(typed: str) -> str:
    return re.sub(r"\s", " ", typed)


def _shown(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs") and char not in REORDERING


def _escaped(text: str) -> str:
    return INLINE.sub(lambda m: f"\\{m.group()}", text)
