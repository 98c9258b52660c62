from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.slack import parsing
from bot.adapters.slack.listeners.table import VERBS
from bot.adapters.slack.parsing import Add, Done, Hand, Resolution, Seat, Where
from bot.domain.errors import Refused
from bot.policy import book

BOOK = book.load("default")
WHERES = VERBS.wheres()
ANYTHING = st.text(max_size=120) | st.lists(
    st.sampled_from(["INC-20261121-0312", "CVE-2026-1234",
                     "#12", "12", "declare", "task", "done", "slack:U1", "@ana", "sev1", "sev", "1", "later", "none",
                     "commander", "rollback", ":", "-", "(sev2)", "mitigating", "", "#", "\n", "\u0661"]),
    max_size=8,
).map(" ".join)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "verb", "ref", "words"),
    [
        ("", "", None, ""),
        ("   ", "", None, ""),
        ("ack", "ack", None, ""),
        ("ack #12", "ack", "12", ""),
        ("ack 12", "ack", "12", ""),
        ("#12 ack", "ack", "12", ""),
        ("12 ack", "ack", "12", ""),
        ("#12", "status", "12", ""),
        ("12", "status", "12", ""),
        ("#12: update it works", "update", "12", "it works"),
        ("update #12 it works", "update", "12", "it works"),
        ("update #12: it works", "update", "12", "it works"),
        ("UPDATE it works", "update", None, "it works"),
        ("update: it works", "update", None, "it works"),
        ("update 12 servers are back", "update", None, "12 servers are back"),
        ("note see #12", "note", None, "see #12"),
        ("severity sev1 #12", "severity", "12", "sev1"),
        ("role commander slack:U1 #12", "role", "12", "commander slack:U1"),
        ("task done 3", "task", None, "done 3"),
        ("task #12 done 3", "task", "12", "done 3"),
        ("declare #12 is back", "declare", None, "#12 is back"),
        ("declare\ncheckout is failing", "declare", None, "checkout is failing"),
        ("12 monkeys", "12", None, "monkeys"),
        ("#12monkeys", "#12monkeys", None, ""),
        ("ack #1234567890", "ack", None, "#1234567890"),
        ("ack \u0661\u0662", "ack", None, "\u0661\u0662"),
        ("ack INC-20261121-0312", "ack", "INC-20261121-0312", ""),
        ("update inc-20261121-0312-2: it works", "update", "inc-20261121-0312-2", "it works"),
        ("severity sev1 INC-2026-11-21-001", "severity", "INC-2026-11-21-001", "sev1"),
        ("update see INC-20261121-0312", "update", None, "see INC-20261121-0312"),
        ("declare INC-20261121-0312 is back", "declare", None, "INC-20261121-0312 is back"),
        ("note db-1 is full", "note", None, "db-1 is full"),
        ("CVE-2026-1234 is exploited", "cve-2026-1234", None, "is exploited"),
        ("ack \u0418\u041d\u0426-20261121", "ack", None, "\u0418\u041d\u0426-20261121"),
    ],
)
def test_a_command_is_taken_apart(text: str, verb: str, ref: str | None, words: str) -> None:
    assert parsing.command(text, WHERES) == parsing.Typed(verb, ref, words)


@pytest.mark.parametrize(
    "text",
    ["INC-20261121-0312", "INC-20261121-0312 update it works", "INC-20261121-0312: ack", "inc-20261121-0312-2 status"],
)
def test_a_label_may_lead(text: str) -> None:
    typed = parsing.command(text, WHERES)
    assert typed.leading and typed.ref and typed.ref.lower().startswith("inc-20261121-0312")
    assert typed.verb in VERBS.words


@pytest.mark.parametrize("text", ["note CVE-2026-1234 is what hit us", "CVE-2026-1234 update broke login"])
def test_a_label_that_is_none_gives_its_words_back(text: str) -> None:
    said = parsing.without(parsing.command(text, WHERES))
    assert f"{said.verb} {said.words}".casefold() == text.casefold()


@pytest.mark.parametrize(
    ("words", "title", "severity"),
    [
        ("sev1 checkout is failing", "checkout is failing", "sev1"),
        ("SEV1 checkout is failing", "checkout is failing", "sev1"),
        ("sev 1: checkout is failing", "checkout is failing", "sev1"),
        (": sev-1: checkout is failing", "checkout is failing", "sev1"),
        ("checkout is failing sev1", "checkout is failing", "sev1"),
        ("checkout is failing sev 1", "checkout is failing", "sev1"),
        ("checkout is failing (sev1)", "checkout is failing", "sev1"),
        ("checkout is failing - SEV 1", "checkout is failing", "sev1"),
        ("p1 checkout is failing", "checkout is failing", "sev1"),
        ("critical: checkout is failing", "checkout is failing", "sev1"),
        ("checkout is failing, critical", "checkout is failing", "sev1"),
        ("1: checkout is failing", "checkout is failing", "sev1"),
        ("the sev1 alert page is down", "the sev1 alert page is down", None),
        ("1 server is down", "1 server is down", None),
        ("high memory on api", "high memory on api", None),
        ("low disk space on db1", "low disk space on db1", None),
        ("latency is high", "latency is high", None),
        ("error rate went to 2", "error rate went to 2", None),
        ("checkout is failing", "checkout is failing", None),
        ("sev1", "", "sev1"),
        ("", "", None),
        ("sev9 checkout is failing", "checkout is failing", "sev9"),
    ],
)
def test_a_severity_is_taken_from_the_ends_and_never_out_of_a_sentence(words: str, title: str, severity: str) -> None:
    said = parsing.declaration(words, BOOK.severities.all, BOOK.severities.find)
    assert (said.title, said.severity) == (title, severity)


@pytest.mark.parametrize(
    ("words", "word", "said"),
    [
        ("mitigating we rolled back", "mitigating", "we rolled back"),
        ("Mitigating: we rolled back", "mitigating", "we rolled back"),
        ("monitoring", "monitoring", ""),
        ("nonsense here", "nonsense", "here"),
        ("", "", ""),
    ],
)
def test_a_status_and_what_was_said_with_it(words: str, word: str, said: str) -> None:
    assert parsing.choice(words, BOOK.lifecycle.find) == parsing.Choice(word, said)


@pytest.mark.parametrize(
    ("words", "word", "said"),
    [("sev 1 it spreads", "sev1", "it spreads"), ("1", "sev1", ""), ("critical all of it", "sev1", "all of it")],
)
def test_a_severity_verb_takes_any_word_for_it(words: str, word: str, said: str) -> None:
    assert parsing.choice(words, BOOK.severities.find) == parsing.Choice(word, said)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("rollback the deploy was reverted", Resolution("rollback", "the deploy was reverted")),
        ("Rollback: the deploy", Resolution("rollback", "the deploy")),
        ("the deploy was reverted", Resolution("fix", "the deploy was reverted")),
        ("workaround", Resolution("workaround", "")),
        ("", Resolution("fix", "")),
    ],
)
def test_a_resolution(words: str, meant: Resolution) -> None:
    assert parsing.resolution(words, [k.id for k in BOOK.lifecycle.kinds_of_resolution]) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("commander slack:U1", Seat("commander", "slack:U1")),
        ("slack:U1 commander", Seat("commander", "slack:U1")),
        ("commander", Seat("commander")),
        ("commander me", Seat("commander")),
        ("commander none", Seat("commander", leave=True)),
        ("tech lead slack:U1", Seat("tech lead", "slack:U1")),
        ("commander: slack:U1,", Seat("commander", "slack:U1")),
    ],
)
def test_a_role(words: str, meant: Seat) -> None:
    assert parsing.seat(words) == meant


@pytest.mark.parametrize("words", ["slack:U1", "", "commander @ana", "commander slack:U1 slack:U2"])
def test_a_role_that_cannot_be_meant_is_refused_in_words(words: str) -> None:
    with pytest.raises(Refused, match=r"\w"):
        parsing.seat(words)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("slack:U1 fail over", Add("fail over", "slack:U1")),
        ("later write a runbook", Add("write a runbook", None, True)),
        ("later slack:U1 write a runbook", Add("write a runbook", "slack:U1", True)),
        ("slack:U1 later write a runbook", Add("write a runbook", "slack:U1", True)),
        ("fail over 3 replicas", Add("fail over 3 replicas")),
        ("3 replicas need a restart", Add("3 replicas need a restart")),
        ("done 3", Done(3)),
        ("done #3", Done(3)),
        ("3 done", Done(3)),
        ("3 slack:U2", Hand(3, "slack:U2")),
        ("take 3", Hand(3, None)),
        ("slack:U2", Add("", "slack:U2")),
    ],
)
def test_a_task(words: str, meant: object) -> None:
    assert parsing.task(words) == meant


@given(ANYTHING)
@example("task done 99999999999999999999")
@example("\x00#1")
def test_no_text_raises_anything_but_a_refusal(text: str) -> None:
    typed = parsing.command(text, WHERES)
    for words in (text, typed.words):
        parsing.declaration(words, BOOK.severities.all, BOOK.severities.find)
        parsing.choice(words, BOOK.lifecycle.find)
        parsing.resolution(words, ["fix", "rollback"])
        parsing.reference(words, Where.ANYWHERE)
        for read in (parsing.seat, parsing.task):
            try:
                read(words)
            except Refused as refusal:
                assert refusal.sentence


@given(st.text(alphabet="abc #1:\n", max_size=60))
def test_no_words_are_lost(text: str) -> None:
    typed = parsing.command(text, {"a": Where.FIRST})
    kept = f"{typed.verb}{typed.ref or ''}{typed.words}".replace("status", "")
    letters = [c for c in text if c in "abc1"]
    assert sorted(c for c in kept if c in "abc1") == sorted(letters)
