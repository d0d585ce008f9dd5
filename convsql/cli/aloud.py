"""What compiling warned of, and what templates said by log() and print(), said before the command goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from convsql.base.errors import ConvsqlError, ProjectErrors, Where
from convsql.cli import dbt_words
from convsql.cli.terminal import say

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled
    from convsql.context import Context
    from convsql.project.profiles import Target
    from convsql.project.selection import Around


def compile_aloud(context: Context, may_lack_data: bool = False, leaves_out: bool = False) -> Compiled:
    """The compiled project, its warnings said, and what its templates log. Raises ConvsqlError."""
    compiled = context.compiled(may_lack_data, leaves_out)
    if dbt_words.SAID.warn_error:
        _as_errors(compiled)
    say_warnings(compiled.warnings)
    for text in compiled.said:
        say(text)
    return compiled


def _as_errors(compiled: Compiled) -> None:
    """`--warn-error`: what would be a warning is an error, of compiling and of tests."""
    if compiled.warnings:
        raise ProjectErrors([ConvsqlError(warning) for warning in compiled.warnings])
    for node in compiled.graph.of("test"):
        node.config = {**node.config, "severity": "error", "error_if": node.config.get("warn_if") or "!= 0"}


def say_warnings(warnings: Iterable[str]) -> None:
    """Say what compiling warned of."""
    for warning in warnings:
        say(f"warning: {warning}")


def say_unmatched(around: Around) -> None:
    """Say which selectors chose nothing."""
    say_warnings(around.unmatched)


def check_is_file(target: Target, command: str, why: str) -> None:
    """Raises ConvsqlError where a command that works in a database file alone is given another target."""
    if target.type != "duckdb":
        raise ConvsqlError(
            f"`convsql {command}` works in a DuckDB file, and target '{target.name}' is {target.type}",
            Where("--target"),
            f"give it a target of type duckdb: {why}",
        )
