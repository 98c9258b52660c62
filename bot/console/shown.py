"""Incidents in a terminal."""

from __future__ import annotations

from bot.console.words import Json, moment, named, plain
from bot.policy.show.pages import Page, Table, facts


def listed(found: Json, state: str) -> Page:
    rows = tuple(row(each, found["people"]) for each in found["incidents"])
    about = "there are more: --before " + str(found["incidents"][-1]["number"]) if found["next"] else ""
    title = {"open": "Open incidents", "ended": "Ended incidents"}.get(state, "Incidents")
    table = Table("", ("Incident", "Severity", "Status", "Title", "Commander", "Declared"), rows)
    return Page(title, about, () if rows else ("There are none.",), (table,))


def row(each: Json, people: Json) -> tuple[str, ...]:
    command = named(each["commander"], people) if each["commander"] else "nobody"
    cells = (each["name"], each["severity_title"], each["status_title"], each["title"], command)
    return (*(plain(cell) for cell in cells), moment(each["declared_at"]))


def one(found: Json) -> Page:
    people = found["people"]
    last, end = found["last_update"], found["resolution"]
    known = facts(
        "",
        ("Severity", plain(found["severity_title"])),
        ("Status", plain(found["status_title"])),
        ("Declared", f"{moment(found['declared_at'])} by {named(found['declared_by'], people)}"),
        ("Acknowledged", acknowledged(found)),
        ("Room", plain(f"#{found['room']}") if found["room"] else "not open yet"),
        ("Last update", plain(f"{last['number']}: {last['state']}") if last else None),
        ("Next update", moment(found["next_update_at"])),
        ("Resolution", plain(f"{end['how']}: {end['summary']}") if end else None),
        ("Ended", moment(found["ended_at"])),
        ("Can become", ", ".join(found["can_become"])),
    )
    return Page(plain(f"{found['name']} {found['title']}"), found["id"], (), (known, *more(found)))


def more(found: Json) -> tuple[Table, ...]:
    people = found["people"]
    roles = tuple((plain(each["title"]), named(each["person"], people)) for each in found["roles"])
    impact = tuple((plain(field), plain(value)) for field, value in found["impact"].items())
    tasks = tuple((str(each["id"]), task(each, people)) for each in found["tasks"])
    named_tables = (("Roles", roles), ("Impact", impact), ("Tasks", tasks))
    return tuple(Table(title, ("", ""), rows) for title, rows in named_tables if rows)


def acknowledged(found: Json) -> str:
    by = found["acknowledged_by"]
    return f"{moment(found['acknowledged_at'])} by {named(by, found['people'])}" if by else "by nobody yet"


def task(each: Json, people: Json) -> str:
    owner = f"done by {named(each['done_by'], people)}" if each["done"] else named(each["owner"], people, "nobody yet")
    later = ", action item" if each["later"] else ""
    return plain(f"{each['text']} ({owner}{later})")


def duties(found: Json) -> Page:
    rows = tuple(
        (plain(each["title"]), ", ".join(named(who, found["people"]) for who in each["people"]) or "nobody",
         moment(each["until"]), ", ".join(named(who, found["people"]) for who in each["then"]), plain(each["note"]))
        for each in found["schedules"]
    )  # fmt: skip
    notes = () if rows else ("The policy has no schedules.",)
    return Page("On call", "", notes, (Table("", ("Schedule", "Now", "Until", "Then", ""), rows),))
