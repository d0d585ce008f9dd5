"""`convsql runs`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context
    from convsql.runs.reading import Run

COLUMNS = ("run", "command", "who", "commit", "status", "build", "built", "reused", "tested", "failed", "seconds")


@project_command(*PROJECT, OWN, "json")
def runs(
    context: Context,
    run: Annotated[
        Optional[str], typer.Argument(help="Show only this run, with its nodes.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Runs to list.")] = 20,
    schema: Annotated[
        Optional[str],
        typer.Option("--schema", help="Runs in this schema, such as that of `ci`.", show_default="the target's"),
    ] = None,
) -> int:
    """List all runs, newest first, failed and interrupted ones too: when, by whom, what was built, what failed, how long it took.

    Times are UTC. `history` lists what was published.
    """
    from convsql.cli import terminal
    from convsql.runs.journal import journal_of
    from convsql.runs.reading import bars, read_runs, trend

    project, target = context.load()
    journal = journal_of(project, target)
    found = read_runs(journal, project.name, schema or target.schema) if journal else []
    if run is not None:
        return _one(context, found, run)
    timed = trend(found)
    if context.json:
        seconds = {"seconds": timed[0], "median": timed[1]} if timed else None
        terminal.put(json.dumps({"runs": [r.to_json() for r in found[:limit]], "published_builds": seconds}))
        return EXIT_OK
    if not found:
        terminal.say("nothing was run yet")
        return EXIT_OK
    terminal.put_table(COLUMNS, [_cells(r) for r in found[:limit]])
    if timed:
        last = f"the last took {timed[0][-1]:.1f} s, the median is {timed[1]:.1f} s"
        terminal.put(f"published builds, oldest first: {bars(timed[0])}  {last}")
    return EXIT_OK


def _cells(run: Run) -> list[Any]:
    facts = run.facts
    tested = run.count("pass", "warn", "fail") + sum(
        1 for n in _failed(run) if n["resource_type"] == "test" and n["status"] == "error"
    )
    return [
        facts["run"],
        facts.get("command"),
        facts.get("who"),
        str(facts.get("commit") or ""),
        run.status,
        facts.get("build"),
        run.count("success") or None,
        run.count("reused") or None,
        tested or None,
        run.count("fail", "error") or None,
        None if facts.get("seconds") is None else f"{facts['seconds']:.1f}",
    ]


def _failed(run: Run) -> list[dict[str, Any]]:
    return [node for node in run.facts.get("failed") or [] if isinstance(node, dict)]


def _one(context: Context, found: list[Run], name: str) -> int:
    """One run with its nodes. Raises ConvsqlError where there is none of that name."""
    from convsql.base.errors import did_you_mean
    from convsql.cli import terminal

    chosen = [run for run in found if run.facts["run"].startswith(name)]
    if len(chosen) != 1:
        hint = did_you_mean(name, [r.facts["run"] for r in found]) or "`convsql runs` lists them"
        raise ConvsqlError(f"{len(chosen) or 'no'} runs begin with '{name}'", hint=hint)
    run = chosen[0]
    if context.json:
        terminal.put(json.dumps(run.to_json()))
        return EXIT_OK
    shown = ("command", "target", "environment", "who", "host", "where", "commit", "version", "started_at", "ended_at")
    for key in shown:
        if run.facts.get(key):
            terminal.put(f"{key:<12}{run.facts[key]}")
    terminal.put(f"{'status':<12}{run.status} (exit code {run.facts.get('exit_code', 'unknown')})")
    asked = {key: value for key, value in (run.facts.get("asked") or {}).items() if key != "refresh"}
    if asked:
        terminal.put(f"{'asked':<12}{json.dumps(asked)}")
    error = run.facts.get("error")
    if error:
        at = f" at {', '.join(error['places'])}" if error.get("places") else ""
        terminal.put(f"{'error':<12}{error.get('reason') or error['kind']}{at}")
    for node in _failed(run):
        terminal.put(f"{node['status']:<12}{node['resource_type']} {node['name']} ({node['path']})")
    for built, seconds in run.facts.get("built") or []:
        terminal.put(f"{'built':<12}{built} {seconds:.2f} s")
    return EXIT_OK
