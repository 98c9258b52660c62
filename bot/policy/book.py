"""The whole policy of a team, read once and then only asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.incident import Incident
from bot.policy import references
from bot.policy.cadence import Cadence
from bot.policy.checklists import Checklists
from bot.policy.communications import Communications
from bot.policy.errors import PolicyError
from bot.policy.lifecycle import Lifecycle
from bot.policy.model import Part
from bot.policy.naming import Naming
from bot.policy.parts import Parts
from bot.policy.postmortem import Postmortem
from bot.policy.reading import Source, read
from bot.policy.roles import Roles
from bot.policy.severities import Severities
from bot.policy.texts import FIELDS, Person, Room, Texts

BUNDLED = Path(__file__).parent / "policies"
FILES: Mapping[str, type[Part]] = {
    "severities": Severities,
    "lifecycle": Lifecycle,
    "naming": Naming,
    "roles": Roles,
    "checklists": Checklists,
    "cadence": Cadence,
    "communications": Communications,
    "postmortem": Postmortem,
}


@dataclass(frozen=True)
class Book(Parts):
    """`hash` is the sha256 of all files in hex: an incident keeps it to say which policy it ran under."""

    name: str
    hash: str
    texts: Texts

    @property
    def words(self) -> Titles:
        """What the timeline calls things."""
        return Titles(self)

    def about(self, incident: Incident) -> dict[str, Any]:
        """The fields that every template may use; see `texts.COMMON`."""
        lead = incident.roles.get(self.roles.lead)
        return {
            "incident": incident,
            "label": self.naming.label(incident.number, incident.declared_at, incident.severity),
            "severity": self.severities.get(incident.severity),
            "status": self.lifecycle.get(incident.status),
            "commander": Person(lead) if lead else None,
            "room": Room(incident.room, incident.room_name or "") if incident.room else None,
        }


@dataclass(frozen=True)
class Titles:
    """`domain.timeline.Words`; an id from an earlier policy comes back as it is."""

    parts: Parts

    def severity(self, id: str) -> str:
        return next((s.title for s in self.parts.severities.all if s.id == id), id)

    def status(self, id: str) -> str:
        return next((s.title for s in self.parts.lifecycle.all if s.id == id), id)

    def role(self, id: str) -> str:
        return next((r.title for r in self.parts.roles.all if r.id == id), id)


def bundled() -> tuple[str, ...]:
    """Names of the policies that come with Muster."""
    return tuple(sorted(p.name for p in BUNDLED.iterdir() if p.is_dir()))


def load(name_or_dir: str | Path) -> Book:
    """A bundled policy by name, or one from a folder. PolicyError names every mistake at once."""
    folder = BUNDLED / name_or_dir if str(name_or_dir) in bundled() else Path(name_or_dir)
    if not folder.is_dir():
        right = f"a folder, or one that comes with Muster: {', '.join(bundled())}"
        raise PolicyError(str(name_or_dir), [f"there is no such policy. Right would be {right}."])
    texts, unreadable = _files(folder)
    parts, problems = _parts(texts)
    templates = {Path(f).stem: text for f, text in texts.items() if f.endswith(".j2")}
    problems = [*unreadable, *problems, *_missing(templates)]
    if parts is None or problems:
        raise PolicyError(folder.name, problems)
    return Book(**vars(parts), name=folder.name, hash=_hash(texts), texts=Texts(templates))


def _files(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Every policy file's text by its path inside the folder, and what cannot be read."""
    texts, problems = {}, []
    for path in sorted([*folder.glob("*.yml"), *folder.glob("templates/*.j2")]):
        file = path.relative_to(folder).as_posix()
        try:
            texts[file] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as wrong:
            problems.append(f"{file}: it cannot be read ({wrong}). Right is a readable file in UTF-8.")
    return texts, problems


def _parts(texts: Mapping[str, str]) -> tuple[Parts | None, list[str]]:
    problems = [
        f"{f}: no part of a policy has this name. The parts are: {', '.join(FILES)}."
        for f in texts
        if f.endswith(".yml") and f.removesuffix(".yml") not in FILES
    ]
    sources: dict[str, Source] = {}
    models: dict[str, Any] = dict.fromkeys(FILES)
    for part, model in FILES.items():
        if f"{part}.yml" not in texts:
            problems.append(f"{part}.yml is missing. The policy default has one to copy.")
            continue
        sources[part], models[part], wrong = read(f"{part}.yml", texts[f"{part}.yml"], model)
        problems += wrong
    sound = [part for part, model in models.items() if model is not None]
    problems += references.problems(Parts(**models), sources, sound)
    return (Parts(**models) if len(sound) == len(FILES) else None), problems


def _missing(templates: Mapping[str, str]) -> list[str]:
    missing = [
        f"templates/{n}.j2 is missing. The policy default has one to copy." for n in FIELDS if n not in templates
    ]
    unknown = [n for n in templates if n not in FIELDS and not n.startswith("_")]
    return missing + [
        f"templates/{n}.j2: nothing uses a template of this name. A shared piece begins with _." for n in unknown
    ]


def _hash(texts: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for file, text in sorted(texts.items()):
        for piece in (file.encode(), text.encode()):
            digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.hexdigest()
