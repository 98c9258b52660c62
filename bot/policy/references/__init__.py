"""Whether the parts of a policy fit together: every name that one file uses stands in another."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.policy.parts import Parts
from bot.policy.reading import Path, Source
from bot.policy.references import access, after, deadlines, escalation, eyes, oncall, response, settings, told
from bot.policy.references.finding import Looks

NEEDED: Looks = {
    **response.NEEDED, **told.NEEDED, **after.NEEDED, **oncall.NEEDED, **escalation.NEEDED, **deadlines.NEEDED,
    **eyes.NEEDED, **access.NEEDED,
}  # fmt: skip
FURTHER: Looks = {
    **response.FURTHER, **settings.FURTHER, **oncall.FURTHER, **escalation.FURTHER, **eyes.FURTHER, **access.FURTHER,
}  # fmt: skip
#: mappings with a row for each thing of a kind
ROWS = frozenset({("cadence", "severities"), ("postmortem", "sla", "targets")})
#: what names such things in a list: without one of them a rule does not come, no deadline is set, no level called after
#: it, the lead is reminded, for a schedule the fallback is called; no severity is proposed, a symptom weighs nothing,
#: and a cause does not come up
NAMED = frozenset({
    ("escalation", "rules", "severities"), ("escalation", "pagerduty", "pagerduty"),
    ("escalation", "pages", "quiet_for"), ("escalation", "levels", "who"),
    ("deadlines", "deadlines", "severities"), ("deadlines", "deadlines", "channel"),
    ("deadlines", "deadlines", "then_call"), ("deadlines", "remind", "remind"),
    ("diagnosis", "probes", "grade"), ("diagnosis", "patterns", "grade"), ("diagnosis", "errors", "grade"),
    ("diagnosis", "triage", "severity"), ("diagnosis", "triage", "services"),
    ("diagnosis", "causes", "symptoms"), ("diagnosis", "causes", "needs"), ("diagnosis", "causes", "unless"),
    ("diagnosis", "recommendations", "symptoms"), ("diagnosis", "recommendations", "causes"),
    ("routing", "rules", "severity"), ("routing", "rules", "grades"), ("routing", "sources", "grade"),
})  # fmt: skip


def needed(parts: Parts, sources: Mapping[str, Source], sound: Collection[str]) -> list[str]:
    """One sentence per name that leads nowhere. Only parts named in `sound` are looked at; the others may be None."""
    return _problems(NEEDED, parts, sources, sound)


def further(parts: Parts, sources: Mapping[str, Source], sound: Collection[str]) -> list[str]:
    """What no incident fails by, and still cannot be meant: ways that lead nowhere, conflicts decided otherwise."""
    return _problems(FURTHER, parts, sources, sound)


def _problems(looks: Looks, parts: Parts, sources: Mapping[str, Source], sound: Collection[str]) -> list[str]:
    wanted = [look for look, needs in looks.items() if needs <= set(sound)]
    found = [problem for look in wanted for problem in look(parts)]
    return [
        sources[part].problem(path, f"{told}{_remedy(part, path, sources[part])}")
        for part, path, told in found
        if not _left_over(part, path, sources[part])
    ]


def _left_over(part: str, path: Path, source: Source) -> bool:
    """Whether it is about something that only the policy below has: nobody needs to take it away."""
    named = (part, path[0] if path else "", path[-1] if path else "") in NAMED
    return (named or (part, *path[:-1]) in ROWS) and source.inherited(path)


def _remedy(part: str, path: Path, source: Source) -> str:
    """What a policy can do about a value that it only inherits."""
    if not path or not source.inherited(path):
        return ""
    return f' It comes from the policy that this one extends; a {part}.yml here can say "{path[0]}" anew.'
