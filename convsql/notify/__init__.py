"""Somebody is told: of what is wrong once, and once more when it is over. Nothing here can harm a run, or delay it for long."""
