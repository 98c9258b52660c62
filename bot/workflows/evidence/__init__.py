"""What is kept of an incident, and what people make of why it happened."""
