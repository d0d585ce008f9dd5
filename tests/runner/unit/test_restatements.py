"""Closed rows do not move without a record of what moved them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import Folder

FILES = {
    "seeds/sales.csv": "month,amount,waiting\n1,10,1\n2,20,1\n3,30,1\n",
    "models/monthly.sql": """
        select month, sum(amount) * {{ var('factor', 1) }} as amount, sum(waiting) as waiting, month < 3 as is_over
        from {{ ref('sales') }}
        group by month
        """,
    "models/monthly.yml": """
        models:
          - name: monthly
            config:
              meta: {closed: {when: is_over, key: [month], except: [waiting]}}
        """,
}
QUERY = "select row_key, column_name, value_before, value_after, cause from main.restatements order by all"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path, FILES)
    made.build()
    return made


def test_nothing_is_restated_by_the_first_build_nor_by_one_that_changes_nothing(folder: Folder) -> None:
    assert folder.query(QUERY) == []
    folder.build()
    assert folder.query(QUERY) == []


def test_a_changed_value_of_a_closed_row_is_kept_with_its_cause(folder: Folder) -> None:
    folder.write("seeds/sales.csv", "month,amount,waiting\n1,11,1\n2,20,1\n3,31,1\n")
    done = folder.build()
    assert folder.query(QUERY) == [("1", "amount", "10", "11", "data")]
    assert "1 closed row changed (cause: data)" in done.err


@pytest.mark.parametrize("file", ["models/monthly.sql", "macros/changed.sql"])
def test_a_changed_template_is_the_cause_code(file: str, folder: Folder) -> None:
    model = FILES["models/monthly.sql"].replace("{{ var('factor', 1) }}", "{{ times() }}")
    macro = "{% macro times() %}1{% endmacro %}"
    folder.write("macros/changed.sql", macro)
    folder.write("models/monthly.sql", model)
    folder.build()
    assert folder.query(QUERY) == []
    folder.write(file, model.replace("{{ times() }}", "2") if file.startswith("models") else macro.replace("1", "2"))
    folder.build()
    assert [row[-1] for row in folder.query(QUERY)] == ["code", "code"]


def test_a_changed_variable_by_which_the_same_templates_make_another_sql_is_the_cause_settings(folder: Folder) -> None:
    folder.build("--vars", "{factor: 2}")
    assert [row[-1] for row in folder.query(QUERY)] == ["settings", "settings"]


def test_all_causes_are_named_where_all_changed(folder: Folder) -> None:
    folder.write("seeds/sales.csv", "month,amount,waiting\n1,11,1\n2,20,1\n3,31,1\n")
    folder.write("models/monthly.sql", FILES["models/monthly.sql"] + " having true")
    folder.build("--vars", "{factor: 2}")
    assert {row[-1] for row in folder.query(QUERY)} == {"data and code and settings"}


def test_excepted_columns_and_open_rows_may_move(folder: Folder) -> None:
    folder.write("seeds/sales.csv", "month,amount,waiting\n1,10,5\n2,20,1\n3,99,1\n")
    folder.build()
    assert folder.query(QUERY) == []


def test_a_closed_row_that_is_gone_or_open_again_is_a_restatement(folder: Folder) -> None:
    folder.write("seeds/sales.csv", "month,amount,waiting\n2,20,1\n3,30,1\n")
    folder.build()
    assert folder.query(QUERY) == [("1", "(the row)", "there", "gone", "data")]


def test_a_build_that_fails_restates_nothing(folder: Folder) -> None:
    folder.write("tests/no_eleven.sql", "select * from {{ ref('monthly') }} where amount = 11")
    folder.write("seeds/sales.csv", "month,amount,waiting\n1,11,1\n2,20,1\n3,30,1\n")
    folder.build(code=1)
    assert folder.query(QUERY) == []


def test_restatements_of_all_builds_stay(folder: Folder) -> None:
    for amount in (11, 12):
        folder.write("seeds/sales.csv", f"month,amount,waiting\n1,{amount},1\n2,20,1\n3,30,1\n")
        folder.build()
    assert [row[2:4] for row in folder.query(QUERY)] == [("10", "11"), ("11", "12")]


def test_a_metric_version_that_retires_is_no_restatement(tmp_path: Path) -> None:
    """With all its rows; single rows that are gone are one, and so are those of a version that nobody retired."""
    rates = "id,metric,metric_version,rate\na,m,1,0.1\nb,m,1,0.2\nc,m,2,0.3\nd,m,3,0.4\n"
    folder = Folder(tmp_path, {
        "seeds/rates.csv": rates,
        "models/closed.sql": "select * from {{ ref('rates') }}",
        "models/closed.yml": """
            models:
              - name: closed
                config:
                  meta: {closed: {when: "true", key: [id]}}
            """,
        "vars.yml": """
            vars:
              conversion_metrics:
                - {name: m, version: 1, outcome: won, window_days: 1, status: deprecated, retired_on: 2026-01-01}
                - {name: m, version: 2, outcome: won, window_days: 1}
                - {name: m, version: 3, outcome: won, window_days: 1, status: deprecated, retired_on: "2026-01-01"}
            """,
    })  # fmt: skip
    folder.build()
    folder.write("seeds/rates.csv", "id,metric,metric_version,rate\na,m,1,0.1\n")
    done = folder.build()
    assert folder.query("select row_key, metric_version, value_after from main.restatements order by all") == [
        ("b", 1, "gone"),
        ("c", 2, "gone"),
    ]
    assert "2 closed rows changed" in done.err
