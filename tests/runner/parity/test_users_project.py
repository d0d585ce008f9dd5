"""A user's own project, with the convsql models as its package, under both."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.connectors.project import VARIABLES, begin
from tests.runner.parity.both import Both
from tests.runner.parity.test_package import demo
from tests.support import convsql
from tests.support.root import ROOT

__all__ = ["demo"]


@pytest.mark.slow
def test_a_project_begun_by_init_builds_under_dbt_to_the_same_rows(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    assert convsql("init", str(source), "--from", str(demo), "--name", "users").code == 0
    monkeypatch.setenv("CONVSQL_PACKAGE", str(ROOT))  # what `convsql package` prints
    monkeypatch.setenv("DBT_EXCLUDE_RESOURCE_TYPES", "unit_test")  # of a package, which dbt runs before their parents
    both = Both(tmp_path, source)
    mine, theirs = both.build()
    assert theirs.failing == []
    assert both.deprecations == []
    assert both.differences() == []
    assert both.rows_of("cohort_rates")
    ours = {name: status for name, status, _ in mine.found}
    assert theirs.found
    assert {name: ours[name] for name, _, _ in theirs.found} == {name: status for name, status, _ in theirs.found}


@pytest.mark.slow
def test_connectors_give_the_same_rows_under_dbt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All tools at once: their sources, models that are switched on by a variable, contacts matched by keys."""
    source = begin(tmp_path / "source").root
    monkeypatch.setenv("CONVSQL_PACKAGE", str(ROOT))
    monkeypatch.setenv("DBT_EXCLUDE_RESOURCE_TYPES", "unit_test")
    both = Both(tmp_path, source)
    mine, theirs = both.build(VARIABLES)
    assert theirs.failing == []
    assert both.differences() == []
    assert both.rows_of("connected_messages") and both.rows_of("conversations")
    ours = {name: status for name, status, _ in mine.found}
    assert {name: ours[name] for name, _, _ in theirs.found} == {name: status for name, status, _ in theirs.found}
