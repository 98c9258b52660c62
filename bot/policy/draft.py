"""What the files of a policy say, right or wrong: its parts, its templates and every mistake that hinders using it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bot.policy import references
from bot.policy.alerts import Alerts
from bot.policy.cadence import Cadence
from bot.policy.calendar import Calendar
from bot.policy.capture import Capture
from bot.policy.checklists import Checklists
from bot.policy.classification import Classification
from bot.policy.communications import Communications
from bot.policy.conflicts import Conflicts
from bot.policy.deadlines import Deadlines
from bot.policy.diagnosis import Diagnosis
from bot.policy.escalation import Escalation
from bot.policy.impact import Impact
from bot.policy.layers import BUNDLED, Layer
from bot.policy.lifecycle import Lifecycle
from bot.policy.model import Part
from bot.policy.naming import Naming
from bot.policy.oncall import Oncall
from bot.policy.parts import Parts
from bot.policy.permissions import Permissions
from bot.policy.policy import Policy
from bot.policy.postmortem import Postmortem
from bot.policy.reading import Source, read
from bot.policy.retention import Retention
from bot.policy.roles import Roles
from bot.policy.routing import Routing
from bot.policy.severities import Severities
from bot.policy.texts import FIELDS

FILES: Mapping[str, type[Part]] = {
    "policy": Policy,
    "severities": Severities,
    "classification": Classification,
    "impact": Impact,
    "lifecycle": Lifecycle,
    "naming": Naming,
    "roles": Roles,
    "checklists": Checklists,
    "calendar": Calendar,
    "oncall": Oncall,
    "cadence": Cadence,
    "escalation": Escalation,
    "communications": Communications,
    "deadlines": Deadlines,
    "alerts": Alerts,
    "routing": Routing,
    "diagnosis": Diagnosis,
    "capture": Capture,
    "permissions": Permissions,
    "retention": Retention,
    "postmortem": Postmortem,
    "conflicts": Conflicts,
}
#: texts that came after policies had been kept with incidents
ADDED = ("escalated", "nudge_deadline_due", "nudge_deadline_missed")
#: a policy without these has nothing to say there
OPTIONAL = frozenset({
    "policy", "classification", "impact", "alerts", "calendar", "oncall", "conflicts", "escalation", "deadlines",
    "routing", "diagnosis", "capture", "permissions", "retention",
})  # fmt: skip


class Template(NamedTuple):
    """`file` is what problems call it."""

    file: str
    text: str


class Draft(NamedTuple):
    """`parts` holds None for each part that is wrong in itself; `sound` are the names of the others."""

    parts: Parts
    sound: frozenset[str]
    sources: Mapping[str, Source]
    templates: Mapping[str, Template]
    problems: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return len(self.sound) == len(FILES)


def draft(layers: Sequence[Layer], unread: Collection[str] = ()) -> Draft:
    """The layers, each laid over those before it. Files of `unread` are told of already, and so are not missing."""
    sources: dict[str, Source] = {}
    models: dict[str, Any] = dict.fromkeys(FILES)
    problems = list(_unknown(layers))
    for part, model in FILES.items():
        texts = _texts(f"{part}.yml", layers)
        if any(Path(file).name == f"{part}.yml" for file in unread):
            continue
        if not texts and part not in OPTIONAL:
            problems.append(f"{part}.yml is missing. The policy default has one to copy.")
            continue
        sources[part], models[part], wrong = read(f"{part}.yml", texts, model)
        problems += wrong
    templates = {**added(unread), **templates_of(layers)}
    problems += _missing(templates, unread)
    parts, sound = Parts(**models), frozenset(part for part, model in models.items() if model is not None)
    problems += references.needed(parts, sources, sound)
    return Draft(parts, sound, sources, templates, tuple(problems))


def templates_of(layers: Sequence[Layer]) -> dict[str, Template]:
    """By name; a template replaces the one below of the same name."""
    return {
        Path(file).stem: Template(called(file, layer, layers), text)
        for layer in layers
        for file, text in layer.files.items()
        if file.endswith(".j2")
    }


def added(unread: Collection[str]) -> dict[str, Template]:
    """The texts that a policy of an earlier release does not have, as the policy default says them."""
    folder = BUNDLED / "default" / "templates"
    names = [name for name in ADDED if not any(Path(file).name == f"{name}.j2" for file in unread)]
    return {
        name: Template(f"default/templates/{name}.j2", (folder / f"{name}.j2").read_text("utf-8")) for name in names
    }


def called(file: str, layer: Layer, layers: Sequence[Layer]) -> str:
    """What problems call a file: those of other layers by their folder."""
    return file if layer is layers[-1] else f"{layer.name}/{file}"


def _texts(file: str, layers: Sequence[Layer]) -> list[tuple[str, str]]:
    return [(called(file, layer, layers), layer.files[file]) for layer in layers if file in layer.files]


def _unknown(layers: Sequence[Layer]) -> Iterable[str]:
    for layer in layers:
        for file in layer.files:
            if Path(file).suffix in (".yml", ".yaml") and file.removesuffix(".yml") not in FILES:
                known = ", ".join(f"{part}.yml" for part in FILES)
                yield f"{called(file, layer, layers)}: no part of a policy has this name. The parts are: {known}."


def _missing(templates: Mapping[str, Template], unread: Collection[str]) -> Iterable[str]:
    there = {*templates, *(Path(file).stem for file in unread if file.endswith(".j2"))}
    for name in FIELDS:
        if name not in there:
            yield f"templates/{name}.j2 is missing. The policy default has one to copy."
    for name, template in templates.items():
        if name not in FIELDS and not name.startswith("_"):
            yield f"{template.file}: nothing uses a template of this name. A shared piece begins with _."
