"""`convsql ci`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_FAILED, EXIT_OK, ConvsqlError
from convsql.cli.options import Retries, Timeout
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.ci_reports.comment import Story
    from convsql.ci_reports.reports import Reports
    from convsql.compiling.project import Compiled
    from convsql.context import Context
    from convsql.runs.recording import Recording


# One parameter per option, as typer reads them: most of the lines are their help.
@project_command(*PROJECT, "json", "quiet", "no_cache", OWN, "reports")
def ci(
    context: Context,
    reports: Reports,
    base: Annotated[
        Optional[str],
        typer.Option(
            "--base",
            help="Compare the numbers with the code at this git ref.",
            show_default="what CI says the request is against",
        ),
    ] = None,
    schema: Annotated[
        Optional[str], typer.Option("--schema", help="Where to publish.", show_default="the target's schema and _ci")
    ] = None,
    comment: Annotated[
        Optional[Path], typer.Option("--comment", help="Where to write the comment.", show_default="target/ci.md")
    ] = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="Only drop the schema, once the pull request is closed.")
    ] = False,
    retries: Retries = 0,
    timeout: Timeout = 0.0,
) -> int:
    """Do all that a pull request needs: check definitions, compile, build, test, and compare the numbers with the base.

    Builds what changed, and everything downstream, in a schema of its own, and reuses the target's relations for the rest. Writes one Markdown comment. Without the data it goes as far as it can.
    """
    from dataclasses import replace

    from convsql.ci_reports.comment import Story
    from convsql.cli.recorded import Patience, recorded

    written_to = comment.absolute() if comment else None
    project, target = context.load()
    inside = replace(context, schema=schema or f"{target.schema}_ci")
    if drop:
        return _drop(inside)
    story = Story(project.name, str(inside.schema), base if base is not None else _base_of_request())

    def body(recording: Recording) -> int:
        try:
            return _check(inside, story, recording)
        except ConvsqlError as error:
            story.errors = error.problems
            raise
        finally:
            _write_comment(story, written_to or project.target_dir / "ci.md")

    return recorded(inside, "ci", {"base": story.base, "schema": schema}, Patience(retries, timeout), body, reports)


def _drop(context: Context) -> int:
    """Take back what `ci` published in the context's schema."""
    from convsql.building.environments import drop_environment
    from convsql.cli import terminal
    from convsql.engines.access import access_to

    _, target = context.load()
    views = drop_environment(access_to(target), target.schema)
    if context.json:
        terminal.put(
            json.dumps({"status": "dropped" if views else "nothing_to_do", "exit_code": EXIT_OK, "views": views})
        )
    else:
        terminal.say(
            f"dropped {views} views of '{target.schema}'" if views else f"nothing is published in '{target.schema}'"
        )
    return EXIT_OK


def _base_of_request() -> str:
    """The ref that a pull or merge request is against, as CI tells it; empty elsewhere."""
    import os

    if branch := os.environ.get("GITHUB_BASE_REF"):
        return f"origin/{branch}"
    return os.environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")


def _check(context: Context, story: Story, recording: Recording) -> int:
    from convsql.cli.aloud import compile_aloud

    compiled = compile_aloud(context, may_lack_data=True)
    story.models = sum(1 for _ in compiled.graph.of("model"))
    story.tests = sum(1 for _ in compiled.graph.of("test", "unit_test"))
    _check_definitions(context, compiled, story)
    recording.noted += story.definitions
    _build(context, compiled, story, recording)
    if story.outcome is not None and not story.outcome.failed:
        _compare(context, story)
    elif story.outcome is not None:
        story.not_compared = "not compared: the build failed"
    code = EXIT_OK if story.is_well else EXIT_FAILED
    _say(context, compiled, story, code)
    return code


def _check_definitions(context: Context, compiled: Compiled, story: Story) -> None:
    from convsql.change_control.checking import Workshop
    from convsql.change_control.checking import check as checked
    from convsql.cli import terminal
    from convsql.definitions.versions import defined, today

    if not defined(compiled.project):
        story.checked = "there are none"
        return
    result = checked(compiled, Workshop(compiled, not context.no_cache), today(), None)
    for finding in result.findings:
        problem = ConvsqlError(f"{finding.reason} [{finding.rule}]", finding.where, finding.hint)
        problem.rule = "definition"
        story.definitions.append(problem)
        terminal.say(str(problem))


def _build(context: Context, compiled: Compiled, story: Story, recording: Recording) -> None:
    """Build into the schema and note what became of it, where the data are there."""
    from convsql.building.build import Options, run_build
    from convsql.cli.finish import listener
    from convsql.cli.json_files import write_run_results
    from convsql.engines.access import access_to

    used = {p for node in compiled.graph.nodes.values() for p in node.parents if p.startswith("source.")}
    absent = sorted(compiled.graph.nodes[i].dotted_name for i in used - compiled.sources.keys())
    if absent:
        story.not_built = f"not built: {', '.join(absent[:5])}{' …' if len(absent) > 5 else ''} not there"
        return
    told = recording.heard_by(listener(context, compiled))
    story.outcome = recording.outcome = run_build(compiled, access_to(compiled.target), Options(), told)
    code = EXIT_FAILED if story.outcome.failed else EXIT_OK
    write_run_results(compiled, story.outcome, "ci", code, context.profiles_folder)


def _compare(context: Context, story: Story) -> None:
    """Compare the numbers with those of the base; where that can't be done the comment says why."""
    if not story.base:
        story.not_compared = "not compared: no base is named"
        return
    from convsql.building.results import Silent
    from convsql.cli.metrics.diff import compare
    from convsql.diff.markdown import markdown
    from convsql.diff.measure import checked_cut

    try:
        found = compare(context, [], story.base, checked_cut("month", None), Silent())
    except ConvsqlError as error:
        if error.is_transient:
            raise
        story.not_compared = f"not compared: {error.problems[0].reason}"
        return
    moved = [m for m in found["metrics"] if m["has_moved"]]
    story.moved = (
        f"**{len(moved)} of {len(found['metrics'])} metric versions moved**" if moved else "no conversation moved"
    )
    story.difference = markdown(found) if moved or found["added"] or found["removed"] else ""


def _write_comment(story: Story, file: Path) -> None:
    import os

    from convsql.base.redaction import redact
    from convsql.base.whole_file import write_text
    from convsql.ci_reports.comment import comment
    from convsql.cli import terminal

    text = comment(story)
    try:
        write_text(file, text)
        if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
            with Path(summary).open("a", encoding="utf-8") as opened:
                opened.write(redact(text))
    except (ConvsqlError, OSError) as error:
        terminal.say(f"note: the comment could not be written: {getattr(error, 'reason', None) or error}")


def _say(context: Context, compiled: Compiled, story: Story, code: int) -> None:
    from convsql.cli import terminal
    from convsql.cli.json_files import outcome_json
    from convsql.cli.results_in_words import summary

    if context.json:
        facts = {
            "definitions": [{"path": str(p.where), "reason": p.reason} for p in story.definitions],
            "build": outcome_json(story.outcome, code) if story.outcome else None,
            "not_built": story.not_built or None,
            "not_compared": story.not_compared or None,
            "moved": bool(story.difference),
        }
        terminal.put(json.dumps({"status": "failed" if code else "passed", "exit_code": code, **facts}, default=str))
        return
    if story.outcome:
        for note in story.outcome.notes:
            terminal.say(f"note: {note}")
        terminal.say(summary(story.outcome, "build", compiled.target.schema))
    for note in (story.not_built, story.not_compared):
        if note:
            terminal.say(f"note: {note}")
    broken = f", {len(story.definitions)} rules of definitions broken" if story.definitions else ""
    terminal.say(f"ci: {'failed' if code else 'all is well'}{broken}")
