"""The ways to wake people outside the chat: PagerDuty, e-mail, and the team's own senders of texts and calls."""
