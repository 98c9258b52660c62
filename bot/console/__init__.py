"""The command line of whoever works on incidents: it talks to the API of a Muster that runs."""
