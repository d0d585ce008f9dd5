"""Project files are known by their content: size and modification time say nothing, whatever a file is for."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.support import Folder

Make = Callable[..., Folder]
TABLE = "{{ config(materialized='table') }} "
FILES = {
    "dbt_project.yml": "name: tiny\nversion: 1.0.0\nprofile: tiny\nvars: {of_project: 10}\n",
    "profiles.yml": "tiny:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: tiny.duckdb, schema: main, threads: 1, "
    "settings: {default_null_order: nulls_first}}\n",
    "packages.yml": "packages: [{local: inner_1}]\n",
    "vars.yml": "of_file: 10\n",
    "inner_1/dbt_project.yml": "name: inner\nversion: 1.0.0\nvars: {inner: {of_inner: 10}}\n",
    "inner_1/models/below.sql": TABLE + "select {{ var('of_inner') }} as v, 10 as w",
    "inner_2/dbt_project.yml": "name: inner\nversion: 1.0.0\nvars: {inner: {of_inner: 30}}\n",
    "inner_2/models/below.sql": TABLE + "select {{ var('of_inner') }} as v, 10 as w",
    "macros/ten.sql": "{% macro ten() %}10{% endmacro %}",
    "seeds/s.csv": "id\n10\n",
    "models/a.sql": TABLE + "select 10 as v, {{ ten() }} as m, {{ var('of_project') }} as p, {{ var('of_file') }} as f",
    "models/b.sql": TABLE + "select 10 as v",
    "models/n.sql": TABLE + "select x from (select null as x union all select 1) order by x limit 1",
    "models/all.yml": "models: [{name: a, data_tests: [{not_ten: {number: 10}}]}]\n"
    "unit_tests: [{name: u, model: r, given: [{input: ref('s'), rows: [{id: 10}]}], "
    "expect: {format: csv, fixture: ten}}]\n",
    "models/r.sql": TABLE + "select id from {{ ref('s') }}",
    "tests/fixtures/ten.csv": "id\n10\n",
    "tests/singular.sql": "select * from {{ ref('a') }} where v <> 10",
    "tests/generic/not_ten.sql": "{% test not_ten(model, number) %}select * from {{ model }} where v <> {{ number }}{% endtest %}",
}
# file → what stands there, something other of the same length, and what that must do: a value of a query, or a failing test
EDITS = {
    "models/b.sql": ("select 10", "select 20", "select v from b", 20),
    "macros/ten.sql": ("10", "20", "select m from a", 20),
    "dbt_project.yml": ("of_project: 10", "of_project: 20", "select p from a", 20),
    "vars.yml": ("10", "20", "select f from a", 20),
    "seeds/s.csv": ("10", "20", "select id from r", 20),
    "inner_1/models/below.sql": ("10", "20", "select w from below", 20),
    "inner_1/dbt_project.yml": ("10", "20", "select v from below", 20),
    "packages.yml": ("inner_1", "inner_2", "select v from below", 30),
    "profiles.yml": ("nulls_first", "nulls_last,", "select x from n", 1),
    "models/all.yml": ("number: 10", "number: 20", "", 0),
    "tests/fixtures/ten.csv": ("10", "20", "", 0),
    "tests/singular.sql": ("10", "20", "", 0),
    "tests/generic/not_ten.sql": ("v <>", "20<>", "", 0),
}


def edit(project: Folder, path: str, before: str, after: str) -> None:
    """Another text of the same length, in place, with all times that can be set as they were."""
    assert len(before) == len(after)
    file = project.root / path
    status = file.stat()
    text = file.read_text()
    assert before in text
    with file.open("r+") as opened:
        opened.write(text.replace(before, after))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)


@pytest.mark.parametrize("path", EDITS)
def test_an_edit_of_the_same_size_and_time_is_noticed(path: str, folder: Make) -> None:
    project = folder(FILES)
    project.build()
    assert "nothing to do" in project.build().err
    before, after, query, expected = EDITS[path]
    edit(project, path, before, after)
    done = project.run("build")
    assert "nothing to do" not in done.err
    if query:
        assert done.code == 0, done.err
        assert project.query(query) == [(expected,)]
    else:
        assert done.code == 1
        assert "FAIL" in done.err


def test_what_is_compiled_is_what_was_hashed(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changes between the two would be remembered under the other's name, and come back with it."""
    from convsql.compiling import project as compiling

    project = folder({"models/a.sql": TABLE + "select 10 as v"})
    parse = compiling.parse

    def changed(*arguments: object) -> object:
        edit(project, "models/a.sql", "10", "20")
        return parse(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("convsql.compiling.project.parse", changed)
        project.build()
    assert project.query("select v from a") == [(10,)]
    edit(project, "models/a.sql", "20", "10")
    assert "nothing to do" in project.build().err
    edit(project, "models/a.sql", "10", "20")
    project.build()
    assert project.query("select v from a") == [(20,)]
