"""The command line: one file per command, and what all of them share. `run` is all that others need of it."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """`convsql.cli.run`, imported when it is asked for: a command's file must not load them all."""
    if name == "run":
        from convsql.cli.main import run

        return run
    raise AttributeError(f"module 'convsql.cli' has no attribute '{name}'")
