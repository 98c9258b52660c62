"""Rooms and the people in them: who comes late, who hands over, which incidents belong together, and the archive."""
