"""Data tests that an engine counts together give the same results as one after the other."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from convsql.engines.duckdb import DuckDBSession
from tests.support import Folder

FILES = {
    "seeds/letters.csv": "letter,n\na,1\nb,2\nb,\n",
    "models/first.sql": "{{ config(materialized='table') }} select letter, n from {{ ref('letters') }}",
    "models/second.sql": "{{ config(materialized='table') }} select letter from {{ ref('first') }}",
    "models/models.yml": """\
        models:
          - name: first
            columns:
              - {name: letter, data_tests: [not_null, unique, {accepted_values: {arguments: {values: [a, b]}}}]}
              - {name: n, data_tests: [{not_null: {config: {severity: warn}}}, unique]}
          - name: second
            columns: [{name: letter, data_tests: [not_null]}]
        """,
    "tests/broken.sql": "select * from {{ ref('letters') }} where cast(letter as integer) > 0",
}


@pytest.mark.parametrize("at_once", [3])
def test_results_are_the_same_and_statements_fewer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    asked: list[str] = []
    fetch = DuckDBSession.fetch

    def noted(self: DuckDBSession, sql: str, parameters: object = None) -> list[tuple[object, ...]]:
        asked.extend([sql] if "failure_count" in sql else [])
        return fetch(self, sql, parameters)  # type: ignore[arg-type]

    monkeypatch.setattr(DuckDBSession, "fetch", noted)

    def built(name: str) -> tuple[dict[str, tuple[str, int]], int]:
        asked.clear()
        project = Folder(tmp_path / name, FILES)
        results = project.build("--json", code=1).json["results"]
        found = {r["name"]: (r["status"], r["failures"]) for r in results}
        return found, len([sql for sql in asked if re.match("select (0 as place|coalesce)", sql)])

    alone, statements = built("alone")
    monkeypatch.setattr(DuckDBSession, "capabilities", replace(DuckDBSession.capabilities, checks_at_once=at_once))
    together, fewer = built("together")
    assert together == alone
    assert alone["unique_first_letter"] == ("fail", 1)
    assert alone["not_null_first_n"] == ("warn", 1)
    assert alone["broken"][0] == "error"
    assert alone["second"][0] == "skipped"
    assert fewer < statements
