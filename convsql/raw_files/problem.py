"""What is wrong with a raw file."""

from __future__ import annotations


class Unreadable(Exception):
    """A raw file that can't be read as it stands: its `reason` in words, the `line` (0: none), and a `hint`."""

    def __init__(self, reason: str, line: int = 0, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.hint = hint
