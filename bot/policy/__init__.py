"""What this team decided, as data: one module per YAML file, of the same name."""
