"""How a run of build, test or rollback goes on the terminal, and how it ends: what is said, written, and the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from convsql.building.build import Options, run_build, run_tests
from convsql.building.results import Listener, Outcome, Silent
from convsql.ci_reports.reports import Reports
from convsql.cli import clock, json_files, terminal
from convsql.cli.aloud import compile_aloud
from convsql.cli.recorded import Patience, recorded
from convsql.cli.results_in_words import summary
from convsql.compiling.project import Compiled
from convsql.context import Context
from convsql.engines.access import access_to
from convsql.project.nodes import Node
from convsql.runs.recording import Recording, exit_code_of

# From a publish on Ctrl-C waits, and in a command it does so to the end of the process: nobody is told "nothing was published" then.
_TO_THE_END: list[ExitStack] = []


def ending() -> ExitStack:
    """What holds Ctrl-C back until the process ends."""
    _TO_THE_END[:] = [ExitStack()]
    return _TO_THE_END[0]


def build_and_finish(context: Context, compiled: Compiled, options: Options, recording: Recording | None = None) -> int:
    """Build what `options` choose and publish it, as `convsql build` does; returns the exit code. Raises ConvsqlError."""
    told = listener(context, compiled)
    heard = recording.heard_by(told) if recording else told
    outcome = run_build(compiled, access_to(compiled.target), options, heard, ending())
    if recording is not None:
        recording.outcome = outcome
    return finish(context, compiled, outcome, "build")


def build_recorded(context: Context, options: Options, patience: Patience, reports: Reports | None = None) -> int:
    """Compile, build and publish, with the run recorded; returns the exit code. Raises ConvsqlError."""
    asked = {
        "select": options.select,
        "exclude": options.exclude,
        "full_refresh": options.full_refresh,
        "fail_fast": options.fail_fast,
        "allow_empty": options.allow_empty,
        "refresh": options.refresh,
        "choice": options.choice.as_json() if options.choice else {},
        "vars": context.vars is not None,  # not which: they may hold anything
    }

    def body(recording: Recording) -> int:
        recording.compiled = compiled = compile_aloud(context, leaves_out=True)
        if compiled.questions:
            from convsql.dbt_habits.asking import build_answered

            heard = recording.heard_by(listener(context, compiled))
            again = partial(compile_aloud, context, leaves_out=True)
            recording.compiled, outcome = build_answered(compiled, options, heard, again, ending())
            recording.outcome = outcome
            return finish(context, recording.compiled, outcome, "build")
        return build_and_finish(context, recording.compiled, options, recording)

    return recorded(context, "build", asked, patience, body, reports)


def tests_recorded(context: Context, options: Options, patience: Patience, reports: Reports | None = None) -> int:
    """Compile and run the chosen tests, with the run recorded; returns the exit code. Raises ConvsqlError."""
    asked = {
        "select": options.select,
        "exclude": options.exclude,
        "fail_fast": options.fail_fast,
        "choice": options.choice.as_json() if options.choice else {},
    }

    def body(recording: Recording) -> int:
        recording.compiled = compiled = compile_aloud(context, leaves_out=True)
        told = recording.heard_by(listener(context, compiled))
        recording.outcome = outcome = run_tests(compiled, access_to(compiled.target), options, told)
        return finish(context, compiled, outcome, "test")

    return recorded(context, "test", {**asked, "vars": context.vars is not None}, patience, body, reports)


def listener(context: Context, compiled: Compiled) -> Listener:
    """Who is told of each result while it runs: the terminal, or with --json nobody."""

    def compiled_path(node: Node) -> str:
        from convsql.compiling.compiled_sql import write_compiled_of

        return write_compiled_of(compiled, node)

    return Silent() if context.json else terminal.Terminal(context.quiet, compiled_path)


def finish(context: Context, compiled: Compiled, outcome: Outcome, command: str) -> int:
    """Say what became of a run. The exit code tells of the run itself: what can't be written or said is a note."""
    code = exit_code_of(outcome)
    if not outcome.nothing_to_do or not (compiled.project.target_dir / "run_results.json").exists():
        try:
            json_files.write_run_results(compiled, outcome, command, code, context.profiles_folder)
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
    if context.json:
        terminal.put(json.dumps(json_files.outcome_json(outcome, code), default=str))
        return
    if outcome.nothing_to_do and not context.quiet:
        for result in outcome.results:
            if result.status == "warn":
                terminal.say_result(result)
    for note in outcome.notes:
        terminal.say(f"note: {note}")
    terminal.say(summary(outcome, command, compiled.target.schema, clock.elapsed()))
