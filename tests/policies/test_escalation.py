"""Who is called when, how, and what stops it: the figures of the handbooks, number by number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain import facts
from bot.policy.book import Book, bundled, load
from bot.policy.check import check
from bot.policy.escalation import Level, Trigger
from bot.workflows.escalate import next_level

from .asking import an_incident, calls

MIN, HOUR = timedelta(minutes=1), timedelta(hours=1)
#: an acknowledgement as early as can be
AT_ONCE = timedelta()


@pytest.fixture(scope="module")
def books() -> dict[str, Book]:
    return {name: load(name) for name in bundled()}


@pytest.mark.parametrize("name", bundled())
def test_no_matrix_has_a_mistake(books: dict[str, Book], name: str) -> None:
    assert [problem for problem in check(books[name]) if "escalation" in problem] == []


# when each level is called, after the declaration

CALLS: list[tuple[str, str, list[Any]]] = [
    ("default", "sev1", [(5 * MIN, "secondary"), (15 * MIN, "manager")]),
    ("default", "sev2", [(10 * MIN, "secondary"), (20 * MIN, "commander"), (45 * MIN, "manager")]),
    ("default", "sev3", [(HOUR, "secondary"), (4 * HOUR, "commander")]),
    ("default", "sev4", []),
    ("portfolio", "p0", [(0 * MIN, "secondary"), (15 * MIN, "manager"), (30 * MIN, "executives"),
                         (30 * MIN, "director")]),
    ("portfolio", "p1", [(30 * MIN, "secondary"), (60 * MIN, "manager"), (120 * MIN, "director")]),
    ("portfolio", "p2", [(60 * MIN, "secondary"), (240 * MIN, "manager")]),
    ("portfolio", "p3", [(240 * MIN, "secondary")]),
    ("portfolio", "p4", []),
    ("framework", "p0", []),
    ("framework", "p1", []),
    ("framework", "p2", []),
    ("framework", "p3", []),
    ("code", "sev1", [(30 * MIN, "director"), (30 * MIN, "senior"), (HOUR, "executive")]),
    ("code", "sev2", [(30 * MIN, "manager"), (2 * HOUR, "director"), (2 * HOUR, "senior"), (4 * HOUR, "executive")]),
    ("code", "sev3", [(2 * HOUR, "manager"), (8 * HOUR, "director"), (24 * HOUR, "executive")]),
    ("smartcloudops", "p0", [(0 * MIN, "executives"), (15 * MIN, "secondary"), (30 * MIN, "manager")]),
    ("smartcloudops", "p1", [(15 * MIN, "secondary"), (30 * MIN, "manager")]),
    ("smartcloudops", "p2", [(15 * MIN, "secondary"), (30 * MIN, "manager")]),
    ("smartcloudops", "p3", []),
    ("tracktion", "p1", [(HOUR, "senior-management"), (2 * HOUR, "executives")]),
    ("tracktion", "p2", [(HOUR, "senior-management")]),
    ("tracktion", "p3", []),
    ("tracktion", "p4", []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "severity", "expected"), CALLS)
def test_when_each_level_is_called(books: dict[str, Book], name: str, severity: str, expected: list[Any]) -> None:
    assert calls(books[name], severity) == expected


#: these are called although somebody acknowledged it at once; all that CALLS has besides is not
ALTHOUGH: dict[tuple[str, str], list[Any]] = {
    ("default", "sev1"): [(HOUR, "manager")],
    ("default", "sev2"): [],
    ("default", "sev3"): [],
    ("smartcloudops", "p0"): [(0 * MIN, "executives")],
    ("smartcloudops", "p1"): [],
    ("smartcloudops", "p2"): [],
}


@pytest.mark.parametrize(("name", "severity", "expected"), CALLS)
def test_who_is_called_although_it_was_acknowledged(
    books: dict[str, Book], name: str, severity: str, expected: list[Any]
) -> None:
    assert calls(books[name], severity, AT_ONCE) == ALTHOUGH.get((name, severity), expected)


def test_an_acknowledgement_in_the_middle_stops_what_comes_after(books: dict[str, Book]) -> None:
    assert calls(books["default"], "sev1", 7 * MIN) == [(5 * MIN, "secondary"), (HOUR, "manager")]
    assert calls(books["smartcloudops"], "p1", 20 * MIN) == [(15 * MIN, "secondary")]


@pytest.mark.parametrize(
    ("declared", "called"),
    [("2026-11-20 15:00", "2026-11-23 09:00"), ("2026-11-23 08:00", "2026-11-24 09:00")],
    ids=["on Friday", "on Monday"],
)
def test_the_manager_of_a_sev4_is_called_on_the_next_business_day(
    books: dict[str, Book], declared: str, called: str
) -> None:
    at, due = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (declared, called))
    assert calls(books["code"], "sev4", at=at) == [(due - at, "manager")]


# who is paged with the declaration, and is not called a second time at that moment

PAGED = [
    ("portfolio", {"p0": "primary", "p1": "primary", "p2": "primary", "p3": "primary", "p4": ""}),
    ("framework", {"p0": "primary incident-commanders engineering management", "p1": "primary management", "p2": "",
                   "p3": ""}),
    ("code", {"sev1": "primary incident-commanders management", "sev2": "primary", "sev3": "primary", "sev4": ""}),
    ("smartcloudops", {"p0": "primary incident-commanders security support", "p1": "primary incident-commanders",
                       "p2": "primary", "p3": ""}),
    ("tracktion", {"p1": "primary secondary incident-commanders engineering management", "p2": "primary team-leads",
                   "p3": "primary", "p4": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "paged"), PAGED)
def test_who_is_paged_with_the_declaration(books: dict[str, Book], name: str, paged: dict[str, str]) -> None:
    found = {s.id: " ".join(who.partition(":")[2] for who in s.page) for s in books[name].severities.all}
    assert found == paged


@pytest.mark.parametrize("name", bundled())
def test_nobody_is_paged_twice_at_the_declaration(books: dict[str, Book], name: str) -> None:
    book = books[name]
    for severity in book.severities.all:
        at_once = {level for after, level in calls(book, severity.id) if not after}
        called = {who for level in at_once for who in book.escalation.level(level).who}
        assert called & set(severity.page) == set()


# the levels

LEVELS = [
    # policy, id, title, role has, who, how
    ("portfolio", "primary", "Primary On-Call Engineer", "Site Reliability Engineer, DevOps Engineer",
     "oncall:primary", "slack email sms"),
    ("portfolio", "secondary", "Secondary On-Call Engineer", "Senior DevOps Engineer, Platform Engineer",
     "oncall:secondary", "phone email slack"),
    ("portfolio", "manager", "Engineering Manager", "Engineering Manager, Technical Lead", "group:management",
     "phone email"),
    ("portfolio", "director", "Director of Engineering", "Director of Engineering, VP of Engineering",
     "group:directors", "phone email"),
    ("portfolio", "executives", "Executive Team", "CTO, CEO", "group:executives", "phone"),
    ("code", "engineer", "On-call engineer", "", "oncall:primary", "slack sms"),
    ("code", "manager", "Engineering manager", "", "group:management", "slack email sms"),
    ("code", "senior", "Senior engineer and manager", "second level", "group:senior-engineers group:management",
     "slack sms phone"),
    ("code", "director", "Engineering director", "third level", "group:directors", "slack email sms"),
    ("code", "executive", "CTO", "third level", "group:executives", "slack email sms"),
    ("code", "chiefs", "CEO and COO", "fourth level", "group:chiefs", "slack phone"),
    ("smartcloudops", "primary", "Primary on-call engineer", "", "oncall:primary", "slack sms"),
    ("smartcloudops", "secondary", "Secondary on-call engineer", "", "oncall:secondary", "slack sms phone"),
    ("smartcloudops", "manager", "Engineering manager", "", "group:management", "slack sms phone"),
    ("smartcloudops", "executives", "CTO and CEO",
     "CTO decides in technical questions, the CEO in those of the business", "group:executives", "phone email slack"),
    ("tracktion", "on-call", "On-call", "Primary and secondary", "oncall:primary oncall:secondary", "slack phone"),
    ("tracktion", "lead", "Team lead", "Team lead, senior engineer", "group:team-leads group:senior-engineers",
     "slack phone"),
    ("tracktion", "manager", "Manager", "Engineering manager, product manager", "group:management group:product",
     "slack phone"),
    ("tracktion", "senior-management", "Senior management", "VP of Engineering, CTO", "group:senior-management",
     "slack phone"),
    ("tracktion", "executives", "Executive team", "CEO", "group:executives group:senior-management", "slack phone"),
    ("framework", "engineer", "On-call engineer", "", "oncall:primary", "slack sms"),
    ("framework", "manager", "Manager", "", "group:management", "slack sms phone"),
    ("framework", "all-hands", "All hands", "Everybody",
     "group:engineering group:incident-commanders group:product group:support", "slack sms"),
    ("default", "primary", "Primary on-call", "", "oncall:primary", "slack sms"),
    ("default", "secondary", "Secondary on-call", "", "oncall:secondary", "slack sms phone"),
    ("default", "commander", "Incident commanders", "command", "group:incident-commanders", "slack sms phone"),
    ("default", "manager", "Engineering manager", "", "group:management", "slack sms phone"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "id", "title", "role", "who", "how"), LEVELS, ids=lambda v: str(v)[:20])
def test_the_levels(books: dict[str, Book], name: str, id: str, title: str, role: str, who: str, how: str) -> None:
    level = books[name].escalation.level(id)
    assert (level.title, " ".join(level.who), " ".join(level.by)) == (title, who, how)
    assert role in (level.role or "")


@pytest.mark.parametrize("name", bundled())
def test_the_levels_stand_from_the_first_to_the_highest(books: dict[str, Book], name: str) -> None:
    expected = [id for policy, id, *_ in LEVELS if policy == name]
    known = books[name].escalation
    assert [level.id for level in known.levels] == expected
    assert [known.rank(id) for id in expected] == list(range(len(expected)))


FIVE = ["primary", "secondary", "manager", "director", "executives"]
NUMBERED = [
    ("portfolio", FIVE), ("tracktion", ["on-call", "lead", "manager", "senior-management", "executives"]),
    ("smartcloudops", ["primary", "secondary", "manager", "executives"]),
    ("code", ["engineer", "senior", "executive", "chiefs"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "levels"), NUMBERED)
def test_the_levels_of_the_handbook_are_called_by_their_number(
    books: dict[str, Book], name: str, levels: list[str]
) -> None:
    for number, id in enumerate(levels, 1):
        for word in (str(number), f"L{number}"):
            found = books[name].escalation.find(word)
            assert found and found.id == id


NOTICES = [
    ("tracktion", {"on-call": "incidents", "lead": "incidents", "manager": "management",
                   "senior-management": "executive-updates", "executives": "executive-updates"}),
    ("smartcloudops", {"executives": "executive-updates"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "channels"), NOTICES)
def test_which_channel_learns_of_a_level(books: dict[str, Book], name: str, channels: dict[str, str]) -> None:
    known = books[name].escalation
    told = {level.id: known.notices[level.tell] for level in known.levels if level.tell}
    assert told == channels


# special cases, criteria, people outside

TRIGGERS = [
    # policy, id, who, within, words of when
    ("portfolio", "security", "group:security", 0 * MIN, "security incident"),
    ("code", "data-breach", "group:legal", 0 * MIN, "taken"),
    ("code", "regulatory", "group:compliance", HOUR, "authority"),
    ("code", "customer-data", "group:legal", 2 * HOUR, "customers"),
    ("smartcloudops", "security", "group:security", 0 * MIN, "attacks"),
    ("smartcloudops", "legal", "group:legal", 0 * MIN, "go outside"),
    ("default", "security", "group:security", 0 * MIN, "got in"),
]


@pytest.mark.parametrize(("name", "id", "who", "within", "words"), TRIGGERS)
def test_the_special_cases(books: dict[str, Book], name: str, id: str, who: str, within: timedelta, words: str) -> None:
    case = books[name].escalation.find(id)
    assert isinstance(case, Trigger)
    assert (case.who, case.within) == ((who,), within)
    assert words in case.when


@pytest.mark.parametrize("name", bundled())
def test_there_are_no_other_special_cases(books: dict[str, Book], name: str) -> None:
    assert [t.id for t in books[name].escalation.triggers] == [id for policy, id, *_ in TRIGGERS if policy == name]


CONTACTS = [
    ("default", {}),
    ("portfolio", {}),
    ("framework", {}),
    ("code", {"cloud": "At once, when the infrastructure", "database": "the database's own",
              "third-parties": "agreement"}),
    ("smartcloudops", {"press": "the CTO, or whom the CTO names"}),
    ("tracktion", {"cloud": "platform", "security-firm": "attack", "counsel": "law"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "contacts"), CONTACTS)
def test_people_outside(books: dict[str, Book], name: str, contacts: dict[str, str]) -> None:
    found = {contact.id: contact for contact in books[name].escalation.contacts}
    assert list(found) == list(contacts)
    for id, words in contacts.items():
        assert words in found[id].when
        ways = [way for way in (found[id].phone, found[id].email, found[id].link) if way]
        assert ways and all("555-01" in way or "example.com" in way for way in ways), "an example that reaches nobody"


CRITERIA = [
    ("tracktion", ["asks for help", "knowledge", "vendor", "media", "law", "30 minutes", "an hour"]),
    ("code", ["outside the company", "significant harm to the business"]),
    ("portfolio", []),
    ("framework", []),
    ("smartcloudops", []),
    ("default", ["not here", "what to try", "grows", "Customers"]),
]


@pytest.mark.parametrize(("name", "words"), CRITERIA)
def test_when_people_should_escalate_by_hand(books: dict[str, Book], name: str, words: list[str]) -> None:
    criteria = books[name].escalation.criteria
    assert [word for word, line in zip(words, criteria, strict=True) if word not in line] == []


# pages

WAYS = [
    ("default", "slack sms", "sev1 sev2"),
    ("portfolio", "slack email sms", "p0 p1"),
    ("framework", "slack sms", "p0 p1"),
    ("code", "slack sms", "sev1 sev2"),
    ("smartcloudops", "slack sms", "p0 p1 p2"),
    ("tracktion", "slack phone", "p1 p2 p3"),
]


@pytest.mark.parametrize(("name", "page_by", "pagerduty"), WAYS)
def test_how_pages_go_out(books: dict[str, Book], name: str, page_by: str, pagerduty: str) -> None:
    known = books[name].escalation
    assert (" ".join(known.page_by), " ".join(known.pagerduty)) == (page_by, pagerduty)
    quiet = 30 * MIN if name == "default" else None  # the handbooks ask nobody whether they are still there
    assert (known.pages.again_every, known.pages.times, known.pages.quiet_after) == (5 * MIN, 3, quiet)
    assert (known.longest_pause, known.watch_after) == (4 * HOUR, 5 * MIN)


def test_only_what_monitoring_calls_critical_or_high_goes_to_pagerduty(books: dict[str, Book]) -> None:
    book = books["portfolio"]
    sent = {alert.id for alert in book.alerts.severities if alert.severity in book.escalation.pagerduty}
    assert sent == {"critical", "high"}


@pytest.mark.parametrize("name", bundled())
def test_every_rule_says_why(books: dict[str, Book], name: str) -> None:
    """The reason is read at 3 a.m., on a phone."""
    assert all(rule.because.endswith(".") and len(rule.because) < 75 for rule in books[name].escalation.rules)


NEXT = [
    ("default", "sev1", ["secondary", "manager"]),
    ("default", "sev4", ["primary", "secondary", "commander", "manager"]),
    ("portfolio", "p1", ["secondary", "manager", "director", "executives"]),
    ("framework", "p0", ["all-hands"]),
    ("framework", "p1", ["all-hands"]),
    ("code", "sev1", ["senior", "director", "executive", "chiefs"]),
    ("code", "sev2", ["manager", "senior", "director", "executive", "chiefs"]),
    ("smartcloudops", "p1", ["secondary", "manager", "executives"]),
    ("tracktion", "p1", ["lead", "manager", "senior-management", "executives"]),
    ("tracktion", "p3", ["on-call", "lead", "manager", "senior-management", "executives"]),
]


@pytest.mark.parametrize(("name", "severity", "levels"), NEXT)
def test_by_hand_the_next_level_is_the_next_that_was_not_paged(
    books: dict[str, Book], name: str, severity: str, levels: list[str]
) -> None:
    book, found = books[name], []
    incident = an_incident(book, severity)
    while level := next_level(book, incident):
        found.append(level.id)
        call = facts.Escalated(level.id, level.id, level.title, "it grows")
        incident, _ = incident.add(call, "slack:U1", incident.opened_at)
    assert found == levels


def test_the_executives_of_a_p0_are_called_by_whatever_word_people_know(books: dict[str, Book]) -> None:
    for word in ("cto", "CEO", "Executive Team", "executives"):
        found = books["portfolio"].escalation.find(word)
        assert isinstance(found, Level) and found.id == "executives"
