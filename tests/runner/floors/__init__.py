"""The lowest versions that pyproject.toml allows."""
