"""Definitions under change control: what a metric means, its lock, and what may not pass without a new version."""
