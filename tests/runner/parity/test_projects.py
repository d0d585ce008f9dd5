"""The fixture projects, and seeds with every odd cell, under both."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runner.parity.both import Both
from tests.support.root import ROOT

PROJECTS = sorted(file.parent for file in (ROOT / "tests" / "projects").glob("*/dbt_project.yml"))


@pytest.mark.parametrize("project", PROJECTS, ids=lambda folder: folder.name)
def test_fixture_project(project: Path, tmp_path: Path) -> None:
    both = Both(tmp_path, project)
    mine, theirs = both.build()
    assert both.differences() == []
    assert mine.found == theirs.found


@pytest.mark.slow
def test_odd_seeds(tmp_path: Path) -> None:
    """Types of undeclared columns, blank cells, the word null, other delimiters, no rows at all."""
    both = Both(tmp_path, Path(__file__).parent / "odd_seeds")
    both.build()
    assert both.differences() == []
