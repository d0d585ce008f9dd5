"""Jinja to SQL: what a template sees, macros, and references as placeholders."""
