"""`convsql test`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsql.cli.options import FailFast, Notify, Pii, Retries, Timeout
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.ci_reports.reports import Reports
    from convsql.context import Context
    from convsql.dbt_habits.choice import Choice


@project_command(*PROJECT, "select", "exclude", "json", "quiet", "no_cache", OWN, "choice", "reports")
def test(
    context: Context,
    select: list[str],
    exclude: list[str],
    choice: Choice,
    reports: Reports,
    fail_fast: FailFast = False,
    retries: Retries = 0,
    timeout: Timeout = 0.0,
    notify: Notify = False,
    pii: Pii = False,
) -> int:
    """Run tests again on what is built (data tests, and unit tests, for which nothing needs to be built)."""
    from convsql.building.build import Options
    from convsql.cli.finish import tests_recorded
    from convsql.cli.recorded import Patience

    options = Options(tuple(select), tuple(exclude), fail_fast=fail_fast, choice=choice, pii=pii)
    return tests_recorded(context, options, Patience(retries, timeout, notify), reports)
