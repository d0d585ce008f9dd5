"""`convsql metrics diff`: make sure that both sides are there, compare them, say what moved."""

from __future__ import annotations

import json
from collections.abc import Sequence

from convsql.base.errors import EXIT_FAILED, EXIT_OK, ConvsqlError, Where
from convsql.building.context import Context
from convsql.building.results import Listener, Silent
from convsql.cli import terminal
from convsql.cli.diff_terminal import put_movement
from convsql.cli.options import say_warnings
from convsql.diff.document import document
from convsql.diff.markdown import markdown
from convsql.diff.measure import Comparison, checked_cut, measure
from convsql.diff.pairs import common_pairs, only_in, version_pair
from convsql.diff.relations import open_relations
from convsql.diff.sides import base_side, working_side
from convsql.engines.access import access_to


def diff_command(
    context: Context, words: Sequence[str], base: str | None, grain: str, by: str | None, as_markdown: bool, tells: bool
) -> int:
    """Compare two versions of a metric, or the working tree with a git ref; `tells`: the exit code is 1 where something moved.

    Raises ConvsqlError. Nothing is published.
    """
    if as_markdown and context.json:
        raise ConvsqlError(
            "--json and --markdown are two forms of one output", Where("metrics diff"), "give one of them"
        )
    grain, dimensions = checked_cut(grain, by)
    after = working_side(context)
    say_warnings(after.compiled)
    if base is None:
        before = after
        pairs = [version_pair(after.definitions, words)]
        added = removed = list[str]()
    else:
        before = base_side(context, after, base)
        pairs = common_pairs(before.definitions, after.definitions, words)
        added = only_in(after.definitions, before.definitions, words)
        removed = only_in(before.definitions, after.definitions, words)
    is_quiet = context.json or as_markdown
    listener: Listener = Silent() if is_quiet else terminal.Terminal(context.quiet)
    with open_relations(
        before, after, access_to(after.compiled.target.reaching(before.compiled.target.folders)), listener
    ) as relations:
        comparison = Comparison(before, after, relations, grain, dimensions)
        found = document(comparison, measure(comparison, pairs), added, removed, base is not None)
    code = EXIT_FAILED if tells and found["has_moved"] else EXIT_OK
    if context.json:
        terminal.put(json.dumps({"status": "moved" if found["has_moved"] else "unmoved", "exit_code": code, **found}))
    elif as_markdown:
        terminal.put(markdown(found))
    else:
        put_movement(found, context.quiet)
    return code
