"""Entry point. `--version` answers before anything heavy is imported: start-up is a feature."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TextIO


def main() -> None:
    """Run the command line; the exit codes are listed in `convsql.base.errors`."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from convsql import __version__

        _leave(0 if _print(f"convsql {__version__}", sys.stdout) else 2)
    import gc

    # Compiling makes many small objects that stay: looking for garbage among them at every 700th took a seventh of the time.
    gc.set_threshold(50_000, 20, 50)
    _open_closed()
    try:
        from convsql.cli.main import run

        code = run()
    except KeyboardInterrupt:  # while modules were being loaded, or while the last words were said
        code = _interrupted()
    except Exception as error:  # a module that can't be loaded; `run` itself never raises
        code = _cannot_start(error)
    _ignore_interrupts()
    _leave(code)


def _leave(code: int) -> NoReturn:
    """End with this code, whatever the streams still hold: Python's own end would make it 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            import os

            os._exit(code)
    sys.exit(code)


def _open_closed() -> None:
    """Where stdin, stdout or stderr was closed, the next file would take its number, and what is said would go there."""
    import os

    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _ignore_interrupts() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said: Python's own end must not be interrupted
    # Where Ctrl-C came within text that is executed (a dataclass is made so), Python would end by the signal, whatever the exit code:
    # it forgets that when it next executes a text.
    exec("")


def _interrupted() -> int:
    _ignore_interrupts()
    if "--json" in sys.argv:
        _print('{"status": "interrupted", "exit_code": 130}', sys.stdout)
    _print("interrupted; nothing was published", sys.stderr)
    return 130


def _cannot_start(error: Exception) -> int:
    cause: BaseException | None = error
    while cause is not None:  # a library that was being loaded turns Ctrl-C into an error of its own
        if isinstance(cause, KeyboardInterrupt):
            return _interrupted()
        cause = cause.__cause__ or cause.__context__
    if "--debug" in sys.argv:
        import traceback

        traceback.print_exc()
    reason = f"convsql can't start: {type(error).__name__}: {error}".split("\n")[0]
    if "--json" in sys.argv:
        import json

        errors = [{"path": None, "line": None, "reason": reason, "hint": None}]
        _print(json.dumps({"status": "error", "exit_code": 2, "errors": errors}), sys.stdout)
    else:
        _print(f"error: {reason}\n  hint: install it anew; --debug shows the whole error", sys.stderr)
    return 2


def _print(text: str, stream: TextIO | None) -> bool:
    """Print a line where that can be done; returns whether it was."""
    if stream is None:
        return False
    try:
        print(text, file=stream, flush=True)
    except (OSError, ValueError):
        return False
    return True


if __name__ == "__main__":
    main()
