"""The last words of a command that did not end as it should: one line, an exit code, and a report file for what nobody foresaw.

All text of errors leaves through `last_words`. Nothing here may fail: what can't be written is left out.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import json
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from convsql.base.errors import EXIT_INTERRUPTED, ConvsqlError, Where
from convsql.base.redaction import redact, remember_environment
from convsql.engines.session import EngineError

KEPT_REPORTS = 20
PACKAGE = Path(__file__).parents[1]
_HIDDEN = ("--vars", "--contact", "--reason")  # options whose values no report repeats
# What the system says of a file that it names: plain enough, and no fault of convsql.
_REFUSED = {errno.EACCES, errno.EPERM, errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.EROFS}
_LIBRARIES = ("duckdb", "sqlglot", "jinja2", "typer", "pydantic")


def last_words(error: ConvsqlError, arguments: Sequence[str]) -> int:
    """Say an error, as JSON on stdout where the command was asked for JSON; returns the exit code."""
    from convsql.cli import terminal

    if "--json" in arguments:
        from convsql.cli.json_files import error_json

        with contextlib.suppress(Exception):
            terminal.put(json.dumps(error_json(error)))
            sys.stdout.flush()
            return error.exit_code
        silence_stdout()
    with contextlib.suppress(Exception):
        terminal.say_error(error)
    return error.exit_code


def interrupted(arguments: Sequence[str]) -> int:
    """Ctrl-C; commands that publish hold it back from then on, so that this is true."""
    from convsql.cli import terminal

    if "--json" in arguments:
        with contextlib.suppress(Exception):
            terminal.put(json.dumps({"status": "interrupted", "exit_code": EXIT_INTERRUPTED}))
    terminal.say("interrupted; nothing was published")
    return EXIT_INTERRUPTED


def silence_stdout() -> None:
    """Nobody hears stdout any more: what Python still holds for it must not fail when the process ends."""
    with contextlib.suppress(Exception):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def was_interrupted(error: BaseException) -> bool:
    """Whether Ctrl-C is behind an error: libraries that are being imported turn it into one of their own."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, KeyboardInterrupt):
            return True
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return False


def unexpected(error: BaseException, arguments: Sequence[str], started_in: str) -> ConvsqlError:
    """What to say of an error that nothing foresaw; all of it goes to a file, without secrets."""
    remember_environment()
    if isinstance(error, ConvsqlError):
        return error
    if isinstance(error, EngineError):
        return ConvsqlError(redact(error.message))
    if isinstance(error, FileNotFoundError) and not started_in:
        return ConvsqlError("the folder that this was started in is gone", hint="change to one that exists")
    if isinstance(error, OSError) and error.filename and error.errno in _REFUSED:
        return ConvsqlError(f"{error.filename}: {error.strerror or error}")
    place, text = _place(error), _one_line(error)
    kept = _keep_report(error, arguments, started_in)
    whole = f"the whole error is in {kept}" if kept else "--debug shows the whole error"
    if isinstance(error, MemoryError):
        return ConvsqlError("out of memory", place, f"give the process more, or read less at once; {whole}")
    if isinstance(error, RecursionError):
        return ConvsqlError(f"something is nested too deeply{_spot(error)}", place, whole)
    if isinstance(error, OSError):
        return ConvsqlError(f"{error.filename or 'the system'}: {error.strerror or text}", place, whole)
    return ConvsqlError(
        f"an error that convsql did not foresee{_spot(error)}: {text}", place, f"please report it; {whole}"
    )


def _one_line(error: BaseException) -> str:
    try:
        lines = str(error).split("\n")
    except Exception:
        lines = [""]
    first = redact(next((line.strip() for line in lines if line.strip()), ""))
    return f"{type(error).__name__}: {first[:300]}" if first else type(error).__name__


def _frames(error: BaseException) -> Iterator[tuple[str, int, dict[str, object]]]:
    """File, line and local values of each frame, the innermost first."""
    frames = list(traceback.walk_tb(error.__traceback__))
    for frame, line in reversed(frames[-200:]):
        yield frame.f_code.co_filename, line, frame.f_locals


def _spot(error: BaseException) -> str:
    """The line of convsql that it came from."""
    for file, line, _ in _frames(error):
        if Path(file).is_relative_to(PACKAGE):
            return f" (convsql/{Path(file).relative_to(PACKAGE).as_posix()}:{line})"
    return ""


def _place(error: BaseException) -> Where | None:
    """The place in the project that was being worked on, as far as the frames know it."""
    with contextlib.suppress(Exception):
        for _, _, values in _frames(error):
            for name in ("where", "node", "step", "test", "model", "macro", "unit"):
                value = values.get(name)
                found = value if isinstance(value, Where) else getattr(getattr(value, "node", value), "where", None)
                if isinstance(found, Where):
                    return found
    return None


def _keep_report(error: BaseException, arguments: Sequence[str], started_in: str) -> str:
    """Write the whole error to a file; returns its path, or nothing where none can be written."""
    try:
        text = redact(_report(error, arguments)).encode(errors="backslashreplace")
        time = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S%f")
    except Exception:
        return ""
    for folder in _folders(arguments, started_in):
        with contextlib.suppress(Exception):
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"convsql_error_{time}.txt"
            file.write_bytes(text)
            for old in sorted(folder.glob("convsql_error_*.txt"))[:-KEPT_REPORTS]:  # their names are times
                old.unlink()
            return f"target/{file.name}" if folder.name == "target" else str(file)
    return ""


def _folders(arguments: Sequence[str], started_in: str) -> Iterator[Path]:
    """Where a report may go: the project's `target/`, else the system's folder for temporary files."""
    given = re.search(r"(?:^|\0)--project-dir[=\0]([^\0]*)", "\0".join(arguments))
    root = Path(started_in) / (given[1] if given else "")
    with contextlib.suppress(OSError):
        if started_in and (root / "dbt_project.yml").is_file():
            yield root / "target"
    with contextlib.suppress(OSError):
        yield Path(tempfile.gettempdir())


def _report(error: BaseException, arguments: Sequence[str]) -> str:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from convsql import __version__

    versions = [f"convsql {__version__}", f"python {platform.python_version()}", platform.platform()]
    for library in _LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            versions.append(f"{library} {version(library)}")
    shown: list[str] = []
    for position, argument in enumerate(arguments):
        name = argument.split("=", 1)[0]
        is_value = position > 0 and arguments[position - 1] in _HIDDEN
        shown.append("…" if is_value else f"{name}=…" if name in _HIDDEN and "=" in argument else argument)
    trace = "".join(traceback.format_exception(error))
    return f"{', '.join(versions)}\nconvsql {' '.join(shown)}\n\n{trace}"
