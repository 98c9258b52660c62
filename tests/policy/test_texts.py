from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import Updated
from bot.policy.book import Book
from bot.policy.check import samples
from bot.policy.impact import Told
from bot.policy.markdown import MARKDOWN, spoken
from bot.policy.postmortem import Target
from bot.policy.texts import ALLOWED_FILTERS, FIELDS, TEXT_LIMIT, VALUE_LIMIT, Person, Room, TextError, Texts

from .conftest import AT, an_incident


class Loud:
    """A dialect that shows what passed through it."""

    def text(self, typed: str) -> str:
        return f"<text {typed}>"

    def person(self, ref: str) -> str:
        return f"<person {ref}>"

    def moment(self, at: Any) -> str:
        return f"<moment {at:%H:%M}>"

    def duration(self, length: timedelta) -> str:
        return f"<duration {spoken(length)}>"


class Linking(Loud):
    def room(self, ref: str, name: str) -> str:
        return f"<room {ref} {name}>"


def shown(template: str, dialect: Loud | None = None, **fields: Any) -> str:
    return Texts({"t": template}).render("t", fields, dialect or Loud())


ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ x.__init__.__globals__ }}",
    "{{ x['__class__'] }}",
    "{{ x|attr('__class__') }}",
    "{{ self.__init__ }}",
    "{{ config }}",
    "{{ cycler.__init__ }}",
    "{{ range(10) }}",
    "{{ lipsum() }}",
    "{{ x.upper() }}",
    "{{ x.format(1) }}",
    "{{ '%0999999d' % 1 }}",
    "{{ 'a' * 999999999 }}",
    "{{ 9 ** 999999 }}",
    "{{ x | safe }}",
    "{{ x | center(999999999) }}",
    "{{ x | map('upper') | join }}",
    "{{ incident.resolve }}",
    "{{ incident.resolve('closed') }}",
    "{{ _dialect.text }}",
    "{{ _dialect }}",
    "{{ items }}",
    "{{ incident }}",
    "{{ nobody }}",
    "{{ incident.nothing }}",
    "{% macro m() %}x{% endmacro %}{{ m() }}",
    "{% import 'os' as os %}",
    "{% include '/etc/passwd' %}",
    "{% include '../book.py' %}",
    "{% if %}",
    "{{ 1 / 0 }}",
    "{{ x + 1 }}",
    "{% include 't' %}",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_a_template_can_only_show_fields(source: str) -> None:
    with pytest.raises(TextError, match=r"templates/t\.j2"):
        shown(source, x="x", incident=an_incident(), items=[1])


@pytest.mark.parametrize("source", ESCAPES)
def test_what_a_person_typed_is_never_a_template(source: str) -> None:
    assert shown("{{ x }}", x=source) == f"<text {source}>"


@given(st.text().filter(str.strip))
def test_every_typed_text_passes_through_the_dialect_once(typed: str) -> None:
    assert shown("a {{ x }} b", x=typed) == f"a <text {typed}> b"
    assert shown("{{ x ~ '' }}.", x=typed) == f"<text {typed}>."


def test_each_kind_of_value_is_written_by_the_dialect() -> None:
    values = {"who": Person("slack:U1"), "at": AT, "took": timedelta(minutes=90), "n": 3, "none": None, "yes": "y"}
    text = shown("{{ who }} {{ at }} {{ took }} {{ n }} [{{ none }}] {{ yes | person }}", **values)
    assert text == "<person slack:U1> <moment 03:12> <duration 1 h 30 min> 3 [] <person y>"


def test_a_room_is_linked_where_the_medium_can() -> None:
    room = Room("slack:C1", "inc-1")
    assert shown("{{ room }}", room=room) == "<text #inc-1>"
    assert shown("{{ room }}", Linking(), room=room) == "<room slack:C1 inc-1>"


def test_a_filter_makes_a_person_into_typed_text_never_into_markup() -> None:
    assert shown("{{ who | upper }}", who=Person("slack:u1")) == "<text SLACK:U1>"


def test_a_value_and_a_text_have_an_end() -> None:
    long = "x" * 100_000
    value = shown("{{ x }}", x=long)
    assert len(value) == VALUE_LIMIT + len("<text >") and value.endswith("…>")
    text = shown("{% for x in many %}{{ x }}{% endfor %}", many=[long] * 50)
    assert len(text) <= TEXT_LIMIT and text.endswith(">\n…")


def test_a_template_that_is_not_there() -> None:
    with pytest.raises(TextError, match="nothing"):
        Texts({}).render("nothing", {}, Loud())


def test_a_wrong_template_says_in_which_line() -> None:
    with pytest.raises(TextError, match=r"templates/t\.j2: line 2: "):
        shown("a\n{% if %}")


def test_no_filter_makes_markup() -> None:
    assert not {"safe", "e", "escape", "forceescape", "tojson", "urlize", "xmlattr", "attr"} & set(ALLOWED_FILTERS)


def test_the_first_line_of_what_people_read_says_which_incident(book: Book) -> None:
    for _, fields in samples(book):
        for name in sorted(set(FIELDS) - {"updated", "nudge_update_due", "nudge_update_missed"}):
            first = book.texts.render(name, fields, MARKDOWN).splitlines()[0]
            assert f"{fields['severity'].title} checkout is failing" in first, name
            assert "#12" in first, name


def test_parts_of_an_update_that_are_empty_are_left_out(book: Book) -> None:
    (bare, given), (_, full) = list(samples(book))[:2]
    update = full["update"].__class__(1, bare.status, bare.severity, "still slow")
    short = book.texts.render("updated", given | {"update": update}, MARKDOWN)
    assert short.splitlines() == [
        "🔴 *\\#12 SEV1 checkout is failing*",
        "🔍 *Update 1* · Investigating",
        "still slow",
        "Next update when there is news",
    ]
    whole = book.texts.render("updated", full | {"own": (Told("eta", "Back by", "noon"),)}, MARKDOWN)
    for part in (
        "*Back by:* noon",
        "*Impact:* all",
        "*Done so far:* rollback",
        "*Next:* wait",
        "*Help needed:* a DBA",
        "Next update by 2026",
    ):
        assert part in whole


def test_audiences_read_the_word_for_the_status_and_when_they_hear_next(book: Book) -> None:
    for bare, fields in samples(book):
        status = book.lifecycle.get(bare.status).model_copy(update={"word": "Looking into it"})
        for name in ("declared", "updated", "resolved"):
            update = fields["update"] or Updated(1, bare.status, bare.severity, "slow")
            text = book.texts.render(name, fields | {"status": status, "due": AT, "update": update}, MARKDOWN)
            assert "Looking into it" in text and status.title not in text, name
            assert name == "resolved" or "Next update by 2026-11-21 03:12 UTC" in text


def test_the_end_says_the_cause_and_what_is_due(book: Book) -> None:
    _, fields = next(samples(book))
    target = Target.model_validate({"id": "meeting", "title": "Review meeting", "within": "1h"})
    text = book.texts.render("resolved", fields | {"cause": "the pool", "targets": [(target, AT)]}, MARKDOWN)
    assert "*Cause:* the pool" in text and "Review meeting by 2026-11-21 03:12 UTC" in text


def test_a_missed_update_is_asked_for_louder_each_time(book: Book) -> None:
    _, fields = next(samples(book))
    said = [
        book.texts.render("nudge_update_missed", fields | {
            "due": AT, "late": book.cadence.missed(AT, n) - AT, "times": n, "volume": book.cadence.volume(n),
            "mentions": [Person(role) for role in book.cadence.mentions(n)],
        }, Loud()).splitlines()[1]
        for n in (1, 2, 3)
    ]  # fmt: skip
    promised = "The update promised for <moment 03:12> is"
    people = "<person commander> <person communications>"
    assert said == [
        f"{promised} due now.",
        f"{people} {promised} <duration 5 min> late.",
        f"<!here> {people} {promised} <duration 10 min> late.",
    ]
