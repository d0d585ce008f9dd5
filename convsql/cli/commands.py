"""The bodies of the commands: load, compile, hand over to one stage, report. Each returns an exit code."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from convsql.base.errors import EXIT_FAILED, EXIT_OK, ConvsqlError
from convsql.building.build import Options, plan_build, run_build, run_tests
from convsql.building.context import Context
from convsql.building.results import Listener, Outcome, Silent
from convsql.building.rollback import run_rollback
from convsql.cli import terminal
from convsql.cli.options import compile_aloud
from convsql.compiling.project import Compiled
from convsql.engines.access import Access, access_to
from convsql.project.nodes import Node

# From a publish on Ctrl-C waits, and in a command it does so to the end of the process: nobody is told "nothing was published" then.
_TO_THE_END: list[ExitStack] = []


def _ending() -> ExitStack:
    _TO_THE_END[:] = [ExitStack()]
    return _TO_THE_END[0]


def _finish(context: Context, compiled: Compiled, outcome: Outcome, command: str) -> int:
    """Say what became of a run. The exit code tells of the run itself: what can't be written or said is a note."""
    from convsql.cli import json_files

    code = EXIT_FAILED if outcome.failed else EXIT_OK
    if not outcome.nothing_to_do:
        try:
            json_files.write_run_results(compiled, outcome, command, code)
        except Exception as error:  # a full disk does not undo what was published
            outcome.notes.append(f"target/run_results.json could not be written: {error or type(error).__name__}")
    say_or_note(lambda: _say(context, compiled, outcome, command, code), outcome.published is not None)
    return code


def say_or_note(say: Callable[[], None], is_published: bool) -> None:
    """Say how a run ended. What can't be said is a note on stderr; the exit code stays that of the run."""
    try:
        say()
        if sys.stdout is not None:
            terminal.flush()
    except Exception as error:
        from convsql.cli.failing import silence_stdout

        silence_stdout()
        done = "readers see the build, but" if is_published else "the run ended, but"
        terminal.say(f"note: {done} its outcome could not be written: {error or type(error).__name__}")


def _say(context: Context, compiled: Compiled, outcome: Outcome, command: str, code: int) -> None:
    from convsql.cli import json_files

    if context.json:
        terminal.put(json.dumps(json_files.outcome_json(outcome, code), default=str))
        return
    if outcome.nothing_to_do and not context.quiet:
        for result in outcome.results:
            if result.status == "warn":
                terminal.say_result(result)
    for note in outcome.notes:
        terminal.say(f"note: {note}")
    terminal.say(terminal.summary(outcome, command, compiled.target.schema))


def _listener(context: Context, compiled: Compiled) -> Listener:
    def compiled_path(node: Node) -> str:
        from convsql.compiling.compiled_sql import write_compiled_of

        return write_compiled_of(compiled, node)

    return Silent() if context.json else terminal.Terminal(context.quiet, compiled_path)


def build_command(
    context: Context,
    select: list[str],
    exclude: list[str],
    full_refresh: bool,
    fail_fast: bool,
    dry_run: bool,
    allow_empty: list[str] | None = None,
) -> int:
    """`convsql build`."""
    compiled = compile_aloud(context)
    options = Options(tuple(select), tuple(exclude), full_refresh, fail_fast, allow_empty=tuple(allow_empty or ()))
    access = access_to(compiled.target)
    if dry_run:
        return _show_plan(context, compiled, access, options)
    outcome = run_build(compiled, access, options, _listener(context, compiled), _ending())
    return _finish(context, compiled, outcome, "build")


def _show_plan(context: Context, compiled: Compiled, access: Access, options: Options) -> int:
    plan = plan_build(compiled, access, options)
    steps = [(s.action, s.node.kind, s.node.name, s.relation or None) for s in plan.steps]
    if context.json:
        terminal.put(
            json.dumps(
                {
                    "status": "planned",
                    "exit_code": 0,
                    "nothing_to_do": plan.is_noop,
                    "steps": [
                        dict(zip(("action", "resource_type", "name", "relation"), step, strict=True)) for step in steps
                    ],
                }
            )
        )
    else:
        for action, kind, name, _ in steps:
            terminal.put(f"{action:<6} {kind:<9} {name}")
    return EXIT_OK


def compile_command(context: Context, select: list[str], exclude: list[str], inline: str | None) -> int:
    """`convsql compile`."""
    from convsql.compiling.compiled_sql import compiled_sql, write_compiled
    from convsql.project.selection import select as choose

    compiled = compile_aloud(context)
    if inline is not None:
        from convsql.compiling.inline import inline_sql

        terminal.put(inline_sql(compiled, inline))
        return EXIT_OK
    write_compiled(compiled)
    chosen = choose(compiled.graph, select, exclude)
    models = [n for n in compiled.graph.of("model") if n.unique_id in chosen]
    if context.json:
        terminal.put(
            json.dumps(
                {
                    "status": "compiled",
                    "exit_code": 0,
                    "nodes": [
                        {
                            "unique_id": n.unique_id,
                            "path": n.path,
                            "compiled_code": compiled_sql(compiled, n),
                            "columns": compiled.columns.get(n.unique_id, []),
                        }
                        for n in models
                    ],
                }
            )
        )
    elif select:
        for node in models:
            terminal.put(f"-- {node.path}\n{compiled_sql(compiled, node)}")
    else:
        tests = sum(1 for _ in compiled.graph.of("test", "unit_test"))
        terminal.say(f"compiled {len(models)} models and {tests} tests: no errors")
    return EXIT_OK


def check_command(context: Context, select: list[str], exclude: list[str], fail_fast: bool) -> int:
    """`convsql test`."""
    compiled = compile_aloud(context)
    options = Options(tuple(select), tuple(exclude), fail_fast=fail_fast)
    outcome = run_tests(compiled, access_to(compiled.target), options, _listener(context, compiled))
    return _finish(context, compiled, outcome, "test")


def rollback_command(context: Context, to: int | None) -> int:
    """`convsql rollback`."""
    compiled = compile_aloud(context)
    shown = run_rollback(compiled, access_to(compiled.target), to, _ending())

    def say() -> None:
        if context.json:
            terminal.put(
                json.dumps({"status": "published", "exit_code": 0, "build": shown.sequence, "kind": shown.kind})
            )
        else:
            terminal.say(f"published build {shown.sequence} to '{shown.environment}': {shown.kind}")

    say_or_note(say, is_published=True)
    return EXIT_OK


def clean_command(context: Context, keep: int) -> int:
    """`convsql clean`."""
    from convsql.building.keeping import tidy
    from convsql.building.state import prepare
    from convsql.project.clean_targets import check_clean
    from convsql.project.profiles import all_databases

    project, target = context.load()
    check_clean(project, all_databases(project, context.profiles_folder), _raw_files(context))
    removed = [str(folder.relative_to(project.root)) for folder in project.clean_dirs if folder.is_dir()]
    dropped: list[str] = []
    if Path(target.path).exists():
        session = access_to(target).write()
        try:
            prepare(session)
            dropped = tidy(session, keep, attempts=False)
        finally:
            session.close()
    for folder in removed:
        shutil.rmtree(project.root / folder)
    if context.json:
        terminal.put(json.dumps({"removed": removed, "dropped": dropped}))
    else:
        terminal.say(
            f"removed {', '.join(removed) or 'no folder'}; dropped {len(dropped)} relations that no kept build shows"
        )
    return EXIT_OK


def _raw_files(context: Context) -> list[Path] | None:
    """The files that sources are read from; None where the project can't be read."""
    from convsql.compiling.sources import files_read

    try:
        compiled = context.compiled()
    except ConvsqlError:
        return None
    return [Path(file).absolute() for node in compiled.graph.of("source") for file in files_read(node)]
