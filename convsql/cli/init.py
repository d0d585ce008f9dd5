"""`convsql init`: look at the data, propose a project, write it, say what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsql.init.asking import Ask
    from convsql.init.proposal import Proposal

# What stands for the names of metrics where there are none.
_NO_METRICS = "none, as no outcome was found. Answer with --set what is undecided above, or decide it in seeds/outcome_stages.csv, and add metrics to vars.yml"


def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the new project.", show_default="this folder")] = Path(),
    source: Annotated[
        Optional[str],
        typer.Option(
            "--from",
            help="Folder of exports (CSV, Excel, JSON, Parquet) to read, so that mappings and metrics are proposed.",
        ),
    ] = None,
    name: Annotated[
        Optional[str], typer.Option("--name", help="The project's name.", show_default="the folder's")
    ] = None,
    timezone: Annotated[
        Optional[str], typer.Option("--timezone", help="IANA zone of days, weeks and months.", show_default="UTC")
    ] = None,
    told: Annotated[
        Optional[list[str]],
        typer.Option(
            "--set",
            help="Answer what init would ask or guess, such as messages.sent_at='Date Sent' or zone=America/New_York.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing, and use the defaults.")] = False,
) -> None:
    """Begin a project of your own: definitions, mappings and settings, proposed from the data if there are any.

    Asks for what is not given; without a terminal, or with --yes, it uses the defaults. Never overwrites a file.
    """
    import sys

    def ask(question: str, default: str) -> str:
        return str(typer.prompt(question, default=default, show_default=bool(default), err=True))

    is_asking = not yes and sys.stdin.isatty()
    begin(
        folder,
        source,
        name,
        timezone,
        ask if is_asking and source is None else lambda _, default: default,
        told or [],
        ask if is_asking else None,
    )


def begin(
    folder: Path,
    source: str | None,
    name: str | None,
    timezone: str | None,
    ask: Ask,
    told: Sequence[str] = (),
    ask_of_exports: Ask | None = None,
) -> None:
    """Write a project into `folder` and say what it is. Raises ConvsqlError before anything is written."""
    from convsql.init.asking import ask_all
    from convsql.init.exports.answers import GivenAnswers, answers_of
    from convsql.init.proposal import proposal
    from convsql.init.writing import check_free, write_files

    folder = folder.resolve()
    is_there = check_free(folder, may_propose=source is not None)
    proposed = proposal(
        folder, ask_all(folder, name, source, timezone, ask), GivenAnswers(answers_of(told), ask_of_exports)
    )
    if is_there:
        _say_differences(folder, proposed)
        return
    written, kept = write_files(folder, proposed.files())
    _say(folder, proposed, written, kept)


def _say_differences(folder: Path, proposed: Proposal) -> None:
    from convsql.cli.terminal import put, say
    from convsql.init.differences import differences, write_proposed

    found = differences(folder, proposed.files())
    say(f"{folder} already holds a project: nothing in it was changed")
    for each in found:
        put(each.shown)
    for path in write_proposed(folder, found):
        say(f"proposed, beside your own file: {path}")
    if not found:
        say("its models and mappings say all that these files need")


def _say(folder: Path, proposed: Proposal, written: list[str], kept: list[str]) -> None:
    from convsql.base.personal import without_addresses
    from convsql.base.printable import number_of
    from convsql.cli.terminal import say
    from convsql.init.mapping_lines import mapping_lines

    say(f"project '{proposed.settings.name}' in {folder}: {number_of(len(written), 'file')}")
    for path in kept:
        say(f"kept, because it exists already: {path}")
    found = proposed.found
    if found is not None:
        counts = ", ".join(f"{name} {found.rows[name]:,}" for name in found.rows)
        say(f"read: {counts} rows")
        if proposed.plan.inputs:
            from convsql.cli.terminal import say_rich
            from convsql.init.exports.shown import plan_table

            say_rich(plan_table(proposed.plan), width=80)
        for note in found.notes:
            say(f"note: {without_addresses(note)}")
    for line in mapping_lines(proposed.mappings):
        say(without_addresses(line))
    names = ", ".join(m["name"] for m in proposed.settings.metrics)
    say(f"metrics: {names or _NO_METRICS}")
    say("next: convsql build (README.md lists what you need to decide)")
