"""Five whys and the fishbone, as they stand."""

from __future__ import annotations

from collections.abc import Iterator

from bot.adapters.slack.views.blocks import actions, button, section, sections
from bot.adapters.slack.views.face import Face
from bot.adapters.slack.views.limits import Rendered, cut, fit
from bot.adapters.slack.words import line, who
from bot.domain.analysis import BRANCHES, WHYS
from bot.messages import Fishbone, Whys
from bot.workflows.evidence.whys import next_step

#: characters of all causes on one branch
LONGEST = 1200


def whys(message: Whys) -> Rendered:
    face = Face(message)
    id, step = face.incident.id, next_step(face.incident)
    ask = "Root cause" if step > WHYS else f"Answer why {step}"
    root = face.incident.root_cause
    answer = button("Change the root cause" if root else ask, "whys:ask", id, "" if not root else "root")
    tail = actions((answer, None if root or step > WHYS else button("Root cause", "whys:ask", id, "root")))
    return fit(f"Five whys of {face.plainly()}", [section(f"{face.head()}\n*Five whys*"), *rows(face)], tail)


def rows(face: Face) -> Iterator[dict[str, object]]:
    known = face.incident.whys
    last = max(known, default=0) if face.incident.root_cause else WHYS
    asked = (f"*Why {n}?* {answer(face, n)}" for n in range(1, last + 1))
    yield from sections("\n".join(asked) or "No why is answered.")
    if face.incident.root_cause:
        yield section(f"🎯 *Root cause:* {line(face.incident.root_cause)}")


def answer(face: Face, step: int) -> str:
    given = face.incident.whys.get(step)
    return f"{line(given.text)} · {who(given.by)}" if given else "_not answered yet_"


def fishbone(message: Fishbone) -> Rendered:
    face = Face(message)
    id, bones = face.incident.id, face.incident.bones
    count = sum(len(causes) for causes in bones.values())
    head = f"{face.head()}\n*Fishbone* · {count} cause{'' if count == 1 else 's'}"
    body = [section(branch(name, bones[name])) for name in BRANCHES if name in bones]
    none = [] if body else [section("No cause stands on it.")]
    picture = button("Picture", "fishbone:picture", id) if bones else None
    tail = actions((button("Add a cause", "fishbone:ask", id), picture))
    return fit(f"Fishbone of {face.plainly()}", [section(head), *body, *none], tail)


def branch(name: str, causes: tuple[str, ...]) -> str:
    return cut("\n".join([f"*{name.capitalize()}*", *(f"• {line(cause)}" for cause in causes)]), LONGEST)
