"""Verb, incident and words: `/incident [#12] verb [#12] words`. In place of #12 stands what the incident is called."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# ASCII, because other digits are no incident number
_REF = re.compile(r"#([0-9]{1,9})(?=$|[\s:,;.])[:,;.]?\s*")
_TRAILING_REF = re.compile(r"(?:^|\s)#([0-9]{1,9})$")
_NUMBER = re.compile(r"#?([0-9]{1,9})")
_SHAPE = r"([A-Za-z]{2,10}-[0-9]{4,}(?:-[0-9]+)*)"
_LABEL = re.compile(_SHAPE + r"(?=$|[\s:,;.])[:,;.]?\s*")
_TRAILING_LABEL = re.compile(r"(?:^|\s)" + _SHAPE + "$")
MARKS = ":,;.-\u2013\u2014"


class Where(StrEnum):
    """Where among a verb's words an incident number may stand."""

    NOWHERE = "nowhere"
    FIRST = "first"
    ANYWHERE = "anywhere"


@dataclass(frozen=True)
class Typed:
    """
    `verb` is the word as typed, in lower case; `ref` the digits of an incident number, or a word shaped like a label.

    `leading` is whether a label stood before the verb.
    """

    verb: str
    ref: str | None
    words: str
    leading: bool = field(default=False, repr=False)

    @property
    def name(self) -> str:
        """The incident as one types it."""
        return f"#{self.ref}" if self.ref and self.ref.isdecimal() else self.ref or ""


def command(text: str, verbs: Mapping[str, Where]) -> Typed:
    """
    Take a command apart. `verbs` holds every word that is a verb.

    >>> verbs = {"ack": Where.ANYWHERE, "update": Where.FIRST, "declare": Where.NOWHERE, "status": Where.ANYWHERE}
    >>> command("ack #12", verbs)
    Typed(verb='ack', ref='12', words='')
    >>> command("#12 update we are failing over", verbs)
    Typed(verb='update', ref='12', words='we are failing over')
    >>> command("declare: #12 is back", verbs)
    Typed(verb='declare', ref=None, words='#12 is back')
    >>> command("#12", verbs)
    Typed(verb='status', ref='12', words='')
    >>> command("ack INC-20261121-0312", verbs).ref, command("CVE-2026-1234 is exploited", verbs).ref
    ('INC-20261121-0312', None)
    """
    text = text.strip()
    ref, text = _leading(text, verbs)
    if not text:
        return Typed("status" if ref else "", ref, "", leading=bool(ref and not ref.isdecimal()))
    word, *rest = text.split(None, 1)
    verb, words = word.rstrip(MARKS).lower(), rest[0].strip() if rest else ""
    if ref is None:
        ref, words = reference(words, verbs.get(verb, Where.NOWHERE))
        return Typed(verb, ref, words)
    return Typed(verb, ref, words, leading=not ref.isdecimal())


def without(typed: Typed) -> Typed:
    """
    The command when its label is none: a word like any other.

    >>> without(Typed("note", "CVE-2026-1234", "is what hit us"))
    Typed(verb='note', ref=None, words='CVE-2026-1234 is what hit us')
    >>> without(Typed("update", "CVE-2026-1234", "broke login", leading=True))
    Typed(verb='cve-2026-1234', ref=None, words='update broke login')
    """
    if typed.leading and typed.ref:
        return Typed(typed.ref.lower(), None, f"{typed.verb} {typed.words}".strip())
    return Typed(typed.verb, None, f"{typed.ref} {typed.words}".strip())


def candidates(words: str, where: Where) -> list[tuple[str, str]]:
    """
    Words where a label may stand, whatever its shape, each with the words without it.

    >>> candidates("INC-7: db is back", Where.FIRST), candidates("sev1 INC-7", Where.ANYWHERE)
    ([('INC-7', 'db is back')], [('sev1', 'INC-7'), ('INC-7', 'sev1')])
    """
    if where is Where.NOWHERE or not words:
        return []
    first, *rest = words.split(None, 1)
    found = [(first, rest[0] if rest else "")]
    if where is Where.ANYWHERE and rest:
        *before, last = words.rsplit(None, 1)
        found.append((last, before[0]))
    return [(word.rstrip(":,;."), others) for word, others in found if labelish(word)]


def labelish(word: str) -> bool:
    """
    Whether it is worth asking the record if an incident is called so.

    >>> labelish("sev1-12"), labelish("checkout"), labelish("12")
    (True, False, False)
    """
    return any(c.isdigit() for c in word) and not word.isdecimal()


def _leading(text: str, verbs: Collection[str]) -> tuple[str | None, str]:
    if found := _REF.match(text):
        return found[1], text[found.end() :]
    if _NUMBER.fullmatch(text):
        return text, ""
    if found := _LABEL.match(text):
        rest = text[found.end() :]
        return (found[1], rest) if not rest or _first_word(rest) in verbs else (None, text)
    number, _, rest = text.partition(" ")
    if _NUMBER.fullmatch(number) and _first_word(rest) in verbs:
        return number, rest.strip()
    return None, text


def _first_word(text: str) -> str:
    return next(iter(text.split(None, 1)), "").rstrip(MARKS).lower()


def reference(words: str, where: Where) -> tuple[str | None, str]:
    """
    The incident number (or label) among a verb's words, and the words without it.

    >>> reference("#12 the db is back", Where.FIRST), reference("see #12", Where.FIRST)
    (('12', 'the db is back'), (None, 'see #12'))
    >>> reference("sev1 #12", Where.ANYWHERE), reference("12", Where.ANYWHERE)
    (('12', 'sev1'), ('12', ''))
    """
    if where is not Where.NOWHERE and (found := _REF.match(words) or _LABEL.match(words)):
        return found[1], words[found.end() :]
    if where is Where.ANYWHERE:
        if alone := _NUMBER.fullmatch(words):
            return alone[1], ""
        if found := _TRAILING_REF.search(words) or _TRAILING_LABEL.search(words):
            return found[1], words[: found.start()].strip()
    return None, words
