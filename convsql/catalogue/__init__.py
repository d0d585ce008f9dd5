"""The catalogue: every metric version, model, column and test of a project on pages that need no server."""
