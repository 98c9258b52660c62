"""What the commands of the operator share: the environment, and how they end."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer
from pydantic import ValidationError

from bot.config import Config
from bot.policy import book
from bot.policy.book import Book
from bot.policy.errors import PolicyError


def environment() -> Config:
    """As it is, whether or not Muster could speak to Slack with it."""
    try:
        return Config()
    except ValidationError as wrong:
        said = "; ".join(f"{error['loc'][0]}: {error['msg']}" for error in wrong.errors(include_url=False))
        stop(f"The environment cannot be used: {said}.")


def book_of(name: str) -> Book | None:
    """The policy; None if it cannot be read."""
    try:
        return book.load(name)
    except PolicyError:
        return None


def stop(sentence: str, code: int = 2) -> NoReturn:
    """End with a sentence on stderr."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(code)
