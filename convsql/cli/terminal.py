"""What people see: progress on a terminal, failing rows, a summary. Messages go to stderr."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from convsql.base.errors import ConvsqlError
from convsql.base.printable import one_line, visible
from convsql.building.results import Result
from convsql.cli import dbt_words
from convsql.cli.folding import columns_of, folded
from convsql.cli.results_in_words import MARKS, result_text, skipped_text
from convsql.project.nodes import Node

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.progress import Progress, TaskID
    from rich.segment import Segment

WHOLE = 100_000  # characters: a table that goes to a file or a pipe is never cut
_COMMAND = re.compile(r"^(\s*)(::|##\[)", re.MULTILINE)
_STYLES = {"error": "bold red", "fail": "bold red", "warn": "yellow", "skipped": "dim"}


def shown(text: str) -> str:
    """Text as a terminal may have it. All that is printed passes through here."""
    return visible(text)


def say(text: str = "") -> None:
    """One message to stderr. One that nobody can read is no reason to end: the exit code tells.

    A job of GitHub obeys lines that begin with `::`; a row of data that is shown there is none of its commands.
    """
    say_command(_COMMAND.sub(r"\1\\\2", text) if os.environ.get("GITHUB_ACTIONS") == "true" else text)


def say_command(text: str) -> None:
    """One message to stderr, as it is: a command of a CI's own. With `--log-format json` one document on stdout, as dbt logs."""
    if dbt_words.SAID.log_format == "json":
        with contextlib.suppress(OSError, ValueError):
            _print(_logged(text), sys.stdout)
    elif sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            _print(folded(shown(text), columns_of(sys.stderr)), sys.stderr)


def _logged(text: str) -> str:
    import datetime
    import json

    level = next((word for word in ("error", "warn") if text.startswith(word)), "info")
    at = datetime.datetime.now(datetime.UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"data": {"msg": text}, "info": {"level": level, "msg": text, "name": "Note", "ts": at}})


def put(text: str) -> None:
    """Data to stdout. JSON stays as it is: it has no control characters. Raises BrokenPipeError, ConvsqlError when it can't be written."""
    with _to_stdout():
        _print(text, sys.stdout)


def flush() -> None:
    """Have stdout take what was put. Raises as `put`."""
    with _to_stdout():
        sys.stdout.flush()


@contextlib.contextmanager
def _to_stdout() -> Iterator[None]:
    if sys.stdout is None:
        raise ConvsqlError("can't write to stdout: it is closed")
    try:
        yield
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise ConvsqlError(f"can't write to stdout: {getattr(error, 'strerror', None) or error}") from None


def _print(text: str, to: TextIO) -> None:
    text = shown(text)
    try:
        print(text, file=to)
    except UnicodeEncodeError:  # a terminal of few signs
        print(text.encode(to.encoding or "ascii", "backslashreplace").decode(to.encoding or "ascii"), file=to)


def put_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> None:
    """A table to stdout; on a terminal that is too narrow for it a record of each row: nothing is cut."""
    from convsql.cli.rows import columns_of_terminal, fitting

    put(fitting(columns, rows, columns_of_terminal(), title))


def put_rich(renderable: RenderableType, width: int = 100) -> None:
    """A rich renderable to stdout: as wide as the terminal, or `width` characters where there is none."""
    from rich.console import Console

    from convsql.cli.rows import columns_of_terminal

    with _to_stdout():
        if (columns := columns_of_terminal()) is not None:
            console = Console(width=columns)
        else:
            console = Console(width=width, color_system=None)
        console.print(_Shown(renderable))


def say_rich(renderable: RenderableType, width: int) -> None:
    """A rich renderable to stderr, at most `width` characters wide."""
    from rich.console import Console

    text = io.StringIO()
    Console(file=text, width=width, color_system=None).print(_Shown(renderable))
    say("\n".join(line.rstrip() for line in text.getvalue().splitlines()))


class _Shown:
    """A renderable whose text passes through `shown`, whoever made it."""

    def __init__(self, renderable: RenderableType) -> None:
        self.renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        from rich.segment import Segment

        for part in console.render(self.renderable, options):
            yield part if part.control else Segment(shown(part.text), part.style)


def say_error(error: ConvsqlError) -> None:
    """Errors, one by one, each with its place and hint."""
    from convsql.cli.consequences import told

    said, following = told(error.problems)
    for text in said:
        say(text)
    if len(error.problems) > 1:
        own = len(error.problems) - following
        more = f" ({following} more follow from {'it' if own == 1 else 'them'})" if following else ""
        say(f"{own} {'error' if own == 1 else 'errors'}{more}; nothing was built or published")


def say_misuse(show: Callable[[TextIO], None], hint: str = "") -> None:
    """Wrong usage, as typer's error writes it with `show`, and what may have been meant."""
    said = io.StringIO()
    show(said)
    say(said.getvalue().rstrip("\n") + (f"\n  hint: {hint}" if hint else ""))


class Terminal:
    """A listener for people: a progress bar on a terminal, and a line for everything that is not fine."""

    def __init__(self, quiet: bool = False, compiled_path: Callable[[Node], str] | None = None) -> None:
        """`compiled_path` writes a node's compiled SQL and gives its path."""
        self.quiet = quiet
        self.compiled_path = compiled_path
        self.progress: Progress | None = None
        self.task: TaskID | None = None
        self.skipped: list[Result] = []

    def begin(self, total: int) -> None:
        if self.quiet or sys.stderr is None or not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.table import Column

        # the name and the bar give way on a narrow terminal, and no number does
        self.progress = Progress(
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.description}", markup=False, table_column=Column(ratio=2, no_wrap=True)),
            BarColumn(bar_width=None, table_column=Column(ratio=1)),
            TimeElapsedColumn(table_column=Column(no_wrap=True)),
            TextColumn("left"),
            TimeRemainingColumn(table_column=Column(no_wrap=True)),
            expand=True,
            console=Console(stderr=True),
            transient=True,
        )
        self.progress.start()
        self.task = self.progress.add_task("", total=total)

    def start(self, node: Node) -> None:
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, description=one_line(node.name))

    def done(self, result: Result) -> None:
        if self.progress is not None and self.task is not None:
            self.progress.advance(self.task)
            if result.status == "success":
                self._built(result)
        if result.status == "skipped":
            self.skipped.append(result)
        elif result.status in MARKS and not (result.known and self.quiet):
            self._line(result)

    def _built(self, result: Result) -> None:
        assert self.progress is not None
        name = result.node.name
        line = f"built {name:<{max(20, min(44, self.progress.console.width - 20))}} {result.seconds:7.2f} s"
        self.progress.console.print(shown(line), style="dim", markup=False, highlight=False)

    def _line(self, result: Result) -> None:
        if self.compiled_path is not None and result.node.kind in ("model", "test") and result.status != "skipped":
            with contextlib.suppress(ConvsqlError):  # a full disk: the failure itself is what must be said
                result.compiled_path = self.compiled_path(result.node)
        text = result_text(result)
        if self.progress is None:
            say(text)
        else:
            from rich.text import Text

            line = Text(folded(shown(text), columns_of(sys.stderr)))
            line.stylize(_STYLES[result.status], 0, len(MARKS[result.status]))
            self.progress.console.print(line, soft_wrap=True)

    def end(self) -> None:
        if self.progress is not None:
            self.progress.stop()
            self.progress = None
        if self.skipped and not self.quiet:
            say(skipped_text(self.skipped))
        self.skipped = []


def say_result(result: Result) -> None:
    """One result to stderr."""
    say(result_text(result))
