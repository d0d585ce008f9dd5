"""Metric definitions and settings: their schema, checks, versions and identity."""
