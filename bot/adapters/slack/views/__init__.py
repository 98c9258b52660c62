"""Every message as Slack shows it. Only this package makes blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot import messages
from bot.adapters.slack.views import (
    access,
    alerts,
    analysis,
    calls,
    card,
    deadlines,
    detection,
    diagnosis,
    escalation,
    evidence,
    gathered,
    health,
    home,
    lists,
    oncall,
    policy,
    posts,
    questions,
    rooms,
    simulation,
)
from bot.adapters.slack.views.limits import Rendered
from bot.messages import Message

__all__ = ["Rendered", "render"]

VIEWS: Mapping[type, Callable[[Any], Rendered]] = {
    messages.Sentence: posts.sentence,
    messages.Card: card.card,
    messages.Announcement: posts.announcement,
    messages.Checklist: lists.checklist,
    messages.Checklists: lists.checklist_list,
    messages.Question: questions.question,
    messages.UpdatePost: posts.update_post,
    messages.Worded: posts.worded,
    messages.Ending: posts.ending,
    messages.Page: calls.page,
    messages.Mention: calls.mention,
    messages.StillThere: calls.still_there,
    messages.PageList: escalation.page_list,
    messages.ContactList: escalation.contact_list,
    messages.Nudge: posts.nudge,
    messages.Duties: posts.duties,
    messages.Handover: posts.handover,
    messages.Welcome: posts.welcome,
    messages.Elsewhere: posts.elsewhere,
    messages.CameFrom: gathered.came_from,
    messages.IsNow: gathered.is_now,
    messages.Status: card.card,
    messages.IncidentList: lists.incident_list,
    messages.TimelinePage: lists.timeline,
    messages.TaskList: lists.task_list,
    messages.RoleList: lists.role_list,
    messages.Help: lists.help,
    messages.PolicyPage: policy.policy_page,
    messages.OnCall: oncall.oncall,
    messages.ShiftBegins: oncall.shift_begins,
    messages.CoverWanted: oncall.cover_wanted,
    messages.Simulation: simulation.simulation,
    messages.DeadlineNudge: deadlines.deadline_nudge,
    messages.DeadlineList: deadlines.deadline_list,
    messages.EvidenceList: evidence.evidence_list,
    messages.EvidenceShown: evidence.evidence_shown,
    messages.Whys: analysis.whys,
    messages.Fishbone: analysis.fishbone,
    messages.AlertNews: alerts.news,
    messages.AlertOffer: alerts.offer,
    messages.AlertsWell: alerts.well,
    messages.AlertList: alerts.alert_list,
    messages.Diagnosis: diagnosis.diagnosis,
    messages.Readings: diagnosis.readings,
    messages.Sights: diagnosis.sights,
    messages.Triaged: detection.triaged,
    messages.Restricted: access.restricted,
    messages.CatchUp: rooms.catch_up,
    messages.HandedOver: rooms.handed_over,
    messages.MergedAway: rooms.merged_away,
    messages.MergedIn: rooms.merged_in,
    messages.Home: home.home,
    messages.TestPage: home.page_for_a_test,
    messages.CheckUp: health.check_up,
}


def render(message: Message) -> Rendered:
    """Text for notifications and blocks for people, within Slack's limits whatever the message holds."""
    return VIEWS[type(message)](message)
