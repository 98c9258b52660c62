"""The policy of a made-up team that uses everything a policy can hold; it extends the default."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "policy.yml": """
title: Harbour
means: For a made-up harbour and its cranes.
extends: default
""",
    "severities.yml": """
default: p1
severities:
  - id: p0
    title: P0
    name: Sinking
    emoji: "🆘"
    means: A crane has dropped something.
    criteria: [More than 40 % of the cranes stand still, Anybody is hurt]
    examples: [A container fell, "The <big> gate & its lock are stuck"]
    team: Everyone on shift
    tell: The port authority
    aliases: [zero]
    room: true
    invite: [declarer, "group:crane-crew", "role:commander"]
    page: ["group:crane-crew", "group:oncall"]
    acknowledge_within: 5m
    mitigate_within: 30m
    resolve_within: 2h
  - id: p1
    title: P1
    name: Leaking
    emoji: "🟠"
    means: A crane is slow.
    room: false
    invite: ["group:pilots"]
    page: []
    acknowledge_within: next business day
    resolve_within: 5 business days
""",
    "classification.yml": """
matrix:
  questions:
    - id: hurt
      title: Harm
      ask: Is anybody hurt?
      choices: [{id: "yes", title: Somebody}, {id: "no", title: Nobody}]
    - id: cranes
      title: Cranes
      ask: How many cranes stand still?
      choices: [{id: many, title: Many}, {id: few, title: Few}]
  cells:
    "yes": {many: p0, few: p0}
    "no": {many: p0, few: p1}
assessment:
  - {id: tide, title: Tide, ask: When does the tide turn?}
triage: null
""",
    "impact.yml": """
fields:
  - {id: ships, title: Ships waiting, kind: number, ask: How many ships wait?, on_card: true}
  - {id: quay, title: Quay, kind: choice, choices: [North, South]}
""",
    "alerts.yml": """
severities:
  - {id: low, title: Low, severity: p1, pagerduty: warning}
  - {id: high, title: High, severity: p0, pagerduty: critical, aliases: [urgent]}
page_from: high
""",
    "cadence.yml": """
severities:
  p0: {update_every: 10m, remind_before: 2m, prompt_lead_after: 1m}
  p1: {}
""",
    "checklists.yml": """
checklists:
  - id: stop
    title: Stop the cranes
    phase: triage
    severities: [p0]
    remind_after: 20m
    items: [{id: horn, text: The horn has sounded}, {id: clear, text: The quay is clear}]
  - id: look
    title: Look again
    after: 30m
    items: [{id: rope, text: The ropes hold}]
  - id: last
    title: Before we go
    opens: resolving
    items: [{id: log, text: The log is signed}]
""",
    "communications.yml": """
incidents_channel: harbour-alarms
audiences:
  - {channel: harbour-news, severities: [p0], what: [declared, update, resolved]}
update_fields:
  - {id: state, title: Where we stand}
  - {id: tide, title: The tide, hint: In metres}
bridge: {title: Radio room, phone: "+44 20 7946 0000", pin: "4711", severities: [p0]}
bookmarks:
  - {title: Tides, link: "https://tides.example.com/"}
""",
    "conflicts.yml": """
conflicts:
  - id: first-answer
    about: How fast a P0 is answered
    says: [The table says 5 minutes, The chart says 15 minutes]
    runs: 5 minutes, the stricter one
    setting: severities.p0.acknowledge_within
    value: 5m
  - id: port
    about: Who calls the port authority
    says: [The commander calls]
    runs: Nobody is called yet
    acts: false
""",
    "escalation.yml": """
levels:
  - {id: crew, title: Crane crew, who: ["group:crane-crew"], by: [slack, sms], tell: quay}
  - {id: pilots, title: Pilots, role: Whoever steers, who: ["group:pilots", "role:commander"], by: [phone],
     aliases: [p]}
  - {id: port, title: Port office, who: ["person:eli@practice.example"], by: [email], tell: quay}
notices: {quay: harbour-quay}
rules:
  - {id: late, severities: [p0], after: 10m, to: pilots, because: Nobody said a word for 10 minutes.}
  - {id: lasts, severities: [p0, p1], after: next business day, to: port, unless: over, because: It takes long.}
  - {id: deep, severities: [p0], after: 5m, since: "level:pilots", to: port, because: The pilots need help.}
  - {id: worse, severities: [p0], after: 0m, since: graded, to: crew, unless: over, because: It is sinking.}
criteria: [Somebody is in the water, The tide turns]
triggers:
  - {id: oil, title: Oil, when: Oil is in the water., who: ["group:tower"], by: [phone], within: 1h, tell: quay,
     aliases: [spill]}
contacts:
  - {id: tug, title: Tugs, when: A ship drifts., phone: "+44 20 7946 0001", email: tugs@example.com,
     link: "https://tugs.example.com", reference: Berth 7}
pages: {again_every: 2m, times: 1, quiet_after: 20m, answer_within: 3m}
page_by: [slack, phone]
pagerduty: [p0]
longest_pause: 30m
watch_after: 1m
""",
    "naming.yml": """
room: "harbour-{day}-{slug}"
incident: "HB-{date}-{minute}"
action: "{id}-{n}"
""",
    "postmortem.yml": """
called: Log entry
head: [severity, "impact:ships"]
sections:
  - id: story
    title: Story
    source: people
    parts:
      - {id: before, title: Before, prompt: What did the weather do?}
      - {id: after, title: After, source: timeline}
  - {id: todo, title: To do, source: actions, items: [high], within: 7d}
targets:
  - {id: draft, title: Draft, within: 48h, severities: [p0]}
  - {id: talk, title: Talk about it, within: next business day, follows: draft}
sla:
  otherwise: low
  met: Kept
  exceeded: Broken
  targets:
    low: {detection: 15m, response: 1h, resolution: 8h}
    high: {detection: 1m, response: 5m, resolution: 1h}
rules:
  - {id: slow, item: Find out what was slow, team: Cranes, due: 7d, priority: high, longer_than: 2h, severities: [p0]}
sign_off:
  - {title: Harbour master, role: commander}
""",
    "roles.yml": """
lead: commander
roles:
  - id: commander
    title: Harbour Master
    emoji: "⚓"
    duties: [You decide who moves., You write down when.]
    choose: [Whoever knows the tide]
    invite: ["group:tower"]
  - id: communications
    title: Caller
    emoji: "📣"
    duties: [You call the ships.]
  - id: diver
    title: Diver
    emoji: "🤿"
    extended: true
    when: Something lies under water
    duties: [You look below.]
""",
    "lifecycle.yml": """
resolve_by: [commander]
phases:
  - {id: triage, title: Right now, window: the first ten minutes}
  - {id: response, title: On the quay}
  - {id: stabilize, title: Holding}
  - {id: after, title: After}
""",
}


def build(folder: Path) -> Path:
    """The folder of the policy, made in `folder`."""
    made = folder / "harbour"
    made.mkdir()
    for name, text in FILES.items():
        (made / name).write_text(text.lstrip())
    return made
