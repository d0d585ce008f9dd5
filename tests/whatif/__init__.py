"""Definitions supposed, held to those that are built."""
