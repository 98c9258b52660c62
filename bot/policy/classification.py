"""The questions that lead to a severity (classification.yml): a matrix, or a tree asked one question at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from bot.policy.model import Id, Part, Title, Words

Answers = Mapping[str, str]


class Proposal(NamedTuple):
    """`because` says which answers led there, for people."""

    severity: str
    because: str


class Choice(Part):
    """`severity` is what it means by itself, `then` the question that follows in a tree."""

    id: Id
    title: Title
    severity: Id | None = None
    then: Id | None = None


class Question(Part):
    """`title` is short, for reasons and tables; `ask` is the whole question."""

    id: Id
    title: Title
    ask: Words
    choices: tuple[Choice, ...] = Field(min_length=2, max_length=10)

    @model_validator(mode="after")
    def _each_choice_is_one(self) -> Self:
        _unique([choice.id for choice in self.choices], "choice")
        return self

    def find(self, answer: str | None) -> Choice | None:
        return next((choice for choice in self.choices if choice.id == answer), None)


class Matrix(Part):
    """
    All questions are asked. `cells` gives the severity for the answers to the first and the second question; without
    cells every choice has a severity, and the gravest of those chosen is proposed.
    """

    questions: tuple[Question, ...] = Field(min_length=1, max_length=5)
    cells: Mapping[Id, Mapping[Id, Id]] | None = None

    @model_validator(mode="after")
    def _every_way_leads_to_a_severity(self) -> Self:
        _unique([question.id for question in self.questions], "question")
        for question in self.questions:
            for choice in question.choices:
                if choice.then:
                    raise ValueError(f'"{question.id}: {choice.id}" has a "then", which only a triage has')
                if bool(choice.severity) == bool(self.cells):
                    right = "no severity of its own, for the cells say it" if self.cells else "a severity, or cells"
                    raise ValueError(f'"{question.id}: {choice.id}" is without use; right would be {right}')
        self._check_cells()
        return self

    def _check_cells(self) -> None:
        if not self.cells:
            return
        if len(self.questions) != 2:
            raise ValueError(f"cells are for two questions, and here are {len(self.questions)}")
        rows, columns = ([choice.id for choice in question.choices] for question in self.questions)
        _same(self.cells, rows, "cells")
        for row, cells in self.cells.items():
            _same(cells, columns, f"cells.{row}")

    @property
    def longest(self) -> int:
        return len(self.questions)

    @property
    def first(self) -> str:
        return self.questions[0].id

    def then(self, question: Question, choice: Choice) -> str | None:
        ids = [each.id for each in self.questions]
        return next(iter(ids[ids.index(question.id) + 1 :]), None)


class Triage(Part):
    """A tree: `first` is asked first, and each choice leads to a severity or to another question."""

    first: Id
    questions: tuple[Question, ...] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _every_way_leads_to_a_severity(self) -> Self:
        _unique([question.id for question in self.questions], "question")
        for question in self.questions:
            for choice in question.choices:
                if bool(choice.severity) == bool(choice.then):
                    raise ValueError(f'"{question.id}: {choice.id}" needs either a severity or a question as "then"')
        asked = self._asked(self.first, ())
        if alone := [question.id for question in self.questions if question.id not in asked]:
            raise ValueError(f'no way leads to the question "{alone[0]}"')
        return self

    def _asked(self, id: str, before: tuple[str, ...]) -> dict[str, int]:
        """The questions from here on, and after how many others each is asked at most."""
        if id in before:
            raise ValueError(f"the questions go in a circle ({' → '.join([*before, id])})")
        question = next((question for question in self.questions if question.id == id), None)
        if question is None:
            raise ValueError(f'there is no question "{id}"')
        asked = {id: len(before)}
        for then in {choice.then for choice in question.choices if choice.then}:
            for follows, after in self._asked(then, (*before, id)).items():
                asked[follows] = max(after, asked.get(follows, 0))
        return asked

    @property
    def longest(self) -> int:
        return 1 + max(self._asked(self.first, ()).values())

    def then(self, question: Question, choice: Choice) -> str | None:
        return choice.then


class OpenQuestion(Part):
    """Answered in words, kept on the timeline; it proposes nothing."""

    id: Id
    title: Title
    ask: Words


class Classification(Part):
    """At most one of `matrix` and `triage` proposes; `assessment` is asked besides."""

    matrix: Matrix | None = None
    triage: Triage | None = None
    assessment: tuple[OpenQuestion, ...] = Field(default=(), max_length=8)

    @model_validator(mode="after")
    def _one_of_them_proposes(self) -> Self:
        if self.matrix and self.triage:
            remedy = 'where this policy builds on one with the other, write "triage: null" or "matrix: null"'
            raise ValueError(f"matrix and triage cannot both propose a severity; {remedy}")
        _unique([question.id for question in self.assessment], "question")
        return self

    @property
    def proposes(self) -> bool:
        return self._asks is not None

    @property
    def questions(self) -> tuple[Question, ...]:
        return self._asks.questions if self._asks else ()

    @property
    def longest(self) -> int:
        """How many questions are asked at most."""
        return self._asks.longest if self._asks else 0

    @property
    def _asks(self) -> Matrix | Triage | None:
        return self.matrix or self.triage

    def next(self, answers: Answers) -> Question | None:
        """The question to ask now; None when a severity can be proposed, or there is nothing to ask."""
        return self._walk(answers)[1]

    def path(self, answers: Answers) -> list[tuple[Question, Choice]]:
        """The questions answered so far, in the order they are asked; answers off the path do not count."""
        return self._walk(answers)[0]

    def propose(self, answers: Answers, gravest_first: tuple[str, ...]) -> Proposal | None:
        """What the answers propose; None while a question is open. `gravest_first` are the ids of the severities."""
        path, asked = self._walk(answers)
        if asked or not path:
            return None
        because = " · ".join(f"{question.title}: {choice.title}" for question, choice in path)
        if self.matrix and self.matrix.cells:
            (_, first), (_, second) = path
            return Proposal(self.matrix.cells[first.id][second.id], because)
        found = [choice.severity for _, choice in path if choice.severity]
        return Proposal(min(found, key=gravest_first.index), because)

    def _walk(self, answers: Answers) -> tuple[list[tuple[Question, Choice]], Question | None]:
        """The way that the answers go, and the question where it stops. A choice that there is not answers nothing."""
        path: list[tuple[Question, Choice]] = []
        if self._asks is None:
            return path, None
        known = {question.id: question for question in self._asks.questions}
        asked: str | None = self._asks.first
        while asked:
            chosen = known[asked].find(answers.get(asked))
            if chosen is None:
                return path, known[asked]
            path.append((known[asked], chosen))
            asked = self._asks.then(*path[-1])
        return path, None


def _unique(ids: list[str], kind: str) -> None:
    for id in ids:
        if ids.count(id) > 1:
            raise ValueError(f'there is more than one {kind} "{id}"')


def _same(given: Iterable[str], wanted: list[str], where: str) -> None:
    missing = [id for id in wanted if id not in given]
    strange = [id for id in given if id not in wanted]
    if missing or strange:
        wrong = f'lacks "{missing[0]}"' if missing else f'has "{strange[0]}", which is no choice'
        raise ValueError(f"{where} {wrong}; right would be {', '.join(wanted)}")
