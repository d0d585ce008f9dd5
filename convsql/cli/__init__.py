"""The command line: one file per command, and what all of them share."""
