"""The practice workspace: a Slack to hold in the hand, a few people, and the whole real bot talking to it."""

from bot.practice.hall import until_told_to_stop

__all__ = ["until_told_to_stop"]
