"""`convsql metrics`: the commands of change control, one file per command."""

from __future__ import annotations

import typer

from convsql.cli.metrics.check import check
from convsql.cli.metrics.diff import DIFF_EPILOG, diff
from convsql.cli.metrics.export import export
from convsql.cli.metrics.list import list_
from convsql.cli.metrics.lock import lock
from convsql.cli.metrics.schema import schema
from convsql.cli.metrics.show import show

EPILOG = "Exit codes: 0 done, all hold; 1 a rule is broken; 2 usage or project error."

app = typer.Typer(
    no_args_is_help=True, help="Metric definitions under change control: list, show, check, lock, diff, export, schema."
)
app.command(epilog=DIFF_EPILOG)(diff)
app.command("list", epilog=EPILOG)(list_)
app.command(epilog=EPILOG)(show)
app.command(epilog=EPILOG)(check)
app.command(epilog=EPILOG)(lock)
app.command(epilog=EPILOG)(export)
app.command(epilog=EPILOG)(schema)
