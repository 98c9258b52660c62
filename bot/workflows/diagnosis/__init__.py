"""Looking when somebody asks."""
