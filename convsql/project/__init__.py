"""A project on disk: configuration, files, and what they declare."""
