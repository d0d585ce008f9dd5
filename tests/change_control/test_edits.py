"""The check tells edits that change a number's meaning from edits that don't: no false alarm and no miss."""

from __future__ import annotations

import pytest

from tests.change_control.edits import COSMETIC, MEANINGFUL
from tests.change_control.workbench import Bench, Edit, changed


def test_there_are_forty_edits_half_of_them_cosmetic() -> None:
    assert len(COSMETIC) >= 20
    assert len(MEANINGFUL) >= 20
    assert len({e.name for e in [*COSMETIC, *MEANINGFUL]}) == len(COSMETIC) + len(MEANINGFUL)
    assert not any(e.changes for e in COSMETIC)
    assert all(e.changes for e in MEANINGFUL)


def test_an_untouched_project_holds(bench: Bench) -> None:
    result = bench.check()
    assert result.findings == []
    assert result.notes == []


@pytest.mark.parametrize("edit", [*COSMETIC, *MEANINGFUL], ids=str)
def test_an_edit_fails_the_metrics_it_changes_and_no_other(bench: Bench, edit: Edit) -> None:
    with bench.edited(edit.files):
        result = bench.check()
    assert changed(result) == edit.changes
    assert {f.rule for f in result.findings} <= {"definition_changed", "meaning_changed"}
    for finding in result.findings:
        assert finding.fields or finding.changes or finding.seeds, "a change is shown, not only said"
        assert finding.where.line
