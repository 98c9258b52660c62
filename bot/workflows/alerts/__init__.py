"""What monitoring says, and what becomes of it."""
