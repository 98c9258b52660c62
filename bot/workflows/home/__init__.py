"""What each person sees of Muster without asking: their Home; and how a workspace is made ready for the policy."""
