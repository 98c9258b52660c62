"""What people mark in the chat goes on the record."""
