"""The practice workspace: a Slack to hold in the hand, a few people, and the whole real bot talking to it."""
