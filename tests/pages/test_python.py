"""convsql from Python: what a table holds, what is raised, and what stays as it was."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

import convsql
from scripts.run_notebook import NOTEBOOK, code, outputs
from tests.runner.cli.project import FILES
from tests.support import Folder
from tests.support import convsql as run
from tests.support.demo import copy_demo
from tests.support.root import ROOT

Make = Callable[..., Folder]


def test_a_project_is_built_and_shown_from_anywhere(folder: Make, tmp_path: Path, capsys: Any) -> None:
    project = folder({f"inner/{name}": text for name, text in FILES.items()} | _settings("inner"))
    here = convsql.Project(project.root / "inner")
    with pytest.raises(convsql.ConvsqlError, match="nothing was built yet"):
        here.show("orders")
    outcome = here.build()
    assert outcome.published is not None
    assert here.build().nothing_to_do
    assert here.show("orders", limit=3).rows() == [{"order_id": i, "word": f"o{i}"} for i in (1, 2, 3)]
    assert len(here.show("orders")) == 12
    assert here.show("folded").rows() == [{"five": 5}]
    query = here.show("select count(*) as n from {{ ref('big') }}")
    assert (query.columns, query.types, query.tuples()) == (("n",), ("BIGINT",), [(2,)])
    assert Path.cwd() == tmp_path
    assert capsys.readouterr() == ("", "")


def _settings(inner: str) -> dict[str, str]:
    from tests.support import PROFILES, PROJECT

    return {f"{inner}/dbt_project.yml": PROJECT, f"{inner}/profiles.yml": PROFILES}


def test_a_table_stays_as_it_was_and_leaves_the_file_free(folder: Make) -> None:
    project = folder({"models/one.sql": "{{ config(materialized='table') }} select {{ var('n', 1) }} as n"})
    convsql.Project(project.root).build()
    before = convsql.Project(project.root).show("one")
    with duckdb.connect(str(project.root / "tiny.duckdb")) as writer:
        writer.execute("create table another as select 1 as x")
    convsql.Project(project.root, vars={"n": 2}).build()
    assert before.rows() == [{"n": 1}]
    assert convsql.Project(project.root, vars={"n": 2}).show("one").rows() == [{"n": 2}]


def test_a_failed_build_raises_with_its_outcome(folder: Make) -> None:
    project = folder({"models/one.sql": "select 1 as n", "tests/never.sql": "select * from {{ ref('one') }}"})
    with pytest.raises(convsql.BuildFailed, match="never") as raised:
        convsql.Project(project.root).build()
    assert [r.node.name for r in raised.value.outcome.failed] == ["never"]
    assert raised.value.outcome.published is None


def test_rows_come_in_the_order_of_the_query_whatever_the_library(folder: Make) -> None:
    project = folder(FILES)
    here = convsql.Project(project.root)
    here.build()
    table = here.show(
        "select order_id, word, order_id::decimal(9, 2) as d from {{ ref('orders') }} order by word desc", limit=5
    )
    expected = [row["word"] for row in table.rows()]
    assert expected == sorted(expected, reverse=True)
    for library, column in (
        ("pyarrow", lambda: table.arrow()["word"].to_pylist()),
        ("pandas", lambda: list(table.pandas()["word"])),
        ("polars", lambda: table.polars()["word"].to_list()),
    ):
        if importlib.util.find_spec(library) is not None:
            assert column() == expected, library
    assert "<th>order_id</th>" in table._repr_html_()


def test_a_missing_library_is_named(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder(FILES)
    here = convsql.Project(project.root)
    here.build()
    table = here.show("orders")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for convert, library in ((table.arrow, "pyarrow"), (table.pandas, "pandas"), (table.polars, "polars")):
        with pytest.raises(convsql.ConvsqlError, match=f"{library} is not installed") as raised:
            convert()
        assert f"pip install {library}" in raised.value.hint


def test_rates_are_the_published_rows(demo_project: Path) -> None:
    table = convsql.Project(demo_project).rates(
        "conversation_to_opportunity", by=["industry", "persona"], grain="month"
    )
    with duckdb.connect(str(demo_project / "convsql.duckdb"), read_only=True) as connection:
        expected = connection.execute(
            "select cohort_period, industry, persona, matured, matured_converted, conversion_rate from current_rates where"
            " metric = 'conversation_to_opportunity' and cohort_grain = 'month' and cohort_by = 'industry+persona' order by all"
        ).fetchall()
        ((as_of,),) = connection.execute("select as_of from clocks").fetchall()
    assert len(expected) > 20
    shown = ("cohort_period", "industry", "persona", "matured", "matured_converted", "conversion_rate")
    assert [tuple(row[c] for c in shown) for row in table] == expected
    assert {row["as_of"] for row in table} == {as_of}


@pytest.mark.parametrize(
    ("arguments", "reason", "hint"),
    [
        ({"metric": "conversation_to_oportunity"}, "no metric", "did you mean 'conversation_to_opportunity'"),
        ({"metric": "zzz"}, "no metric", "there are call_to_demo, "),
        ({"metric": "lead_to_sales_accepted"}, "no active version", "lead_to_sales_accepted@1 (draft)"),
        ({"metric": "call_to_demo@9"}, "no version 9", "call_to_demo@1"),
        ({"metric": "call_to_demo@x"}, "'call_to_demo@x' names no metric version", "call_to_demo@1"),
        ({"metric": "call_to_demo", "by": "teritory"}, "not cut by 'teritory'", "did you mean 'territory'"),
        ({"metric": "call_to_demo", "grain": "mont"}, "no rates by 'mont'", "did you mean 'month'"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_what_is(
    demo_project: Path, arguments: dict[str, Any], reason: str, hint: str
) -> None:
    with pytest.raises(convsql.ConvsqlError) as raised:
        convsql.Project(demo_project).rates(**arguments)
    assert reason in raised.value.reason
    assert hint in raised.value.hint


@pytest.mark.slow
def test_the_notebook_gives_where_it_lies_what_it_shows(demo_project: Path, tmp_path: Path) -> None:
    for library in ("pandas", "polars", "pyarrow"):
        pytest.importorskip(library)
    cells = code(json.loads(NOTEBOOK.read_text(encoding="utf-8")))
    assert len(cells) > 4
    folder = copy_demo(demo_project, tmp_path) / NOTEBOOK.parent.relative_to(ROOT)
    folder.mkdir(parents=True)
    assert outputs(["".join(cell["source"]) for cell in cells], folder) == [cell["outputs"] for cell in cells]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    said = json.dumps([cell["outputs"] for cell in cells])
    assert "best month: " in said
    assert "did you mean 'conversation_to_opportunity'?" in said


def test_asking_for_the_version_imports_nothing_heavy() -> None:
    script = "import sys, convsql; convsql.__version__; print([m for m in ('duckdb', 'typer', 'jinja2', 'sqlglot') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert {"Project", "Table", "ConvsqlError"} <= set(dir(convsql))
    with pytest.raises(AttributeError):
        convsql.nothing_of_that_name  # noqa: B018


def test_the_command_line_says_the_same(demo_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demo_project)
    done = run("show", "clocks", "--json", "--project-dir", str(demo_project))
    (row,) = convsql.Project(demo_project).show("clocks").rows()
    assert done.json == {"columns": ["as_of"], "rows": [[row["as_of"].isoformat()]]}
