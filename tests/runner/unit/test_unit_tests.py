"""Unit tests of models: the rows given, the rows expected, and what is said when they differ."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable

import pytest

from convsql.compiling.cache import CompileCache
from tests.support import Folder

Make = Callable[..., Folder]
FILES = {
    "models/a.sql": "select i as id, 'w' as word, 1.5::decimal(10, 2) as amount, date '2026-01-01' as day, [1] as items from range(2) as t(i)",
    "models/b.sql": "select id, word, amount * 2 as twice, day, {{ var('n', 1) }} as n, '{{ env_var(\"TINY_E\", \"none\") }}' as e, {{ one() }} as one\n"
    "from {{ ref('a') }} as a\n{% if is_incremental() %}where id > 1{% endif %}",
    "macros/one.sql": "{% macro one() %}1{% endmacro %}",
    "seeds/s.csv": "id,word\n1,seeded\n",
    "models/c.sql": "select a.id, s.word from {{ ref('a') }} as a join {{ ref('s') }} as s on s.id = a.id",
}


def project_of(folder: Make, given: str, expect: str, model: str = "b", more: str = "") -> Folder:
    text = f"unit_tests:\n  - name: u\n    model: {model}\n"
    for key, block in (("given", given), ("expect", expect)):
        text += f"    {key}:\n" + textwrap.indent(textwrap.dedent(block).strip("\n"), " " * 6) + "\n"
    return folder({**FILES, "models/u.yml": text + textwrap.indent(textwrap.dedent(more), " " * 4)})


def verdict(project: Folder) -> tuple[str, str]:
    done = project.run("test", "--json", "--select", "u")
    assert done.code in (0, 1), done.out
    (result,) = done.json["results"]
    return result["status"], result["message"] or ""


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        ("- {input: ref('a'), rows: [{id: 1}]}", "{rows: [{id: 1, word: null, twice: null}]}"),
        ("- {input: ref('a'), rows: [{id: 1}, {id: 1}]}", "{rows: [{id: 1}, {id: 1}]}"),
        ("- {input: ref('a'), rows: []}", "{rows: []}"),
        ("- {input: ref('a')}", "{rows: []}"),
        ("- {input: ref('a'), rows: [{ID: 1, AMOUNT: 1.25}]}", "{rows: [{Id: 1, TWICE: 2.5}]}"),
        ("- {input: ref('a'), rows: [{day: 2026-01-02}]}", "{rows: [{day: '2026-01-02'}]}"),
        ('- {input: "ref(\'a\')", rows: [{word: "it\'s"}]}', '{rows: [{word: "it\'s"}]}'),
        ("- {input: \"ref('tiny', 'a')\", rows: [{id: 3}]}", "{rows: [{id: 3}]}"),
        (
            "- input: ref('a')\n  format: csv\n  rows: |\n    id,word\n    1,\n    2,\"x, y\"",
            "{rows: [{id: 1, word: null}, {id: 2, word: 'x, y'}]}",
        ),
        (
            "- input: ref('a')\n  format: sql\n  rows: select 1 as id, 'x' as word, 1.0 as amount, date '2026-01-01' as day -- end",
            "format: sql\nrows: select 1 as id, 'x' as word -- end",
        ),
        ("- {input: ref('a'), rows: [{id: 2}, {id: 1}]}", "{rows: [{id: 1}, {id: 2}]}"),
    ],
)
def test_rows_come_in_every_form_and_order(given: str, expect: str, folder: Make) -> None:
    assert verdict(project_of(folder, given, expect)) == ("pass", "")


def test_rows_that_differ_are_shown(folder: Make) -> None:
    project = project_of(
        folder, "- {input: ref('a'), rows: [{id: 1}, {id: 1}, {id: 2, word: x}]}", "{rows: [{id: 1}, {id: 3}]}"
    )
    status, message = verdict(project)
    assert status == "fail"
    assert "1" in message
    assert "3" in message
    assert project.run("test", "--select", "u").code == 1


def test_a_given_value_that_can_not_have_its_columns_type_is_an_error(folder: Make) -> None:
    status, message = verdict(project_of(folder, "- {input: ref('a'), rows: [{id: one}]}", "{rows: [{id: 1}]}"))
    assert status == "error"
    assert "Could not convert string 'one'" in message


def test_variables_macros_and_environment_are_overridden_for_one_test_only(folder: Make) -> None:
    project = project_of(
        folder,
        "- {input: ref('a'), rows: [{id: 1}, {id: 2}]}",
        "{rows: [{id: 2, n: 7, e: mine, one: 2}]}",
        more="""
            overrides:
              vars: {n: 7}
              env_vars: {TINY_E: mine}
              macros: {one: 2, is_incremental: true}
        """,
    )
    assert verdict(project) == ("pass", "")
    project.build()
    assert project.query("select distinct n, e, one from b") == [(1, "none", 1)]


def test_an_environment_variable_that_a_unit_test_gives_is_not_what_the_project_was_compiled_with(
    folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process's own stays as it is, and a project that was compiled with it comes out of the cache the next time."""
    monkeypatch.setenv("TINY_E", "theirs")
    project = project_of(
        folder,
        "- {input: ref('a'), rows: [{id: 1}]}",
        "{rows: [{id: 1, e: mine}]}",
        more="overrides: {env_vars: {TINY_E: mine}}\n",
    )
    assert verdict(project) == ("pass", "")
    assert os.environ["TINY_E"] == "theirs"
    assert CompileCache(project.root / "target").whole["environment"] == {"TINY_E": "theirs"}


def test_a_seed_that_is_given_without_rows_gives_its_own(folder: Make) -> None:
    given = "- {input: ref('a'), rows: [{id: 1}, {id: 2}]}\n- {input: ref('s')}"
    project = project_of(folder, given, "{rows: [{id: 1, word: seeded}]}", model="c")
    project.build()
    assert verdict(project) == ("pass", "")
    project.write("seeds/s.csv", "id,word\n1,other\n")
    assert "FAIL  unit test u" in project.build(code=1).err


def test_a_failing_unit_test_keeps_its_model_from_being_built(folder: Make) -> None:
    project = project_of(folder, "- {input: ref('a'), rows: [{id: 1}]}", "{rows: [{id: 2}]}")
    done = project.build("--json", code=1)
    statuses = {r["name"]: r["status"] for r in done.json["results"]}
    assert (statuses["u"], statuses["b"], statuses["a"]) == ("fail", "skipped", "success")


def test_a_unit_test_of_an_ephemeral_parent_is_given_its_rows(folder: Make) -> None:
    project = project_of(
        folder,
        "- {input: ref('a'), format: sql, rows: 'select 9 as id, null as word, 0 as amount, null as day'}",
        "{rows: [{id: 9, twice: 0}]}",
    )
    project.write("models/a.sql", "{{ config(materialized='ephemeral') }}" + FILES["models/a.sql"])
    assert verdict(project) == ("pass", "")


def test_a_change_of_the_parents_rows_does_not_run_it_again_but_a_change_of_the_model_does(folder: Make) -> None:
    project = project_of(folder, "- {input: ref('a'), rows: [{id: 1}]}", "{rows: [{id: 1}]}")
    project.build()
    project.write("models/a.sql", FILES["models/a.sql"].replace("range(2)", "range(3)"))
    plan = project.run("build", "--dry-run").out
    assert "known" in next(line for line in plan.splitlines() if line.endswith(" u"))
    project.write("models/b.sql", FILES["models/b.sql"] + "\nwhere id is not null")
    plan = project.run("build", "--dry-run").out
    assert next(line for line in plan.splitlines() if line.endswith(" u")).startswith("test")


def test_one_that_never_ends_is_ended_with_the_build_and_nothing_is_published(folder: Make) -> None:
    """It runs in a thread of its own, which no signal reaches."""
    project = project_of(folder, "- {input: ref('a'), rows: [{id: 1}]}", "{rows: [{n: 0}]}", model="endless")
    project.write(
        "models/endless.sql",
        "select count(*) as n from {{ ref('a') }} as a cross join range(10000000000) as b cross join range(1000000) as c\n"
        "where a.id < 0 or hash(b, c) % 3 = a.id",
    )
    done = project.run("build", "--timeout", "1", "--select", "+endless")
    assert (done.code, "longer than 1 s" in done.err) == (124, True), done.err
    assert project.run("history").out.strip() == ""


def test_the_first_failure_with_fail_fast_leaves_out_the_unit_tests_that_follow(folder: Make) -> None:
    project = project_of(folder, "- {input: ref('a'), rows: [{id: 1}]}", "{rows: [{id: 2}]}")
    project.write(
        "models/v.yml",
        "unit_tests:\n  - name: v\n    model: b\n    given: [{input: ref('a'), rows: []}]\n    expect: {rows: []}\n",
    )
    done = project.run("build", "--fail-fast", "--json")
    found = {r["name"]: (r["status"], r["message"] or "") for r in done.json["results"] if r["name"] in ("u", "v", "b")}
    assert found["u"][0] == "fail"
    assert [found[name] for name in ("v", "b")] == [("skipped", "stopped at the first failure")] * 2
