"""The incident as JSON and back: the store's row is a cache of what the facts add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from bot.domain import facts
from bot.domain.facts import Stage
from bot.domain.incident import Incident, Question, Tick
from bot.domain.pieces import Answer, Called, Capture, Page, Raised, Why
from bot.domain.tasks import Task

MOMENTS = (
    "declared_at", "acknowledged_at", "updated_at", "promised", "impact_at", "ended_at", "reopened_at", "graded_at",
    "first_acknowledged_at", "heard_at", "asked_at", "active_at", "paused_at", "paused_until", "archived_at",
)  # fmt: skip
TUPLES = ("paged", "checklists", "told", "admitted", "barred")
PAIRS = ("gave_up", "missed", "related", "absorbed")


def to_json(incident: Incident) -> dict[str, Any]:
    """JSON values only; equal incidents give equal JSON."""
    plain = {f.name: getattr(incident, f.name) for f in fields(incident)}
    plain |= {name: _iso(plain[name]) for name in MOMENTS}
    plain["updates"] = [facts.encode(u) for u in incident.updates]
    plain["resolution"] = incident.resolution and facts.encode(incident.resolution)
    plain["tasks"] = [{**vars(t), "done_at": _iso(t.done_at), "due": _iso(t.due)} for t in incident.tasks]
    plain["questions"] = [{**vars(q), "decided_at": _iso(q.decided_at)} for q in incident.questions]
    plain["ticks"] = {item: {"by": t.by, "at": t.at.isoformat()} for item, t in incident.ticks.items()}
    plain["stages"] = {stage.value: at.isoformat() for stage, at in incident.stages.items()}
    plain["roles"] = dict(incident.roles)
    plain["impact"] = dict(incident.impact)
    for name in TUPLES:
        plain[name] = list(plain[name])
    for name in PAIRS:
        plain[name] = [list(one) for one in plain[name]]
    plain["pages"] = [{**vars(p), "at": p.at.isoformat()} for p in incident.pages]
    plain["called"] = [{**vars(c), "at": c.at.isoformat()} for c in incident.called]
    plain["answers"] = {who: {**vars(a), "at": a.at.isoformat()} for who, a in incident.answers.items()}
    plain["met"] = {id: at.isoformat() for id, at in incident.met.items()}
    plain["alerts"] = {
        group: {**vars(r), "at": r.at.isoformat(), "cleared_at": _iso(r.cleared_at)}
        for group, r in incident.alerts.items()
    }
    plain["whys"] = {str(step): dict(vars(why)) for step, why in incident.whys.items()}
    plain["bones"] = {branch: list(causes) for branch, causes in incident.bones.items()}
    plain["captures"] = {
        id: {**vars(c), "at": c.at.isoformat(), "files": dict(c.files)} for id, c in incident.captures.items()
    }
    plain["merged_into"] = list(incident.merged_into) if incident.merged_into else None
    return plain


def from_json(stored: Mapping[str, Any]) -> Incident:
    """The inverse of `to_json`."""
    known = {f.name for f in fields(Incident)}
    plain = {name: value for name, value in stored.items() if name in known}
    plain |= {name: _moment(plain.get(name)) for name in MOMENTS}
    plain["stage"] = Stage(plain["stage"])
    for name in TUPLES:
        plain[name] = tuple(plain.get(name, ()))
    for name in PAIRS:
        plain[name] = tuple(tuple(one) for one in plain.get(name, ()))
    plain["pages"] = tuple(Page(**_at(p)) for p in plain.get("pages", ()))
    plain["called"] = tuple(Called(**_at(c)) for c in plain.get("called", ()))
    plain["answers"] = {who: Answer(**_at(a)) for who, a in plain.get("answers", {}).items()}
    plain["met"] = {id: datetime.fromisoformat(at) for id, at in plain.get("met", {}).items()}
    plain["alerts"] = {
        group: Raised(**{**_at(r), "cleared_at": _moment(r["cleared_at"])})
        for group, r in plain.get("alerts", {}).items()
    }
    plain["whys"] = {int(step): Why(**why) for step, why in plain.get("whys", {}).items()}
    plain["bones"] = {branch: tuple(causes) for branch, causes in plain.get("bones", {}).items()}
    plain["captures"] = {id: Capture(**_at(c)) for id, c in plain.get("captures", {}).items()}
    plain["merged_into"] = tuple(plain["merged_into"]) if plain.get("merged_into") else None
    plain["updates"] = tuple(facts.decode(u) for u in plain["updates"])
    plain["resolution"] = facts.decode(plain["resolution"]) if plain["resolution"] else None
    plain["tasks"] = tuple(
        Task(**{**t, "done_at": _moment(t["done_at"]), "due": _moment(t.get("due"))}) for t in plain["tasks"]
    )
    plain["questions"] = tuple(
        Question(**{**q, "decided_at": _moment(q["decided_at"])}) for q in plain.get("questions", ())
    )
    plain["ticks"] = {i: Tick(t["by"], datetime.fromisoformat(t["at"])) for i, t in plain["ticks"].items()}
    plain["stages"] = {Stage(s): datetime.fromisoformat(at) for s, at in plain["stages"].items()}
    return Incident(**plain)


def _at(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {**stored, "at": datetime.fromisoformat(stored["at"])}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
