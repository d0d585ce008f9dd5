"""Projects of users."""
