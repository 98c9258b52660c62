"""Who and what there is in the practice workspace."""

from __future__ import annotations

from bot.policy.book import Book
from bot.simulator import Simulator
from bot.simulator.workspace import Workspace

PEOPLE = (
    ("ana", "Ana Lima", "Europe/Lisbon"),
    ("ben", "Ben Okafor", "Europe/London"),
    ("chen", "Chen Wei", "Asia/Singapore"),
    ("dana", "Dana Novak", "America/New_York"),
    ("eli", "Eli Berg", "Europe/Berlin"),
)
#: what there is without a policy, which is also what the policy default names
CHANNELS = ("incidents", "status-updates")
GROUPS = {"oncall": ("ben", "chen"), "incident-commanders": ("dana", "ana")}


def move_in(simulator: Simulator, book: Book | None = None) -> None:
    """Fill the workspace with everybody, and with what the policy names; one that was kept gets what it lacks."""
    workspace = simulator.workspace
    if not workspace.people():
        for n, (name, real, tz) in enumerate(PEOPLE):
            # 555-0100 to 555-0199 belong to nobody
            workspace.add_person(name, real_name=real, tz=tz, phone=f"+1202555{100 + n:04}")
    for channel in ("general", *(channels(book) if book else CHANNELS)):
        if workspace.channel_named(channel) is None:
            workspace.add_channel(channel, members=[user.id for user in workspace.people()], bot=True)
    for handle, members in (groups(book) if book else GROUPS).items():
        if workspace.group_named(handle) is None:
            add_group(workspace, handle, members)


def add_group(workspace: Workspace, handle: str, members: tuple[str, ...]) -> None:
    """Of the members those who are there, else everybody."""
    there = [user for name in members if (user := workspace.user_named(name))] or workspace.people()
    name = handle.replace("-", " ").replace("_", " ")
    workspace.add_group(handle, name=name[:1].upper() + name[1:], members=[user.id for user in there])


def channels(book: Book) -> tuple[str, ...]:
    """Every channel that the policy names, each once."""
    spoken, told = book.communications, book.escalation.notices.values()
    audiences = (audience.channel for audience in spoken.audiences)
    shifts = [book.oncall.announce] if book.oncall.announce else []
    offered = [book.routing.channel] if book.routing.channel else []
    return tuple(dict.fromkeys((spoken.incidents_channel, *audiences, *told, *shifts, *offered)))


def groups(book: Book) -> dict[str, tuple[str, ...]]:
    """Every user group that the policy names, with the two people who are in it."""
    graded = (who for severity in book.severities.all for who in (*severity.invite, *severity.page))
    called = (who for role in book.roles.all for who in role.invite)
    named = (who for each in (*graded, *called, *book.escalation.named) for who in behind(book, each))
    handles = [who.removeprefix("group:") for who in (*named, *book.oncall.named) if who.startswith("group:")]
    handles += [schedule.group for schedule in book.oncall.all if schedule.group]
    return {handle: GROUPS.get(handle) or pair(n) for n, handle in enumerate(dict.fromkeys(handles))}


def behind(book: Book, principal: str) -> tuple[str, ...]:
    """Those of a schedule, or the principal itself."""
    kind, _, name = principal.partition(":")
    if kind != "oncall" or not book.oncall.has(name):
        return (principal,)
    return tuple(who for layer in book.oncall.get(name).layers for who in layer.members)


def pair(n: int) -> tuple[str, str]:
    """
    Two people, others for each of five groups in a row.

    >>> pair(0), pair(1), pair(2)
    (('ben', 'chen'), ('dana', 'eli'), ('ana', 'ben'))
    """
    names = [name for name, _, _ in PEOPLE]
    return names[(2 * n + 1) % len(names)], names[(2 * n + 2) % len(names)]
