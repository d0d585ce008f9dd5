"""From a folder of exports to the right rate, with no edit and at most three answers."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.init.exports.shapes import SHAPES
from tests.runner.parity.both import Both, dbt_command
from tests.support import convsql
from tests.support.root import ROOT

FAST = ()  # each is a project begun, compiled and built: CI has them all


def params() -> list[object]:
    return [pytest.param(name, marks=[] if name in FAST else [pytest.mark.slow]) for name in SHAPES]


@pytest.mark.parametrize("name", params())
def test_an_export_gives_the_right_rate(name: str, tmp_path: Path) -> None:
    """Two conversations with two sides, Ann's and Bob's; Ann's deal is won: 1 of 2, and 1,200.50."""
    shape = SHAPES[name]
    shape.write(tmp_path / "data")
    project = tmp_path / "mine"
    answers = [part for answer in shape.answers for part in ("--set", answer)]
    assert len(shape.answers) <= 3
    begun = convsql("init", str(project), "--from", str(tmp_path / "data"), "--name", "mine", "--yes", *answers)
    assert begun.code == 0, begun.err
    built = convsql("build", "--project-dir", str(project), "--quiet")
    assert built.code == 0, built.err
    with duckdb.connect(str(project / "mine.duckdb"), read_only=True) as connection:
        rates = connection.execute(
            "select conversations, eligible, converted, amount from cohort_rates"
            " where metric = 'conversation_to_won' and cohort_grain = 'all' and cohort_by = 'all'"
        ).fetchall()
        first = connection.execute("select min(started_at)::varchar from conversations").fetchone()
    assert [tuple(r) for r in rates] == [(shape.conversations, 2, 1, shape.amount)]
    assert first == (shape.first,)
    said = convsql("rates", "conversation_to_won", "--project-dir", str(project))
    assert said.code == 0, said.err
    assert "2024-01  50.0%" in said.out and "1 / 2*" in said.out, said.out


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hubspot", "zendesk"])
def test_the_models_that_init_writes_build_under_dbt_to_the_same_rows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dbt_command() is None:
        pytest.skip("dbt is not on this machine")
    shape = SHAPES[name]
    shape.write(tmp_path / "data")
    source = tmp_path / "source"
    answers = [part for answer in shape.answers for part in ("--set", answer)]
    assert (
        convsql("init", str(source), "--from", str(tmp_path / "data"), "--name", "users", "--yes", *answers).code == 0
    )
    monkeypatch.setenv("CONVSQL_PACKAGE", str(ROOT))
    monkeypatch.setenv("DBT_EXCLUDE_RESOURCE_TYPES", "unit_test")
    both = Both(tmp_path, source)
    _, theirs = both.build({"raw_path": str(tmp_path / "data")})
    assert theirs.failing == []
    assert both.differences() == []
    assert both.rows_of("cohort_rates")
