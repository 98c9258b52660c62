"""When Homes are brought up to date: one's own at once, those of others in rounds, however much happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.engine.journal import NewTimer, Timer
from bot.ports import Books

#: in the store, when each person looked at theirs last, in ISO form: those that are kept up to date, and all ever
HOMES, EVER = "homes", "homes:ever"
#: when the newest round began, in ISO form
ROUND = "homes:round"
FAMILY = "home"
#: as a surface: any card goes before
URGENCY = 9
#: for how long after somebody looked their Home follows what happens, and how many do at once
LATELY, MOST = timedelta(hours=1), 60
#: a round begins no sooner than this after the one before, and reaches so many Homes per beat
# views.publish takes some 100 a minute: https://docs.slack.dev/reference/methods/views.publish
EVERY, BEAT, AT_ONCE = timedelta(seconds=15), timedelta(seconds=5), 5


def subject(person: str) -> str:
    return f"{FAMILY}:{person}"


async def look(books: Books, person: str) -> None:
    """Somebody looks at their Home: it is shown as things are, and follows them for a while."""
    homes = lately(await books.recall(HOMES) or {}, books.now)
    known = person in homes
    now = {person: books.now.isoformat()}
    newest = sorted({**homes, **now}.items(), key=lambda each: each[1])[-MOST:]
    await books.remember(HOMES, dict(newest))
    await books.remember(EVER, {**(await books.recall(EVER) or {}), **now})
    if not known:
        await books.place(subject(person), FAMILY, person, URGENCY)
    await books.want(subject(person), FAMILY)


def lately(homes: Mapping[str, str], now: datetime) -> dict[str, str]:
    """
    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    >>> lately({"U1": "2026-11-21T11:30:00+00:00", "U2": "2026-11-21T10:00:00+00:00"}, noon)
    {'U1': '2026-11-21T11:30:00+00:00'}
    """
    return {person: at for person, at in homes.items() if now - datetime.fromisoformat(at) < LATELY}


async def stir(books: Books, people: Iterable[str] = ()) -> None:
    """Something changed: `people` did it, and see it at once in their own Homes; all others in the next round."""
    homes = lately(await books.recall(HOMES) or {}, books.now)
    if not homes:
        return
    for person in homes.keys() & set(people):
        await books.want(subject(person), FAMILY)
    if await books.due(FAMILY, "homes") is None:
        await books.set_timer(NewTimer("homes", FAMILY, await next_round(books, len(homes)), {}, "homes", URGENCY))


async def next_round(books: Books, homes: int) -> datetime:
    """Now, unless one began so lately that it may still be under way."""
    began = await books.recall(ROUND)
    takes = max(EVERY, BEAT * (homes // AT_ONCE + 1))
    return max(books.now, datetime.fromisoformat(began) + takes) if began else books.now


async def begin(books: Books, timer: Timer) -> None:
    await books.remember(ROUND, books.now.isoformat())
    await reach(books, sorted(lately(await books.recall(HOMES) or {}, books.now)), "homes_left")


async def go_on(books: Books, timer: Timer) -> None:
    await reach(books, timer.data["left"], timer.key)


async def conceal(books: Books, incident: str, since: datetime) -> None:
    """Some may not know of an incident any more: every Home that may show it, however old, is published without it."""
    looked = (await books.recall(EVER) or {}).items()
    may_show = {person: at for person, at in looked if datetime.fromisoformat(at) + LATELY >= since}
    await reach(books, sorted(may_show, key=lambda person: may_show[person], reverse=True), f"homes_left:{incident}")


async def reach(books: Books, people: list[str], key: str) -> None:
    """A few at a time, so that Homes never take the place of what is urgent."""
    for person in people[:AT_ONCE]:
        await books.want(subject(person), FAMILY)
    if left := people[AT_ONCE:]:
        due = books.now + BEAT
        await books.set_timer(NewTimer("homes_left", FAMILY, due, {"left": left}, key, URGENCY))
