"""What requests carry: a body in JSON, and what stands after the question mark."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

LONGEST = 3000
LONGEST_WAIT = 30
#: controls besides line breaks and tabs, and halves of characters
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """Only what a line of text may hold; ValueError otherwise."""
    if NO_TEXT.search(text):
        raise ValueError("This holds characters that are no text. Leave them out")
    return text


Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(clean)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(clean)]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST), AfterValidator(clean)
]  # fmt: skip
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST), AfterValidator(clean)]
#: who is meant: slack:U012AB3CD, an e-mail address of the chat, or api:name
Person = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254), AfterValidator(clean)]
WHO = "`slack:U012AB3CD`, an e-mail address that the chat knows, or `api:name`."


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def example(**said: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [said]})


class Declaration(Body):
    """What is failing."""

    model_config = example(
        title="checkout is failing", severity="sev2", details="Every third payment ends in a 502.", source="monitoring"
    )  # fmt: skip

    title: Line = Field(description="What is failing, in a few words; the severity may stand before them.")
    severity: Word | None = Field(None, description="By its id or another name; without it, the policy's default.")
    details: Words = Field("", description="What is known; it becomes a note.")
    source: Literal["manual", "monitoring", "customer", "team", "third party"] = Field(
        "manual", description="Who noticed."
    )
    restricted: bool = Field(False, description="Only those who work on it may know of it.")
    another: bool = Field(
        False, description="Open one in spite of another that the same person declared in the same words just now."
    )


class Update(Body):
    """A status update, as far as there is something to say."""

    model_config = example(
        state="Half of the payments work again.", next_steps="The second region follows.", next_in_minutes=30
    )  # fmt: skip

    state: Text = Field(description="How it stands.")
    impact: Words = Field("", description="Who is hurt, and how.")
    actions: Words = Field("", description="What is being done.")
    next_steps: Words = Field("", description="What comes next.")
    help_needed: Words = Field("", description="What is missing.")
    next_in_minutes: int | None = Field(
        None, ge=1, le=10_080, description="When the next update is promised; without it, as the policy says."
    )
    more: dict[Word, Words] = Field(default_factory=dict, description="The policy's own fields, by their ids.")


class Note(Body):
    """Something for the record."""

    model_config = example(text="The database is out of connections.")

    text: Text = Field(description="What was seen, done or decided.")


class Move(Body):
    """Another status."""

    model_config = example(status="mitigating", reason="The deploy was rolled back.")

    status: Word = Field(description="By its id or another name.")
    reason: Words = Field("", description="Why.")


class Grade(Body):
    """Another severity."""

    model_config = example(severity="sev1", reason="All customers are affected.")

    severity: Word = Field(description="By its id or another name.")
    reason: Words = Field("", description="Why.")


class Seat(Body):
    """Who takes a role."""

    model_config = example(person="ana@example.org")

    person: Person | None = Field(None, description=f"{WHO} Without it, whoever asks.")


class NewTask(Body):
    """Something to do."""

    model_config = example(text="fail over the database", owner="slack:U012AB3CD")

    text: Text = Field(description="What is to be done.")
    owner: Person | None = Field(None, description=f"{WHO} Without it, whoever takes it.")
    later: bool = Field(False, description="An action item for after the incident.")


class Owner(Body):
    """Who does a task."""

    model_config = example(owner="ana@example.org")

    owner: Person | None = Field(None, description=f"{WHO} Without it, whoever asks.")


class Impact(Body):
    """Who and what is hurt, as far as it is known."""

    model_config = example(values={"users": "1200", "revenue": ""})

    values: dict[Word, Words] = Field(
        min_length=1, description="The policy's fields of the impact, by their ids; an empty text takes one back."
    )


class Outcome(Body):
    """How it was resolved."""

    model_config = example(how="rollback", summary="The deploy was reverted.", cause="A migration locked the orders.")

    how: Word | None = Field(None, description="A kind of resolution of the policy; without it, the usual one.")
    summary: Text = Field(description="What was done.")
    cause: Words = Field("", description="What caused it, as far as it is known.")


class Reason(Body):
    """Why."""

    model_config = example(reason="It fails again.")

    reason: Text = Field(description="Why, for whoever reads it later.")


class Escalation(Body):
    """Whom to call."""

    model_config = example(target="manager", reason="It spreads to the second region.")

    target: Person | None = Field(
        None, description="A level or special case of the policy, or a person; without it, the next level."
    )
    reason: Text = Field(description="Why; whoever is woken wants to know.")


class Nothing(Body):
    """Nothing needs to be said."""

    model_config = example()


# after the question mark


class Wanted(Body):
    """Which incidents."""

    state: Literal["open", "ended", "all"] = Field("open", description="Open ones, ended ones, or all.")
    severity: Word | None = Field(None, description="Only those of this severity, by its id.")
    status: Word | None = Field(None, description="Only those in this status, by its id.")
    search: Line | None = Field(None, description="Only those with these words in the title, in any case.")
    limit: int = Field(50, ge=1, le=200, description="How many at most.")
    before: int | None = Field(None, ge=1, le=2**31 - 1, description="Only those with a lower number: the next page.")


class Since(Body):
    """Which part of the timeline."""

    after: int = Field(0, ge=0, le=2**31 - 1, description="Only entries after this number, as `cursor` said.")
    wait: int = Field(
        0, ge=0, le=LONGEST_WAIT, description="Seconds to wait for an entry if there is none yet: to follow along."
    )
    limit: int = Field(500, ge=1, le=1000, description="How many at most.")
