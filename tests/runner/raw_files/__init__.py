"""How raw files are read."""
