"""`convsql metrics diff`: make sure that both sides are there, compare them, say what moved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from convsql.base.errors import EXIT_FAILED, EXIT_OK, ConvsqlError, Where
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.building.results import Listener
    from convsql.context import Context

DIFF_EPILOG = (
    "Exit codes: 0 done; 1 with --exit-code, when anything moved; 2 usage, project, git or engine error; "
    "3 the database is in use; 130 interrupted."
)


# One parameter per option, as typer reads them: most of the lines are their help.
@project_command(OWN, *PROJECT, "json", "quiet", "no_cache")
def diff(
    context: Context,
    versions: Annotated[
        Optional[list[str]],
        typer.Argument(
            help="Two versions of one metric: m@1 m@2 (m: its active one). With --base: the metrics, or versions, to look at.",
            show_default=False,
        ),
    ] = None,
    base: Annotated[
        Optional[str], typer.Option("--base", help="Compare with the code at this git ref: main, v1.2, HEAD~3.")
    ] = None,
    grain: Annotated[
        str, typer.Option("--grain", help="Cohorts by day, week, month, quarter, year, or all.")
    ] = "month",
    by: Annotated[
        Optional[str], typer.Option("--by", help="Cohorts by these dimensions too: channel or channel,persona.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Markdown for a comment on a pull request.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if a number moved.")] = False,
) -> int:
    """Show what a change of a definition, or of the code, does to the numbers: which conversations moved, and why the rate changed.

    Builds what is missing on either side and publishes nothing.
    """
    from convsql.building.results import Silent
    from convsql.cli import terminal
    from convsql.diff.measure import checked_cut

    if markdown and context.json:
        raise ConvsqlError(
            "--json and --markdown are two forms of one output", Where("metrics diff"), "give one of them"
        )
    cut = checked_cut(grain, by)
    listener: Listener = Silent() if context.json or markdown else terminal.Terminal(context.quiet)
    found = compare(context, versions or [], base, cut, listener)
    code = EXIT_FAILED if exit_code and found["has_moved"] else EXIT_OK
    if context.json:
        terminal.put(json.dumps({"status": "moved" if found["has_moved"] else "unmoved", "exit_code": code, **found}))
    elif markdown:
        from convsql.diff.markdown import markdown as as_markdown

        terminal.put(as_markdown(found))
    else:
        from convsql.cli.metrics.diff_terminal import put_movement

        put_movement(found, context.quiet)
    return code


def compare(
    context: Context, words: Sequence[str], base: str | None, cut: tuple[str, tuple[str, ...]], listener: Listener
) -> dict[str, Any]:
    """Compare two versions of a metric, or the working tree with a git ref; nothing is published. Raises ConvsqlError."""
    from convsql.cli.aloud import check_is_file, say_warnings
    from convsql.diff.document import document
    from convsql.diff.measure import Comparison, measure
    from convsql.diff.pairs import common_pairs, only_in, version_pair
    from convsql.diff.relations import open_relations
    from convsql.diff.sides import base_side, working_side
    from convsql.engines.access import access_to

    after = working_side(context)
    target = after.compiled.target
    check_is_file(target, "metrics diff", "it compares definitions over the same inputs, whatever the target")
    say_warnings(after.compiled.warnings)
    if base is None:
        before = after
        pairs = [version_pair(after.definitions, words)]
        added = removed = list[str]()
    else:
        before = base_side(context, after, base)
        pairs = common_pairs(before.definitions, after.definitions, words)
        added = only_in(after.definitions, before.definitions, words)
        removed = only_in(before.definitions, after.definitions, words)
    access = access_to(target.reaching(before.compiled.target.folders))
    with open_relations(before, after, access, listener) as relations:
        comparison = Comparison(before, after, relations, *cut)
        return document(comparison, measure(comparison, pairs), added, removed, base is not None)
