"""Whatever happens to a message and its marks, and in whatever order it is looked at: the record ends up the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import facts
from bot.domain.facts import Declared, Fact
from bot.domain.incident import MUSTER, Incident, declare, fold
from bot.domain.timeline import entries
from bot.policy.book import load
from bot.ports import Said
from bot.workflows.capture.kept import LONGEST, Hand, Look, clean, follow, lists

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BOOK = load("default")
ANA, BEN, MESSAGE = "slack:U1", "slack:U2", "slack:C1/1.000000"
SAID = Said(MESSAGE, ANA, "the pool is exhausted", AT, "https://chat.test/p1", MESSAGE)


def incident() -> tuple[Incident, list[Fact]]:
    born, fact = declare(Declared("01", 1, "x", "sev1", "investigating", BOOK.hash, ""), ANA, AT)
    return born, [fact]


def look(said: Said | None, by: str = BEN, **more: object) -> Look:
    return replace(Look(MESSAGE, said, AT + timedelta(minutes=5), by), **more)  # type: ignore[arg-type]


def marked(*emoji: str, text: str = SAID.text, pinned: bool = False) -> Said:
    return replace(SAID, text=text, marks={name: (BEN,) for name in emoji}, pinned=pinned)


EMOJI = st.sets(st.sampled_from(["pushpin", "round_pushpin", "pencil2", "memo", "scales", "tada"]))
SEEN = st.none() | st.builds(
    lambda emoji, text, pinned: marked(*emoji, text=text, pinned=pinned), EMOJI, st.sampled_from("ab"), st.booleans()
)


@given(st.lists(SEEN, max_size=8))
def test_the_record_follows_the_newest_look(seen: list[Said | None]) -> None:
    now, history = incident()
    made: dict[str, int] = {}
    for said in seen:
        now, new = follow(now, BOOK.capture, look(said, made=made))
        history += new
        for fact in new:
            if isinstance(fact.event, facts.TaskAdded):
                made["action_item" if fact.event.later else "task"] = fact.event.id
        assert follow(now, BOOK.capture, look(said, made=made))[1] == [], "looking again changes nothing"
        standing = {capture.list: capture.text for capture in now.captures.values()}
        assert standing == {list: said.text for list in lists(BOOK.capture, said)} if said else standing == {}
    assert fold(history) == now
    assert len(now.tasks) == len(made) <= 2


@given(st.lists(SEEN, min_size=1, max_size=6))
def test_words_that_were_taken_back_are_told_nowhere(seen: list[Said | None]) -> None:
    now, history = incident()
    for said in (*seen, None):
        now, new = follow(
            now,
            BOOK.capture,
            look(said and replace(said, text=f"unsayable {said.text}"), made={"task": 1, "action_item": 2}),
        )
        history += new
    told = entries(history, BOOK.words)
    assert all(("unsayable" not in entry.text and entry.links == ()) or entry.kind == "captured" for entry in told)
    assert "unsayable" not in str(told)


def test_what_is_put_there_by_hand_stays_until_it_is_deleted() -> None:
    now, _ = incident()
    hand = (Hand("timeline", BEN),)
    now, [put] = follow(now, BOOK.capture, look(SAID, hands=hand, here=False))
    assert (put.event.how, put.by, put.at) == ("shortcut", BEN, AT)  # type: ignore[attr-defined]
    assert follow(now, BOOK.capture, look(marked(), hands=hand))[1] == []
    _, [gone] = follow(now, BOOK.capture, look(None))
    assert (gone.event, gone.by) == (facts.CaptureRemoved(f"timeline:{MESSAGE}", "deleted"), MUSTER)


def test_marks_of_another_place_make_nothing_new() -> None:
    now, _ = incident()
    assert follow(now, BOOK.capture, look(marked("pushpin"), here=False))[1] == []
    assert follow(now, BOOK.capture, look(marked("pushpin"), marks=False))[1] == []


def test_what_the_policy_has_no_list_for_any_more_stays() -> None:
    now, _ = incident()
    now, _ = follow(now, BOOK.capture, look(marked("scales")))
    fewer = BOOK.capture.model_copy(update={"lists": BOOK.capture.lists[:1]})
    assert follow(now, fewer, look(marked()))[1] == []


def test_muster_is_never_on_record_for_its_own_pins_and_edits() -> None:
    now, _ = incident()
    own = replace(SAID, author=MUSTER)
    assert follow(now, BOOK.capture, look(replace(own, pinned=True)))[1] == []
    now, [kept] = follow(now, BOOK.capture, look(replace(own, marks={"pushpin": (BEN,)})))
    assert kept.by == BEN
    assert follow(now, BOOK.capture, look(replace(own, text="edited", marks={"pushpin": (BEN,)})))[1] == []


def test_who_marked_it_is_who_is_there_still() -> None:
    now, _ = incident()
    _, [kept] = follow(now, BOOK.capture, look(marked("pushpin"), by="slack:U9"))
    assert kept.by == BEN


def test_secrets_and_long_texts_are_not_kept() -> None:
    said = clean(replace(SAID, text="postgresql://app:hunter2@db/shop " + "x" * 5000))
    assert "hunter2" not in said.text and len(said.text) == LONGEST and said.text.endswith("…")
    many = clean(replace(SAID, files={f"{n} ana@example.com.txt": "https://x.test" for n in range(30)}))
    assert len(many.files) == 10 and "ana@" not in str(many.files)
