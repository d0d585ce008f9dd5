"""The check tells edits that change a number's meaning from edits that don't: no false alarm and no miss."""

from __future__ import annotations

import pytest

from tests.change_control.edits import COSMETIC, MEANINGFUL
from tests.change_control.workbench import Bench, Edit, changed


def together(edits: list[Edit]) -> list[list[Edit]]:
    """Groups of edits of which no two touch the same file, so that one check can be asked about each group."""
    groups: list[list[Edit]] = []
    for edit in edits:
        fits = (g for g in groups if not any(edit.files.keys() & other.files.keys() for other in g))
        group = next(fits, None)
        if group is None:
            groups.append(group := [])
        group.append(edit)
    return groups


GROUPS = together(COSMETIC)
# One check each: an edit of no meaning stands in a group above, too, and most of the others are left to CI.
FAST = MEANINGFUL[:1]
IN_CI = [pytest.param(e, marks=pytest.mark.slow) for e in [*COSMETIC, *MEANINGFUL] if e not in FAST]


def test_there_are_forty_edits_half_of_them_cosmetic() -> None:
    assert len(COSMETIC) >= 20
    assert len(MEANINGFUL) >= 20
    assert len({e.name for e in [*COSMETIC, *MEANINGFUL]}) == len(COSMETIC) + len(MEANINGFUL)
    assert not any(e.changes for e in COSMETIC)
    assert all(e.changes for e in MEANINGFUL)


@pytest.mark.slow
def test_an_untouched_project_holds(bench: Bench) -> None:
    result = bench.check()
    assert result.findings == []
    assert result.notes == []


def test_the_groups_hold_every_cosmetic_edit_and_are_few() -> None:
    assert sorted(map(str, COSMETIC)) == sorted(str(edit) for group in GROUPS for edit in group)
    assert len(GROUPS) < len(COSMETIC) / 2


@pytest.mark.parametrize("number", [pytest.param(n, marks=pytest.mark.slow) for n in range(len(GROUPS))])
def test_edits_that_change_no_meaning_fail_nothing_together(bench: Bench, number: int) -> None:
    with bench.edited({file: edit for each in GROUPS[number] for file, edit in each.files.items()}):
        result = bench.check()
    assert result.findings == []


@pytest.mark.parametrize("edit", [*IN_CI, *FAST], ids=str)
def test_an_edit_fails_the_metrics_it_changes_and_no_other(bench: Bench, edit: Edit) -> None:
    with bench.edited(edit.files):
        result = bench.check()
    assert changed(result) == edit.changes
    assert {f.rule for f in result.findings} <= {"definition_changed", "meaning_changed"}
    for finding in result.findings:
        assert finding.fields or finding.changes or finding.seeds, "a change is shown, not only said"
        assert finding.where.line
