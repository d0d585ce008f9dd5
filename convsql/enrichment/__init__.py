"""What tools outside SQL find in messages, kept beside the raw tables."""
