"""Failing rows become pass, warn or fail as dbt would have it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from convsql.base.errors import ConvsqlError
from convsql.project.nodes import Node
from convsql.project.severity import check_conditions, holds, judge
from tests.support import Folder

Make = Callable[..., Folder]


def test_node(**config: object) -> Node:
    return Node("test.p.t", "test", "t", "p", "models/a.yml", 3, config=config)


test_node.__test__ = False  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("condition", "failures", "expected"),
    [
        ("!= 0", 0, False),
        ("!=0", 1, True),
        ("<> 0", 1, True),
        ("> 10", 10, False),
        (">10", 11, True),
        (">= 10", 10, True),
        ("< 5", 4, True),
        ("<= 5", 5, True),
        ("= 3", 3, True),
        ("== 3", 4, False),
        ("between 1 and 5", 5, True),
        ("BETWEEN 1 AND 5", 6, False),
        ("> 0.5", 1, True),
        ("> -1", 0, True),
    ],
)
def test_conditions_are_read_as_sql_would(condition: str, failures: int, expected: bool) -> None:
    assert holds(condition, failures) is expected


@pytest.mark.parametrize("condition", ["", "10", "> ten", "> 1 or true", "!== 0", "between 1"])
def test_anything_else_is_no_condition(condition: str) -> None:
    with pytest.raises(ConvsqlError, match="is not a condition"):
        holds(condition, 1)


@pytest.mark.parametrize(
    ("config", "verdicts"),
    [
        ({}, {0: "pass", 1: "fail"}),
        ({"severity": "warn"}, {0: "pass", 1: "warn"}),
        ({"severity": "WARN", "error_if": "> 5"}, {0: "pass", 9: "warn"}),
        ({"error_if": "> 5"}, {0: "pass", 1: "warn", 6: "fail"}),
        ({"error_if": "> 5", "warn_if": "> 2"}, {1: "pass", 2: "pass", 3: "warn", 6: "fail"}),
        ({"warn_if": "> 2"}, {0: "pass", 1: "fail", 3: "fail"}),
        ({"severity": "warn", "warn_if": "> 2"}, {2: "pass", 3: "warn"}),
        ({"error_if": "= 0"}, {0: "fail", 1: "warn"}),
        ({"severity": None, "error_if": None}, {0: "pass", 1: "fail"}),
    ],
)
def test_severity_and_conditions_decide_together(config: dict[str, object], verdicts: dict[int, str]) -> None:
    assert {n: judge(test_node(**config), n) for n in verdicts} == verdicts


@pytest.mark.parametrize("config", [{"severity": "fatal"}, {"error_if": "x"}, {"severity": "warn", "warn_if": "x"}])
def test_what_can_not_be_judged_is_said_before_a_build(config: dict[str, object]) -> None:
    with pytest.raises(ConvsqlError) as error:
        check_conditions(test_node(**config))
    assert str(error.value.where) == "models/a.yml:3"


ROWS = "{{ config(materialized='table') }} select * from (values (1), (2), (2), (3)) as t(id)"
PROPERTIES = """
models:
  - name: a
    columns:
      - name: id
        data_tests:
          - accepted_values:
              name: known
              arguments: {values: [1], quote: false}
              config: CONFIG
"""


@pytest.mark.parametrize(
    ("config", "status", "failures"),
    [
        ("{}", "fail", 2),
        ("{where: id < 3}", "fail", 1),
        ("{where: id < 2}", "pass", 0),
        ("{limit: 1}", "fail", 1),
        ("{limit: 1, error_if: '> 1'}", "warn", 1),
        ("{fail_calc: sum(n_records)}", "fail", 3),
        ("{fail_calc: sum(n_records), where: id < 2}", "pass", 0),
        ("{fail_calc: max(value_field) * 0.5, error_if: '> 1'}", "fail", 1),
        ("{severity: warn}", "warn", 2),
        ("{enabled: false}", None, None),
    ],
)
def test_where_limit_and_fail_calc_are_applied_in_the_engine(
    config: str, status: str | None, failures: int | None, folder: Make
) -> None:
    project = folder({"models/a.sql": ROWS, "models/a.yml": PROPERTIES.replace("CONFIG", config)})
    done = project.run("build", "--json")
    found = [(r["status"], r["failures"]) for r in done.json["results"] if r["resource_type"] == "test"]
    assert found == ([(status, failures)] if status else [])
    assert done.code == (1 if status == "fail" else 0)


def test_what_to_do_about_failing_rows_is_told_by_the_test_or_by_the_rows(folder: Make) -> None:
    said = "{{ config(meta={'what_to_do': 'mend them'}) }} "
    project = folder({"tests/a.sql": said + "select 1 as id", "tests/b.sql": said + "select 'drop it' as what_to_do"})
    done = project.build("--json", code=1)
    messages = {r["name"]: r["message"] for r in done.json["results"] if r["status"] == "fail"}
    assert messages == {"a": "1 failing row\nhint: mend them", "b": "1 failing row"}


def test_failing_rows_are_kept_whole_and_shown_in_part(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "{{ config(materialized='table') }} select i as id, 'w' || i as word from range(20) as t(i)",
            "tests/small.sql": "select * from {{ ref('a') }} where id >= 4",
        }
    )
    done = project.build("--json", code=1)
    (result,) = (r for r in done.json["results"] if r["status"] == "fail")
    assert (result["failures"], result["message"]) == (16, "16 failing rows")
    assert result["failing_rows"] == [{"id": n, "word": f"w{n}"} for n in range(4, 9)]
    assert project.query(f"select count(*) from {result['failing_rows_kept_in']}") == [(16,)]
    again = project.build(code=1)
    assert "FAIL  test small (tests/small.sql:1)\n      16 failing rows\n      id | word\n      4 | w4\n" in again.err
    assert "all of them: convsql show --inline 'select * from _convsql_failures.small'" in again.err
    shown = project.run("show", "--inline", "select count(*) as n from _convsql_failures.small", "--json")
    assert shown.json["rows"] == [[16]]


@pytest.mark.parametrize(("limit", "kept"), [("", 500), ("{{ config(limit=3) }}", 3), ("{{ config(limit=900) }}", 500)])
def test_of_many_failing_rows_the_first_in_their_own_order_are_kept(limit: str, kept: int, folder: Make) -> None:
    backwards = "{{ config(materialized='table') }} select 9999 - i as id from range(10000) as t(i)"
    project = folder({"models/a.sql": backwards, "tests/small.sql": limit + " select * from {{ ref('a') }}"})
    project.build(code=1)
    assert project.query("select id from _convsql_failures.small order by id") == [(n,) for n in range(kept)]


def test_rows_of_two_tests_with_long_names_alike_are_kept_apart(folder: Make) -> None:
    long = "t" * 70
    project = folder(
        {
            "models/a.sql": "{{ config(materialized='table') }} select 1 as id",
            f"tests/{long}_1.sql": "select id + 1 as id from {{ ref('a') }}",
            f"tests/{long}_2.sql": "select id + 2 as id from {{ ref('a') }}",
            "tests/with 'quotes'.sql": "select id + 3 as id from {{ ref('a') }}",
        }
    )
    results = [r for r in project.build("--json", code=1).json["results"] if r["status"] == "fail"]
    assert [project.query(f"select id from {r['failing_rows_kept_in']}") for r in results] == [[(2,)], [(3,)], [(4,)]]
