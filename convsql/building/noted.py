"""What is worth saying of a plan before it is carried out."""

from __future__ import annotations

from collections.abc import Iterator

from convsql.base.printable import first_of, number_of
from convsql.building.plan import Plan
from convsql.building.state import Known
from convsql.definitions.changed import redefined


def notes_of(plan: Plan, known: Known) -> list[str]:
    """The notes of a plan, in the order in which they are said."""
    notes = list(plan.unmatched)
    if known.head:
        notes += [
            f"definition of {key.in_words} changed under the same version; a changed definition should be a new version"
            for key in redefined(known.head.definitions, plan.compiled.definitions, plan.compiled.project)
        ]
    if plan.replaced_views:
        shown = first_of(plan.replaced_views, 5)
        notes.append(f"dropped or replaced since they were published, and will be restored: {shown}")
    if plan.stale_children:
        shown = first_of(plan.stale_children, 5)
        notes.append(f"{len(plan.stale_children)} published models are now older than their parents: {shown}")
    notes += _of_incremental(plan)
    if plan.left_out_tests:
        notes.append(f"{number_of(len(plan.left_out_tests), 'test')} left out: they read models that are not built")
    return notes


def _of_incremental(plan: Plan) -> Iterator[str]:
    built = [s.node for s in plan.steps if s.action == "build" and s.node.config.get("materialized") == "incremental"]
    for is_extended, said in (
        (False, "incremental models are built whole, and not at all while nothing changes"),
        (True, "made of their last version and what is new (`convsql verify --whole` compares)"),
    ):
        if names := [node.name for node in built if (node.unique_id in plan.bases) == is_extended]:
            yield f"{said}: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}"
