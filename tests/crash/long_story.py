"""A story of what a team's own policy can ask for besides: lists in their time, audiences, decisions, a new policy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.domain import facts
from tests.crash.story import ROOM, Said, Story

POLICIES = Path(__file__).parent / "policies"
OURS, LATER = str(POLICIES / "ours"), str(POLICIES / "later")

LONG = Story(
    policy=OURS,
    soon=timedelta(seconds=5),
    said=(
        Said("ana", "/incident declare sev2 checkout is failing",
             "#1 is declared: SEV2, checkout is failing. Its room is opening; the link follows here."),
        Said("ben", "/incident role #1 commander", "You are Incident Commander of #1 now."),
        Said("ana", "/incident go #1 fail over", "Question 1 of #1 is asked: fail over"),
        Said("ben", "/incident go #1 1 yes", "GO for question 1 of #1."),
        Said("ana", "/incident impact #1 users 1200", ".*1200.*"),
        Said("chen", "/incident severity #1 sev1 nobody can pay", "#1 is SEV1 now."),
        Said("ben", "/incident status #1 monitoring", "#1 is monitoring now."),
        Said("ben", "/incident policy adopt #1 sev1 this is how we do it now",
             "#1 runs under the policy later now: SEV1, Monitoring.", policy=LATER),
        Said("ben", "/incident resolve #1 rollback the deploy was reverted",
             "#1 is resolved. Its postmortem follows. .* UTC."),
    ),
    in_room=(
        "checklist:team post", "checklist_left:team nudge", "role handover", "question question", "say say",
        "word:regraded say", "word:moved say", "checklist:stabilize post", "say say", "ending room",
        "checklist:closing post", "checklist_left:closing nudge",
    ),
    others=frozenset({
        (ROOM, "war_room card"),
        (ROOM, "war_room checklist"),
        ("incidents", "war_room announcement"),
        ("status-updates", "inform audience:status-updates"),
        ("executives", "inform audience:executives"),
        ("customers", "inform audience:customers"),
        ("status-updates", "ending audience:status-updates"),
        ("dm ben", "role duties"),
    }),
    facts={
        facts.Declared: 1, facts.Promised: 2, facts.RoomOpened: 1, facts.Announced: 1, facts.AudienceTold: 3,
        facts.ChecklistOpened: 4, facts.Nudged: 2, facts.RoleTaken: 1, facts.GoAsked: 1, facts.GoDecided: 1,
        facts.ImpactRecorded: 1, facts.SeverityChanged: 1, facts.Moved: 1, facts.PolicyAdopted: 1, facts.Resolved: 1,
        facts.PostmortemWritten: 1, facts.UpdateTold: 1, facts.DeadlineMet: 1,
    },
    bookmarks=frozenset({"Announcement", "Bridge", "Dashboards", "Runbook", "Status page"}),
)  # fmt: skip

#: its calls that the short story does not make: how `findings.named` names them, and the which of that name
NEW = frozenset({
    ("chat.postMessage checklist:team post", 1),
    ("chat.postMessage checklist:stabilize post", 1),
    ("chat.postMessage checklist_left:team nudge", 1),
    ("chat.postMessage checklist_left:closing nudge", 1),
    ("chat.postMessage question question", 1),
    ("chat.update question question", 1),
    ("chat.postMessage say say", 1),
    ("chat.postMessage say say", 2),
    ("chat.postMessage inform audience:status-updates", 1),
    ("chat.postMessage inform audience:executives", 1),
    ("chat.postMessage inform audience:customers", 1),
    ("bookmarks.add Dashboards", 1),
    ("bookmarks.add Bridge", 1),
    ("bookmarks.add Runbook", 1),
    ("conversations.setPurpose", 2),
    ("conversations.setPurpose", 3),
    ("conversations.invite dana ana", 1),
    ("conversations.invite ana ben chen dana eli", 1),
    ("conversations.invite ana ben chen dana eli", 2),
})  # fmt: skip
