"""Everything that is wrong with a policy, at once: what `load` refuses, and what takes longer to find."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from types import TracebackType

from bot.policy import references
from bot.policy.book import Book, bound
from bot.policy.draft import Draft, called, draft, templates_of
from bot.policy.errors import PolicyError
from bot.policy.layers import Layer, found
from bot.policy.markdown import MARKDOWN
from bot.policy.nodes import composed
from bot.policy.plain import PLAIN
from bot.policy.reading import Path
from bot.policy.samples import Sample, always, in_every_status, samples
from bot.policy.templates import Looked, look
from bot.policy.texts import FIELDS, TextError

__all__ = ["check", "problems", "samples"]

# characters: https://docs.slack.dev/reference/methods/conversations.setTopic/ and conversations.setPurpose/
TOPIC = 250
# characters of one paragraph: https://docs.slack.dev/reference/block-kit/blocks/section-block/
PARAGRAPH = 3000
LINES = frozenset({"room_topic", "room_purpose"})


def problems(name_or_dir: str | pathlib.Path) -> list[str]:
    """Every mistake in the policy, by file and line; empty when all is well. Whatever the files hold, it returns."""
    try:
        policy = found(name_or_dir)
    except PolicyError as wrong:
        return list(wrong.problems)
    told = _whole(policy.layers, policy.unread) if policy.whole else _apart(policy.layers)
    return in_order([*policy.problems, *told])


def check(policy: Book | Sequence[Layer]) -> list[str]:
    """The same for a policy that is read already."""
    return in_order(_whole(policy.layers if isinstance(policy, Book) else policy))


def in_order(told: Iterable[str]) -> list[str]:
    """
    By file and line, each once.

    >>> in_order(["b.yml: x.", "a.yml, line 12: x.", "a.yml, line 2: x.", "a.yml, line 2: x."])
    ['a.yml, line 2: x.', 'a.yml, line 12: x.', 'b.yml: x.']
    """
    return sorted(dict.fromkeys(told), key=_place)


def _place(problem: str) -> tuple[str, int]:
    where = re.match(r"(?P<file>.+?\.\w+)(?:, line (?P<line>\d+))?(:| is missing)", problem)
    return (where["file"], int(where["line"] or 0)) if where else ("", 0)


def _whole(layers: Sequence[Layer], unread: Collection[str] = ()) -> Iterator[str]:
    made = draft(layers, unread)
    yield from made.problems
    yield from references.further(made.parts, made.sources, made.sound)
    looked = look(made.templates)
    yield from (problem for problems in looked.problems.values() for problem in problems)
    if made.whole:
        yield from _tried(made, bound(made, layers), looked)


def _apart(layers: Sequence[Layer]) -> Iterator[str]:
    """What can be said while the policy that it builds on is missing."""
    for layer in layers:
        for file, text in layer.files.items():
            if not file.endswith(".j2"):
                yield from composed(called(file, layer, layers), text)[1]
    for problems in look(templates_of(layers), whole=False).problems.values():
        yield from problems


def _tried(made: Draft, book: Book, looked: Looked) -> Iterator[str]:
    """The texts as they come out; of templates that are wrong anyway nothing is said again."""
    names = [name for name in FIELDS if looked.sound(name)]
    try:
        for sample in (*samples(book), *in_every_status(book)):
            for name in names:
                yield from _text(name, made, book, sample)
            yield from _addresses(made, book, sample)
    except LookupError:  # a name that leads nowhere, which is told already
        return


def _text(name: str, made: Draft, book: Book, sample: Sample) -> Iterator[str]:
    incident, fields = sample
    given, file = fields | always(book, incident).get(name, {}), made.templates[name].file
    try:
        text = book.texts.render(name, {f: given[f] for f in FIELDS[name]}, PLAIN if name in LINES else MARKDOWN)
    except TextError as wrong:
        yield f"{file}{_line(wrong)}: {_why(wrong)}"
        return
    if not text:
        yield f"{file}: it renders to nothing. People need at least one line."
        return
    longest = max(len(part) for part in text.split("\n\n")) if text else 0
    if name in LINES and len(text) > TOPIC:
        right = "to leave something out, or a title | truncate(80)"
        yield f"{file}: it can grow to {len(text)} characters and more, and Slack takes {TOPIC}. Right is {right}."
    elif longest > PARAGRAPH:
        yield f"{file}: a paragraph has {longest} characters, and Slack takes {PARAGRAPH}. Right are several of them."


def _addresses(made: Draft, book: Book, sample: Sample) -> Iterator[str]:
    """The bridge and the bookmarks."""
    source, about, talk = made.sources["communications"], book.about(sample[0]), book.communications
    named: list[tuple[Path, str, str]] = [
        (("bookmarks", n, "link"), f'the bookmark "{b.title}"', b.link) for n, b in enumerate(talk.bookmarks)
    ]
    if talk.bridge:
        named.append((("bridge", "link"), "the link of the bridge", talk.bridge.link or "https://"))
        named.append((("bridge", "phone"), "the phone of the bridge", talk.bridge.phone or ""))
    for path, what, template in named:
        try:
            text = book.texts.render_line(template, about, PLAIN)
        except TextError as wrong:
            yield source.problem(path, f"{what}: {_why(wrong)}")
            continue
        if "link" in path and not re.match(r"https?://", text):
            yield source.problem(path, f'{what} becomes "{text}". Right is an address that begins with https://.')


def _why(wrong: TextError) -> str:
    cause = wrong.__cause__
    return f"{str(getattr(cause, 'message', None) or cause).rstrip('.')}."


def _line(wrong: TextError) -> str:
    """Where in the template it happened; empty when it was in a piece that the template includes."""
    line = getattr(wrong.__cause__, "lineno", None)
    lines = [line] if line else list(_lines(wrong.__cause__.__traceback__ if wrong.__cause__ else None))
    return f", line {lines[0]}" if len(lines) == 1 else ""


def _lines(trace: TracebackType | None) -> Iterator[int]:
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            yield trace.tb_lineno
        trace = trace.tb_next
