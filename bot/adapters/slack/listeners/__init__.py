"""What each verb does: read, do, say."""
