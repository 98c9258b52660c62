"""Inviting people: whoever can come is in, whoever cannot is named with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.adapters.slack import refs
from bot.adapters.slack.calls import SlackCalls
from bot.adapters.slack.errors import Refusal, by_person, reason
from bot.engine.outcomes import Rejected

BATCH = 100
FINE = {"already_in_channel", "cant_invite_self"}
#: Reasons that lie with a person; others lie with the channel or with Muster.
PERSONAL = {
    "already_in_channel",
    "cant_invite",
    "cant_invite_self",
    "invitee_cant_see_channel",
    "org_user_not_in_team",
    "ura_max_channels",
    "user_disabled",
    "user_is_bot",
    "user_is_restricted",
    "user_is_ultra_restricted",
    "user_not_found",
    "user_team_not_in_channel",
    "users_not_found",
}


async def invite(calls: SlackCalls, channel: str, people: Sequence[str]) -> None:
    """Rejected names those who cannot be invited; the others are in."""
    users = [refs.user(person) for person in dict.fromkeys(people) if refs.is_ours(person)]
    refused = {person: "they are not in Slack" for person in people if not refs.is_ours(person)}
    for start in range(0, len(users), BATCH):
        failed = await _batch(calls, channel, users[start : start + BATCH])
        refused |= {refs.person(user): reason(code) for user, code in failed.items() if code not in FINE}
    if refused:
        raise Rejected(_sentence(refused, len(dict.fromkeys(people)) > len(refused)))


async def _batch(calls: SlackCalls, channel: str, users: Sequence[str]) -> dict[str, str]:
    """Slack's name of the reason for each who is not in."""
    try:
        answer = await calls.call("conversations.invite", channel=channel, users=",".join(users), force=True)
    except Refusal as refusal:
        return await _after_refusal(calls, channel, users, refusal)
    return {user: code for user, code in by_person(answer).items() if user in users}


async def _after_refusal(
    calls: SlackCalls, channel: str, users: Sequence[str], refusal: Refusal
) -> dict[str, str]:  # fmt: skip
    """
    Nobody may be in yet: invite those who are not named without those who are, one by one if nobody is named.

    With `force` Slack lets the others in, but only if there is anybody it can let in.
    """
    failed = {user: code for user, code in refusal.people.items() if user in users}
    if not failed and refusal.code not in PERSONAL:
        raise refusal
    if len(users) == 1:
        return failed or {users[0]: refusal.code}
    rest = [user for user in users if user not in failed]
    if failed:
        return failed | (await _batch(calls, channel, rest) if rest else {})
    for user in rest:
        failed |= await _batch(calls, channel, [user])
    return failed


def _sentence(refused: Mapping[str, str], others: bool) -> str:
    names = "; ".join(f"{person} ({why})" for person, why in refused.items())
    return f"Could not invite {names}." + (" The others are in." if others else "")
