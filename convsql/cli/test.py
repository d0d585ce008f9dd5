"""`convsql test`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsql.cli.options import FailFast
from convsql.cli.project_command import PROJECT, project_command

if TYPE_CHECKING:
    from convsql.building.context import Context


@project_command(*PROJECT, "select", "exclude", "json", "quiet", "no_cache")
def test(context: Context, select: list[str], exclude: list[str], fail_fast: FailFast = False) -> int:
    """Run tests again on what is built (data tests, and unit tests, which need nothing built)."""
    from convsql.building.build import Options, run_tests
    from convsql.building.connections import access_to
    from convsql.cli.aloud import compile_aloud
    from convsql.cli.finish import finish, listener

    compiled = compile_aloud(context)
    options = Options(tuple(select), tuple(exclude), fail_fast=fail_fast)
    outcome = run_tests(compiled, access_to(compiled.target), options, listener(context, compiled))
    return finish(context, compiled, outcome, "test")
