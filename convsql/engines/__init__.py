"""Databases: the protocol, and DuckDB behind it."""
