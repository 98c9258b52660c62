"""Policies for stories: the bundled one with a few files of a team's own, and one that calls everything otherwise."""

from __future__ import annotations

import re
from pathlib import Path

from bot.policy.book import BUNDLED

DEFAULT = BUNDLED / "default"


def a_policy(folder: Path, extends: str = "default", **parts: str) -> str:
    """A policy with these parts laid over it: `a_policy(folder, naming="incident: INC-{number}")`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policy.yml").write_text(f"title: {folder.name.title()}\nextends: {extends}\n")
    for part, text in parts.items():
        (folder / f"{part}.yml").write_text(text)
    return str(folder)


def priorities(folder: Path) -> str:
    """The default with p1 for sev1, looking for investigating, and no word of the former left."""
    for file in sorted([*DEFAULT.glob("*.yml"), *DEFAULT.glob("templates/*.j2")]):
        text = re.sub(r"aliases: \[[^\]]*\]", "aliases: []", file.read_text())
        text = re.sub(r"\bsev(\d)\b", r"p\1", text).replace("SEV", "P").replace("investigating", "looking")
        copy = folder / file.relative_to(DEFAULT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(
            text.replace("title: Investigating", "title: Looking").replace("title: Default", "title: Other")
        )
    return str(folder)
