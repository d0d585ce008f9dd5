"""One command from its arguments to its exit code, whatever happens in between. What is heavy is imported only when it failed."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable
from types import ModuleType

import typer

from convsql.base.errors import EXIT_ERROR, EXIT_INTERRUPTED, ConvsqlError
from convsql.base.redaction import masked_output
from convsql.cli import clock

Command = Callable[[list[str]], int]


def guarded(command: Command, given: list[str], ends_process: bool) -> int:
    """The exit code of a command; never raises. `ends_process`: nothing of this process comes after it."""
    handler = signal.getsignal(signal.SIGINT)
    debug = "--debug" in given or bool(os.environ.get("CONVSQL_DEBUG"))
    _open_streams()
    clock.begin()
    try:
        with masked_output():
            return _run(command, [a for a in given if a != "--debug"], debug)
    finally:
        if not ends_process and signal.getsignal(signal.SIGINT) is not handler:
            signal.signal(signal.SIGINT, handler)


def _run(command: Command, given: list[str], debug: bool) -> int:
    try:
        started_in = os.getcwd()
    except OSError:
        started_in = ""  # a folder that was deleted
    try:
        code = command(given)
        if code == EXIT_INTERRUPTED:  # typer turns Ctrl-C into this code
            return int(_ending().interrupted(given))
        return _delivered(code, given)
    except typer.Exit as leave:
        return _delivered(leave.exit_code, given)
    except SystemExit as leave:  # typer's answer to a pipe that nobody reads any more
        _ending().silence_stdout()
        return 0 if isinstance(leave.__context__, BrokenPipeError) else int(leave.code or 0)
    except BaseException as error:
        if debug:
            import traceback

            traceback.print_exc()
        return _failed(error, given, started_in)


def _open_streams() -> None:
    """What a stream's encoding does not have is written as its number: no text is a reason to end."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _ending() -> ModuleType:
    from convsql.cli import failing

    return failing


def _failed(error: BaseException, given: list[str], started_in: str) -> int:
    ending = _ending()
    if isinstance(error, typer.Abort) or ending.was_interrupted(error):
        return int(ending.interrupted(given))
    if isinstance(error, BrokenPipeError):  # `| head` has seen enough
        ending.silence_stdout()
        return 0
    show = getattr(error, "show", None)  # wrong usage, as typer raises it
    if show is not None:
        from convsql.cli.misuse import reworded

        ours = reworded(error)
        if "--json" in given:
            return int(ending.last_words(ours, given))
        from convsql.cli.terminal import say_misuse

        say_misuse(show, ours.hint)
        return int(getattr(error, "exit_code", EXIT_ERROR))
    return int(ending.last_words(ending.unexpected(error, given, started_in), given))


def _delivered(code: int, given: list[str]) -> int:
    """The code of a command whose output has left the process; one that could not is an error."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _ending().silence_stdout()
    except (OSError, ValueError) as error:
        _ending().silence_stdout()
        failure = ConvsqlError(f"can't write to stdout: {getattr(error, 'strerror', None) or error}")
        return int(_ending().last_words(failure, [a for a in given if a != "--json"]))
    return code
