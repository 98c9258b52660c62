"""
Words between Slack and Muster: mentions, links and entities on the way in, mrkdwn on the way out.

Only & < > are escaped, https://docs.slack.dev/messaging/formatting-message-text/#escaping. A person is written
`slack:U1` inside and becomes a mention outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.incident import MUSTER
from bot.domain.people import in_words

# an id is whatever the server gave; one of Slack's own shape ends where that shape ends ("slack:U1-led")
PERSON = re.compile(r"\bslack:([UW][A-Z0-9]+\b(?!-[A-Z0-9])|[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*)")
#: a user group, by the shape of Slack's own ids
GROUP = re.compile(r"\bslack:(S[A-Z0-9]{2,})\b(?!-[A-Z0-9])")
#: somebody whom only PagerDuty knows
PAGED = re.compile(r"\bpagerduty:([\w.-]*\w)")
_ANGLE = re.compile(r"<([^<>]*)>")
_LINK = re.compile(r"(https?://[^\s<>|]*[^\s<>|.,;:!?)'\"\]*_~`])")


def inward(text: str) -> str:
    """
    What a person meant by the text that Slack sent.

    >>> inward("<@U1|ana> sees <#C1|shop> &amp; <https://a.test|a>")
    'slack:U1 sees #shop & https://a.test'
    >>> inward("<@U1> wrote 2 &lt; 3 <!here>")
    'slack:U1 wrote 2 < 3 @here'
    """
    return unescaped(_ANGLE.sub(_meant, text))


def _meant(found: re.Match[str]) -> str:
    target, _, label = found[1].partition("|")
    if target.startswith("@"):
        return f"slack:{target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return target.removeprefix("mailto:")


def unescaped(text: str) -> str:
    """
    >>> unescaped("a &lt;b&gt; &amp;amp; c")
    'a <b> &amp; c'
    """
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escaped(text: str) -> str:
    """
    >>> escaped("<!channel> & co")
    '&lt;!channel&gt; &amp; co'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def outward(text: str) -> str:
    """
    Any words, as mrkdwn that shows exactly them; people become mentions, addresses links.

    >>> outward("slack:U1 saw <!channel>")
    '<@U1> saw &lt;!channel&gt;'
    >>> outward("slack:U1-led; slack:u-2, slack:u_3.")
    '<@U1>-led; <@u-2>, <@u_3>.'
    >>> outward("slack:S012AB3CD is on call")
    '<!subteam^S012AB3CD> is on call'
    >>> outward("see https://a.test/?x=1&y=2.")
    'see <https://a.test/?x=1&amp;y=2>.'
    """
    parts = _LINK.split(text)
    parts[::2] = [_mentions(escaped(words)) for words in parts[::2]]
    parts[1::2] = [f"<{escaped(link)}>" for link in parts[1::2]]
    return "".join(parts)


def _mentions(text: str) -> str:
    # https://docs.slack.dev/messaging/formatting-message-text/#mentioning-groups
    named = PAGED.sub(lambda found: f"{found[1].replace('_', ' ')} (PagerDuty)", in_words(text))
    return PERSON.sub(r"<@\1>", GROUP.sub(r"<!subteam^\1>", named))


def line(text: str) -> str:
    """
    Words on one line, escaped: for titles and summaries.

    >>> line("checkout\\n  is <down>")
    'checkout is &lt;down&gt;'
    """
    return outward(" ".join(text.split()))


def who(person: str | None, nobody: str = "nobody yet") -> str:
    """
    >>> who("slack:U1"), who("muster"), who(None), who("api:ci")
    ('<@U1>', 'Muster', 'nobody yet', 'ci (by API)')
    >>> who("pagerduty:Ana_Lopez")
    'Ana Lopez (PagerDuty)'
    """
    if person is None:
        return nobody
    return "Muster" if person == MUSTER else outward(person)


def people(refs: Iterable[str]) -> str:
    """
    >>> people(["slack:U1", "slack:U2"])
    '<@U1> <@U2>'
    """
    return " ".join(who(ref) for ref in refs)


def room(ref: str) -> str:
    """
    The link to a room, or to the room in which a thread lives.

    >>> room("slack:C1"), room("slack:C1/1700000000.000100")
    ('<#C1>', '<#C1>')
    """
    return f"<#{escaped(ref.removeprefix('slack:').partition('/')[0])}>"


def moment(at: datetime, day: date | None = None) -> str:
    """
    A time in the reader's own zone; without its date when it falls on `day` (UTC).

    https://docs.slack.dev/messaging/formatting-message-text/#date-formatting

    >>> from datetime import UTC
    >>> moment(datetime(2026, 11, 21, 3, 12, tzinfo=UTC))
    '<!date^1795230720^{date_short_pretty} {time}|2026-11-21 03:12 UTC>'
    >>> moment(datetime(2026, 11, 21, 3, 12, tzinfo=UTC), date(2026, 11, 21))
    '<!date^1795230720^{time}|03:12 UTC>'
    """
    same = at.date() == day
    shape, spare = ("{time}", "%H:%M UTC") if same else ("{date_short_pretty} {time}", "%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{shape}|{at.strftime(spare)}>"


def relative(at: datetime) -> str:
    """
    How far off a time is for whoever reads it, whenever they do.

    >>> from datetime import UTC
    >>> relative(datetime(2026, 11, 21, 3, 12, tzinfo=UTC))
    '<!date^1795230720^{ago}|03:12 UTC>'
    """
    return f"<!date^{int(at.timestamp())}^{{ago}}|{at:%H:%M UTC}>"


def calendar(at: datetime) -> str:
    """
    A day in the reader's own zone.

    >>> from datetime import UTC
    >>> calendar(datetime(2026, 11, 21, 3, 12, tzinfo=UTC))
    '<!date^1795230720^{date_long}|2026-11-21>'
    """
    return f"<!date^{int(at.timestamp())}^{{date_long}}|{at:%Y-%m-%d}>"


def duration(length: timedelta) -> str:
    """
    The two largest units.

    >>> duration(timedelta(minutes=65)), duration(timedelta(days=1)), duration(timedelta(seconds=30))
    ('1 h 5 min', '1 d', '30 s')
    >>> duration(timedelta(0)), duration(timedelta(minutes=-5))
    ('0 s', '0 s')
    """
    seconds = max(0, int(length.total_seconds()))
    parts = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(f"{amount} {unit}")
    return " ".join(parts[:2]) or "0 s"


@dataclass(frozen=True)
class SlackDialect:
    """How the policy's templates write typed text, people and times in Slack."""

    day: date | None = None

    def text(self, typed: str) -> str:
        return outward(typed)

    def person(self, ref: str) -> str:
        return who(ref)

    def room(self, ref: str, name: str) -> str:
        return room(ref)

    def moment(self, at: datetime) -> str:
        return moment(at, self.day)

    def duration(self, length: timedelta) -> str:
        return duration(length)
