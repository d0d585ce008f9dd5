"""Packages that lie elsewhere on this machine, put where they are read: only what is in the project is."""
