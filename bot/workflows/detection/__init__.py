"""Looking without being asked."""
