"""What compiling warned of, said before the command goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from convsql.cli.terminal import say

if TYPE_CHECKING:
    from convsql.building.context import Context
    from convsql.compiling.project import Compiled


def compile_aloud(context: Context, may_lack_data: bool = False) -> Compiled:
    """The compiled project, its warnings said. Raises ConvsqlError."""
    compiled = context.compiled(may_lack_data)
    say_warnings(compiled.warnings)
    return compiled


def say_warnings(warnings: Iterable[str]) -> None:
    """Say what compiling warned of."""
    for warning in warnings:
        say(f"warning: {warning}")
