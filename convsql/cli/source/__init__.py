"""`convsql source`: commands about what is read, one file per command."""

from __future__ import annotations

import typer

from convsql.cli.source.freshness import freshness

EPILOG = "Exit codes: 0 fresh, or a warning; 1 a source is older than its error_after; 2 usage or project error, or a source that can't be read; 3 the database is in use."

app = typer.Typer(no_args_is_help=True, help="The sources: check how fresh they are.")


@app.callback()
def _source() -> None:
    """A group, although there is one command."""


app.command(epilog=EPILOG)(freshness)
