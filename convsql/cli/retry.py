"""`convsql retry`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from convsql.base.errors import EXIT_OK, ConvsqlError
from convsql.cli.options import Notify, Pii, Retries, Timeout
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.building.build import Options
    from convsql.ci_reports.reports import Reports
    from convsql.context import Context
    from convsql.runs.reading import Run


@project_command(*PROJECT, "json", "quiet", "no_cache", OWN, "reports")
def retry(
    context: Context,
    reports: Reports,
    retries: Retries = 0,
    timeout: Timeout = 0.0,
    notify: Notify = False,
    pii: Pii = False,
) -> int:
    """Continue where the last run stopped: repeat its command with its options, and keep what it built and tested.

    A build builds what failed and what was skipped because of it, and publishes the whole; a test run repeats the tests that failed. After a successful run there is nothing to do.
    """
    from convsql.cli import terminal
    from convsql.cli.finish import build_recorded, tests_recorded
    from convsql.cli.recorded import Patience

    last = _last(context)
    if last.ended_well:
        if context.json:
            terminal.put('{"status": "nothing_to_do", "exit_code": 0}')
        else:
            terminal.say(f"nothing to retry: the last run ({last.facts['command']}, {_when(last)}) ended well")
        return EXIT_OK
    _check_variables(context, last)
    options, patience = replace(_options(last), pii=pii), Patience(retries, timeout, notify)
    if not context.json:
        terminal.say(f"again: {last.facts['command']} of {_when(last)}, which {_how(last)}")
    if last.facts["command"] == "test":
        return tests_recorded(context, options, patience, reports)
    return build_recorded(context, options, patience, reports)


def _last(context: Context) -> Run:
    """The last build or test of the project in the target's environment. Raises ConvsqlError where none was recorded, or it goes on."""
    from convsql.runs.journal import journal_of
    from convsql.runs.reading import read_runs

    project, target = context.load()
    journal = journal_of(project, target)
    runs = read_runs(journal, project.name, target.schema) if journal else []
    last = next((run for run in runs if run.facts.get("command") in ("build", "test")), None)
    if last is None:
        raise ConvsqlError(f"no run of '{target.schema}' is recorded", hint="`convsql build` builds what is not built")
    if last.status == "running":
        raise ConvsqlError(f"the last run goes on (process {last.facts.get('pid')})", hint="wait until it has ended")
    return last


def _check_variables(context: Context, last: Run) -> None:
    if last.facts.get("asked", {}).get("vars") and context.vars is None:
        raise ConvsqlError(
            "the last run was given variables, which are not recorded", hint="give the same --vars to `convsql retry`"
        )


def _options(last: Run) -> Options:
    from convsql.building.build import Options
    from convsql.dbt_habits.choice import Choice
    from convsql.runs.recording import MOST_FAILED

    asked = last.facts.get("asked") or {}
    select, exclude = tuple(asked.get("select") or ()), tuple(asked.get("exclude") or ())
    said = asked.get("choice") or {}
    state = Path(said["state"]) if said.get("state") else None
    choice = Choice(
        tuple(said.get("kinds") or ()), tuple(said.get("without") or ()), str(said.get("indirect") or "eager"), state
    )
    if last.facts["command"] == "test":
        failed = tuple(str(node["name"]) for node in last.facts.get("failed") or [])
        complete = 0 < len(failed) < MOST_FAILED and not last.count("skipped")
        return (
            Options(failed, fail_fast=bool(asked.get("fail_fast")))
            if complete
            else Options(select, exclude, choice=choice)
        )
    return Options(
        select,
        exclude,
        bool(asked.get("full_refresh")),
        bool(asked.get("fail_fast")),
        allow_empty=tuple(asked.get("allow_empty") or ()),
        refresh=str(asked.get("refresh") or ""),
        resumes=True,
        choice=choice,
    )


def _when(last: Run) -> str:
    """When a run began, as people write a time."""
    said = str(last.facts.get("started_at") or "")
    return f"{said[:16].replace('T', ' ')} UTC" if said.endswith("+00:00") else said


def _how(last: Run) -> str:
    from convsql.base.printable import first_of

    failed = [str(node["name"]) for node in last.facts.get("failed") or []]
    return f"failed at {first_of(failed, 3)}" if failed else f"ended: {last.status}"
