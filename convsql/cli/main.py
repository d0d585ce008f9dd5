"""The command line: its commands, each in `convsql.cli.<its name>`, and `run`. Exit codes are in `convsql.base.errors`."""

from __future__ import annotations

import shutil
import sys
from functools import cache
from typing import Any

import typer

from convsql.cli.build import build
from convsql.cli.check import check
from convsql.cli.ci import ci
from convsql.cli.clean import clean
from convsql.cli.compile import compile
from convsql.cli.dbt_words import check_refused, translated
from convsql.cli.debug import debug
from convsql.cli.demo import demo
from convsql.cli.deps import deps
from convsql.cli.docs import docs
from convsql.cli.enrich import enrich
from convsql.cli.explain import explain
from convsql.cli.forget import forget
from convsql.cli.history import history
from convsql.cli.init import init
from convsql.cli.ls import ls
from convsql.cli.metrics import app as metrics
from convsql.cli.options import Debug, Version, join_selectors
from convsql.cli.package import package
from convsql.cli.plain_values import spare_plain_values
from convsql.cli.rates import rates
from convsql.cli.report import report
from convsql.cli.retry import retry
from convsql.cli.rollback import rollback
from convsql.cli.running import guarded
from convsql.cli.runs import runs
from convsql.cli.show import show
from convsql.cli.source import app as source
from convsql.cli.test import test
from convsql.cli.unhold import unhold
from convsql.cli.verify import VERIFY_EPILOG, verify
from convsql.cli.whatif import whatif
from convsql.cli.zones import zones

EPILOG = (
    "Exit codes: 0 done (for build: published, or nothing to do); 1 a model or test failed, nothing was published; "
    "2 usage, project or engine error; 3 the database is in use, or another build was published meanwhile; "
    "4 it is unknown whether the build was published; 5 built and checked, but not published because of `rollback --hold`; "
    "124 the time set by --timeout is over; 130 interrupted."
)

ROOM_FOR_FRAMES = 100  # columns: with fewer, frames around the options would cut their names

app = typer.Typer(
    name="convsql",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog=EPILOG,
    help="Measure how conversations become meetings, opportunities and closed deals: compile, build, check and publish a "
    "project of dbt-style SQL models in DuckDB.",
)
# In the order of `--help`.
COMMANDS = (
    init,
    demo,
    package,
    zones,
    deps,
    build,
    compile,
    test,
    ls,
    show,
    rates,
    explain,
    whatif,
    enrich,
    report,
    docs,
    ci,
    check,
    runs,
    retry,
    history,
    rollback,
    unhold,
    forget,
    verify,
    clean,
    debug,
)

app.add_typer(metrics, name="metrics")
app.add_typer(source, name="source")
for command in COMMANDS:
    app.command(epilog=VERIFY_EPILOG if command is verify else EPILOG)(command)


@app.callback()
def _main(version: Version = False, debug: Debug = False) -> None:
    """The options before a command."""


def run(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code. Whatever happens ends in one line and a code, never in a traceback.

    `arguments`: None for those of the process, which ends with this; else Ctrl-C is afterwards what it was.
    """
    given = join_selectors(translated(sys.argv[1:] if arguments is None else arguments))
    return guarded(_carried_out, given, ends_process=arguments is None)


def _carried_out(words: list[str]) -> int:
    check_refused()
    command = _tree()
    _frame(command, shutil.get_terminal_size().columns >= ROOM_FOR_FRAMES)
    return int(command(words, standalone_mode=False) or 0)


@cache
def _tree() -> Any:
    """All commands. Making them costs as much as compiling a tiny project, and they are the same at every run in a process."""
    return spare_plain_values(typer.main.get_command(app))


def _frame(group: Any, has_room: bool) -> None:
    """Have the help of each command below a group written with frames, or without them."""
    for command in group.commands.values():
        if hasattr(command, "commands"):
            _frame(command, has_room)
        else:
            command.rich_markup_mode = app.rich_markup_mode if has_room else None
