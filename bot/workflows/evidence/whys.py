"""Why it happened: five whys and a fishbone, filled by whoever knows, shown where people work on the incident."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain import analysis, facts
from bot.domain.errors import Refused
from bot.domain.facts import Fact
from bot.domain.incident import Incident
from bot.engine.journal import NewRun
from bot.engine.runs import Run
from bot.messages import Attachment, Sentence
from bot.ports import Books, Charts
from bot.workflows import show
from bot.workflows.desk import Desk, Gesture, claim, home_lane, known

WHYS, FISHBONE = "whys", "fishbone"
#: after why number 5 comes the root cause
ROOT = analysis.WHYS + 1


async def answer(desk: Desk, gesture: Gesture, id: str, step: int, text: str) -> Sentence:
    """Answer a why, or (ROOT) name what they led to; "" takes it back."""

    def act(incident: Incident) -> tuple[Incident, Fact]:
        if step == ROOT:
            return analysis.name_root_cause(incident, text, gesture.by, gesture.at)
        return analysis.answer_why(incident, step, text, gesture.by, gesture.at)

    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        await appear(books, incident, WHYS)
        return said(incident, fact)

    return await desk.change(gesture, id, act, then)


def said(incident: Incident, fact: Fact) -> str:
    match fact.event:
        case facts.RootCauseFound(""):
            return f"{incident.name} has no root cause any more."
        case facts.RootCauseFound(text):
            return f"The root cause of {incident.name}: {text}"
        case facts.WhyAnswered(step, ""):
            return f"Why {step} of {incident.name} has no answer any more."
        case facts.WhyAnswered(step, text):
            return f"Why {step} of {incident.name}: {text}"
    raise TypeError(f"{fact.event} says nothing of why")


def next_step(incident: Incident) -> int:
    """The first why without an answer; after all of them, the root cause."""
    return next((step for step in range(1, ROOT) if step not in incident.whys), ROOT)


async def place(desk: Desk, gesture: Gesture, id: str, branch: str, text: str) -> Sentence:
    """Put a cause on a branch of the fishbone."""
    return await _bones(desk, gesture, id, lambda i: analysis.place_cause(i, branch, text, gesture.by, gesture.at))


async def remove(desk: Desk, gesture: Gesture, id: str, text: str) -> Sentence:
    """Take a cause off, by its words."""
    return await _bones(desk, gesture, id, lambda i: analysis.remove_cause(i, text, gesture.by, gesture.at))


async def _bones(
    desk: Desk, gesture: Gesture, id: str, act: Callable[[Incident], tuple[Incident, Fact]]
) -> Sentence:  # fmt: skip
    async def then(books: Books, incident: Incident, fact: Fact) -> str:
        await appear(books, incident, FISHBONE)
        match fact.event:
            case facts.CausePlaced(branch, text):
                return f"On the fishbone of {incident.name}, {branch}: {text}"
            case facts.CauseRemoved(branch, text):
                return f"Off the fishbone of {incident.name}, {branch}: {text}"
        raise TypeError(f"{fact.event} says nothing of the fishbone")

    return await desk.change(gesture, id, act, then)


async def appear(books: Books, incident: Incident, kind: str) -> None:
    """Post it once, at the first answer; from then on it is edited."""
    if await claim(books, "analysis", incident.id, [kind]):
        seats = ((home_lane(incident.id), kind),)
        await books.start(NewRun("analysis", incident.id, {"kind": kind}, seats=seats, priority=4))


async def post(desk: Desk, run: Run) -> None:
    await show.first(desk, run, run.data["kind"])


# the picture


async def picture(desk: Desk, gesture: Gesture, id: str) -> Sentence:
    """Draw the fishbone, and show it where people work on the incident."""

    async def decision(books: Books) -> Sentence:
        incident = await known(books, id)
        if desk.charts is None:
            raise Refused("This Muster draws no pictures.")
        if not incident.bones:
            raise Refused("The fishbone has no cause yet. For example: /incident fishbone machines the disk was full")
        await books.start(NewRun("picture", id, asker=gesture.by, priority=6))
        return Sentence(f"The fishbone of {incident.name} is being drawn.", incident=id)

    return await desk.decide(gesture, decision)


async def draw(desk: Desk, run: Run) -> None:
    if desk.charts is not None:
        await share(desk, run, desk.charts)


async def share(desk: Desk, run: Run, charts: Charts) -> None:
    """Draw it as it stands now, and put it into the room."""
    incident = await desk.incident(run.subject)
    title = f"Fishbone of {incident.name}"

    async def stage() -> str:
        now = await desk.incident(run.subject)
        drawn = await charts.fishbone(now.title, branches(now))
        return await desk.chat.stage_file(Attachment(f"fishbone-{now.number}.png", title, drawn, spoken(now)))

    staged = await run.step("draw", stage, label="Drawing the fishbone")
    await run.keyed(
        "show",
        lambda key: desk.chat.share_file(desk.home_of(incident), staged, title, "", key),
        label="Putting the fishbone into the room",
        lane=home_lane(run.subject),
    )


def branches(incident: Incident) -> dict[str, tuple[str, ...]]:
    """The causes on every branch, also those without any."""
    return {branch: incident.bones.get(branch, ()) for branch in analysis.BRANCHES}


def spoken(incident: Incident) -> str:
    """What the picture shows, for whoever does not see it."""
    told = "; ".join(f"{branch}: {', '.join(causes)}" for branch, causes in incident.bones.items())
    return f"Causes of {incident.title}. {told}"
