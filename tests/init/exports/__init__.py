"""Exports in the shapes in which tools give them, made in code after the vendors' documentation."""
