"""The web side of the wall."""
