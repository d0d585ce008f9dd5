"""`convsql init`: look at the data, propose a project, write it, say what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from convsql.init.asking import Ask
    from convsql.init.proposal import Proposal


def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the new project.", show_default="this folder")] = Path(),
    source: Annotated[
        Optional[str],
        typer.Option(
            "--from", help="Folder of Parquet or CSV files to read, so that mappings and metrics are proposed."
        ),
    ] = None,
    name: Annotated[
        Optional[str], typer.Option("--name", help="The project's name.", show_default="the folder's")
    ] = None,
    timezone: Annotated[
        Optional[str], typer.Option("--timezone", help="IANA zone of days, weeks and months.", show_default="UTC")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take the defaults.")] = False,
) -> None:
    """Begin a project of your own: definitions, mappings and settings, proposed from the data where there are any.

    Asks for what is not given; without a terminal, or with --yes, takes the defaults. Never writes over a file.
    """
    import sys

    def ask(question: str, default: str) -> str:
        return str(typer.prompt(question, default=default, show_default=bool(default), err=True))

    is_asking = not yes and source is None and sys.stdin.isatty()
    begin(folder, source, name, timezone, ask if is_asking else lambda _, default: default)


def begin(folder: Path, source: str | None, name: str | None, timezone: str | None, ask: Ask) -> None:
    """Write a project into `folder` and say what it is. Raises ConvsqlError before anything is written."""
    from convsql.init.asking import ask_all
    from convsql.init.proposal import proposal
    from convsql.init.writing import check_free, write_files

    folder = folder.resolve()
    check_free(folder)
    proposed = proposal(folder, ask_all(folder, name, source, timezone, ask))
    written, kept = write_files(folder, proposed.files())
    _say(folder, proposed, written, kept)


def _say(folder: Path, proposed: Proposal, written: list[str], kept: list[str]) -> None:
    from convsql.cli.terminal import say

    say(f"project '{proposed.settings.name}' in {folder}: {len(written)} files")
    for path in kept:
        say(f"kept, as it was there: {path}")
    found = proposed.found
    if found is not None:
        counts = ", ".join(f"{name} {found.rows[name]:,}" for name in found.rows)
        say(f"read: {counts} rows")
        for note in found.notes:
            say(f"note: {note}")
    mappings = proposed.mappings
    for seed, rows in mappings.guessed.items():
        values = ", ".join(f"{row[mappings.key(seed)]} → {row[MEANING[seed]]}" for row, _ in rows)
        say(f"guessed, check seeds/{seed}.csv: {values}")
    for seed, rows in mappings.unknown.items():
        values = ", ".join(row[mappings.key(seed)] for row, _ in rows)
        say(f"not mapped, add to seeds/{seed}.csv: {values}")
    names = ", ".join(m["name"] for m in proposed.settings.metrics)
    say(f"metrics: {names}" if names else "metrics: none, as no outcome was found; map stages first")
    say("next: convsql build (README.md says what is to be decided)")


# What a row of a mapping seed says of its value.
MEANING = {
    "outcome_stages": "outcome",
    "channels": "channel",
    "disposition_categories": "category",
    "industry_groups": "is_regulated",
    "message_statuses": "is_attempt",
}
