"""Muster: incident command from Slack."""

__version__ = "0.1.0"
