"""`convsql source freshness`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_ERROR, EXIT_FAILED, EXIT_OK
from convsql.cli.options import Notify
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context
    from convsql.freshness.sources import Measured


@project_command(*PROJECT, "select", "exclude", OWN, "json", "quiet")
def freshness(
    context: Context,
    select: list[str],
    exclude: list[str],
    output: Annotated[
        Optional[Path],
        typer.Option("--output", "-o", help="Where to write the result.", show_default="target/sources.json"),
    ] = None,
    notify: Notify = False,
) -> int:
    """Check that the sources are no older than they promise (`freshness`: warn_after, error_after), by the wall clock.

    Builds nothing. Writes target/sources.json in dbt's format.
    """
    import time

    from convsql.base.whole_file import write_changed
    from convsql.cli import terminal
    from convsql.cli.recorded import receivers_of, tell_news
    from convsql.freshness.ages import now
    from convsql.freshness.artifact import artifact
    from convsql.freshness.sources import Measuring, sources_with_freshness

    output = output.absolute() if output else None
    project, target = context.load()
    receivers = receivers_of(project, notify)
    began, started = now(), time.perf_counter()
    nodes = sources_with_freshness(project, target, select, exclude)
    with Measuring(project, target) as measuring:
        measured = _without_unread(context, [measuring.measure(node) for node in nodes])
    for each in measured if not context.json else []:
        _say(each, context.quiet)
    document = artifact(measured, began, time.perf_counter() - started)
    write_changed(output or project.target_dir / "sources.json", json.dumps(document))
    code = _code(measured)
    if receivers:
        from convsql.notify.causes import of_sources

        tell_news(project, target, receivers, of_sources(measured))
    if context.json:
        terminal.put(json.dumps({"status": "failed" if code else "passed", "exit_code": code, **document}))
    elif not nodes:
        terminal.say("no source says how fresh it must be: give it loaded_at_field and freshness")
    return code


def _without_unread(context: Context, measured: list[Measured]) -> list[Measured]:
    """Those whose files are there, and of the others those that a model reads: an input that is not brought is not late."""
    from convsql.base.errors import ConvsqlError

    if not any(each.is_absent for each in measured):
        return measured
    try:
        graph = context.compiled(may_lack_data=True).graph
    except ConvsqlError:  # whatever is wrong with the models, the sources are asked for
        return measured
    read = {parent for node in graph.nodes.values() for parent in node.parents}
    return [each for each in measured if not each.is_absent or each.node.unique_id in read]


def _code(measured: list[Measured]) -> int:
    statuses = {each.status for each in measured}
    return EXIT_ERROR if "runtime error" in statuses else EXIT_FAILED if "error" in statuses else EXIT_OK


def _say(measured: Measured, quiet: bool) -> None:
    from convsql.base.printable import number_of
    from convsql.cli import terminal
    from convsql.freshness.ages import in_words
    from convsql.freshness.sources import NEVER

    words = {"pass": "fresh", "warn": "WARN ", "error": "STALE", "runtime error": "ERROR"}
    if measured.status == "pass" and quiet:
        return
    node = measured.node
    if measured.status == "runtime error":
        said = measured.message
    elif measured.latest == NEVER:
        said = "it has no row"
    else:
        said = f"{in_words(measured.age)} old ({measured.latest:%Y-%m-%d %H:%M} UTC)"
    ahead = f"; {number_of(measured.ahead, 'row')} of the future left out" if measured.ahead else ""
    place = "" if measured.status == "pass" else f" ({node.where})"
    terminal.say(f"{words[measured.status]} source {node.dotted_name}{place}: {said}{ahead}")
