"""A section made from one table: left out where that is not published or has no rows to show."""

from __future__ import annotations

from collections.abc import Callable

from convsql.report.figure import Figure, Section
from convsql.report.scope import Scope

Columns = tuple[tuple[str, str, str], ...]


def table_section(
    scope: Scope, name: str, title: str, question: str, relation: str, needed: tuple[str, ...], figures: Callable[[], list[Figure]],
    nothing: str = "", caption: str = "",
) -> Section:  # fmt: skip
    """The section; `figures` is only asked when the table has the `needed` columns. `nothing`: why there may be no rows."""
    section = Section(name, title, question, caption=caption)
    if not scope.has(relation, *needed):
        section.missing = f"the table {relation} is not published"
        return section
    section.figures = figures()
    if not section.figures:
        section.missing = nothing or f"the table {relation} has no rows to show"
    return section
