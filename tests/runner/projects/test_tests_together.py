"""Data tests that are sent together keep each its own verdict."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from convsql.building import tests_together
from convsql.engines.duckdb import DuckDBSession
from convsql.project.nodes import Graph, Node
from tests.support.project import Folder

Make = Callable[..., Folder]

FILES = {
    "seeds/s.csv": "id,kind\n1,a\n2,b\n2,b\n",
    "models/m.sql": "{{ config(materialized='table') }} select id, kind from {{ ref('s') }}",
    "models/shown.sql": "select id, kind from {{ ref('m') }}",
    "models/below.sql": "select id from {{ ref('shown') }}",
    "models/m.yml": (
        "models:\n"
        "  - name: shown\n"
        "    columns:\n"
        "      - name: id\n"
        "        data_tests:\n"
        "          - not_null\n"
        "          - {unique: {config: {severity: warn}}}\n"
        "          - {accepted_values: {values: [1, 2]}}\n"
        "      - name: kind\n"
        "        data_tests:\n"
        "          - {accepted_values: {name: only_a, values: [a]}}\n"
    ),
    "tests/breaks.sql": "select id from {{ ref('shown') }} where cast(kind as integer) > 1",
}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that counted the failures of several tests at once."""
    found: list[str] = []
    fetch = DuckDBSession.fetch

    def noted(self: DuckDBSession, sql: str, parameters: object = None) -> object:
        if sql.count("failure_count from (") > 1:
            found.append(sql)
        return fetch(self, sql, parameters)  # type: ignore[arg-type]

    monkeypatch.setattr(DuckDBSession, "fetch", noted)
    return found


def verdicts(project: Folder) -> dict[str, tuple[str, int]]:
    results = project.build("--json", code=1).json["results"]
    return {r["name"]: (r["status"], r["failures"]) for r in results if r["resource_type"] == "test"}


def test_each_of_several_tests_has_its_own_failures(folder: Make, sent: list[str]) -> None:
    project = folder({name: text for name, text in FILES.items() if name != "tests/breaks.sql"})
    found = verdicts(project)
    assert len(sent) == 1
    assert found["only_a"] == ("fail", 1)
    assert sorted(found.values()) == [("fail", 1), ("pass", 0), ("pass", 0), ("warn", 1)]


def test_a_test_that_can_not_run_takes_no_verdict_from_its_neighbours(folder: Make, sent: list[str]) -> None:
    found = verdicts(folder(FILES))
    assert sent
    assert found.pop("breaks")[0] == "error"
    assert sorted(found.values()) == [("fail", 1), ("pass", 0), ("pass", 0), ("warn", 1)]


def test_what_a_failed_test_stands_before_is_skipped_also_when_it_was_counted_with_others(folder: Make) -> None:
    results = {r["name"]: r["status"] for r in folder(FILES).build("--json", code=1).json["results"]}
    assert (results["shown"], results["below"]) == ("success", "skipped")


def test_tests_of_a_large_relation_are_sent_one_by_one(
    folder: Make, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tests_together, "FEW_ROWS", 2)
    found = verdicts(folder(FILES))
    assert not sent
    assert found["only_a"] == ("fail", 1)


def test_tests_of_a_relation_of_an_earlier_run_are_sent_one_by_one(folder: Make, sent: list[str]) -> None:
    project = folder({**FILES, "tests/breaks.sql": "select id from {{ ref('shown') }} where id > 5"})
    verdicts(project)
    sent.clear()
    assert verdicts(project)["only_a"] == ("fail", 1)  # a failure is no verdict that is kept
    assert not sent


def test_with_fail_fast_nothing_is_counted_after_the_first_failure(folder: Make, sent: list[str]) -> None:
    project = folder(FILES)
    results = project.build("--json", "--fail-fast", code=1).json["results"]
    assert not sent
    assert [r["status"] for r in results if r["resource_type"] == "test"].count("skipped") >= 1


def test_a_tower_of_views_is_looked_through_once(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reads both of the floor below: two to the thirtieth ways lead down."""
    views = {
        f"models/v{floor}_{side}.sql": " union all ".join(
            f"select id from {{{{ ref('{below}') }}}} where id = {floor}"
            for below in (["m"] if floor == 0 else [f"v{floor - 1}_a", f"v{floor - 1}_b"])
        )
        for floor in range(31)
        for side in "ab"
    }
    graph = folder({**FILES, **views}).compile().graph
    asked: list[str] = []
    parents = Graph.built_parents

    def noted(self: Graph, node: Node) -> list[str]:
        asked.append(node.name)
        return parents(self, node)

    monkeypatch.setattr(Graph, "built_parents", noted)
    sizes = tests_together.SmallRelations(graph)
    sizes.note(graph.nodes["model.tiny.m"], 3)
    assert sizes.has_few(graph.nodes["model.tiny.v30_a"])
    assert len(asked) == 61
