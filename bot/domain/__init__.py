"""What an incident is. Standard library only; everything frozen; time is an argument."""
