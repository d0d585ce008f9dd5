"""Files as they come: missing, unreadable, oddly named, oddly encoded. No traceback for any of them."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.support import Folder, convsql

Make = Callable[..., Folder]


def first_error(project: Folder) -> str:
    done = project.run("build")
    assert done.code == 2, done.err
    assert "Traceback" not in done.err
    return done.err.splitlines()[0]


def test_a_folder_without_a_project_is_said_so(folder: Make) -> None:
    project = folder()
    for wrong in ("nowhere", "profiles.yml"):
        done = convsql("build", "--project-dir", str(project.root / wrong))
        assert (done.code, done.err.startswith("error: no dbt_project.yml in ")) == (2, True)
    project.remove("dbt_project.yml")
    assert first_error(project).startswith("error: no dbt_project.yml in ")


def test_profiles_are_looked_for_where_one_says(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    (project.root / "elsewhere").mkdir()
    os.replace(project.root / "profiles.yml", project.root / "elsewhere/profiles.yml")
    assert first_error(project) == f"error: no profiles.yml in {project.root}"
    assert project.build("--profiles-dir", str(project.root / "elsewhere")).code == 0
    done = project.run("build", "--profiles-dir", str(project.root / "elsewhere"), "--target", "prod")
    assert (done.code, "no target 'prod' (there is: dev)" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("path", "content", "error"),
    [
        ("models/a.sql", b"", "error: models/a.sql:1: the file holds no SQL"),
        ("models/a.sql", b" \n\t\n", "error: models/a.sql:1: the file holds no SQL"),
        ("models/a.sql", b"-- nothing\n/* here */", "error: models/a.sql:1: the file holds no SQL"),
        ("models/a.sql", b";", "error: models/a.sql:1: the file holds no SQL"),
        ("models/a.sql", b"select 1; select 2", "error: models/a.sql:1: more than one statement"),
        ("models/a.sql", b"select 1;;", "error: models/a.sql:1: more than one statement"),
        ("models/a.sql", b"select 'caf\xe9'", "error: models/a.sql: not UTF-8 text (byte 11)"),
        ("models/a.sql", b"\xff\xfes\x00e\x00", "error: models/a.sql: not UTF-8 text (byte 0)"),
        ("models/a.sql", b"select 1 as id \x00", "error: models/a.sql:1: "),
        ("models/a.sql", b"create table x as select 1", "error: models/a.sql:1: "),
        ("models/a.sql", b"delete from x", "error: models/a.sql:1: "),
        ("models/a.sql", b"select 1) as (select 2", "error: models/a.sql:1: "),
        ("models/a.sql", b"{{ 'unclosed", "error: models/a.sql:1: template error: "),
        ("models/a.sql", b"\n{% for i in x %}", "error: models/a.sql:2: template error: "),
        ("models/a.sql", b"select\n{{ ref() }}", "error: models/a.sql:2: ref() takes a model's name"),
        ("models/a.sql", b"select {{ ref('a', 'b', 'c') }}", "error: models/a.sql:1: ref() takes a model's name"),
        (
            "models/a.sql",
            b"select * from {{ ref('b', v=2) }}",
            "error: models/a.sql:1: convsql does not support versions of models",
        ),
        (
            "models/a.sql",
            b"select {{ source('x') }}",
            "error: models/a.sql:1: source() takes a source's name and a table's",
        ),
        ("models/a.sql", b"select {{ ref(1) }}", "error: models/a.sql:1: no model or seed '1'"),
        ("models/a.yml", b"\xff", "error: models/a.yml: not UTF-8 text (byte 0)"),
        ("models/a.yml", b"- 1", "error: models/a.yml:1: expected a mapping at the top of the file"),
        ("macros/a.sql", b"{% macro a( %}", "error: macros/a.sql:1: template error: "),
        ("macros/a.sql", b"\xff", "error: macros/a.sql: not UTF-8 text (byte 0)"),
        ("seeds/a.csv", b"\xff\xfe", "error: seeds/a.csv:1: not a CSV file: "),
        ("seeds/a.csv", b'a,b\n"open,1\n', "error: seeds/a.csv:"),
        ("tests/a.sql", b"", "error: tests/a.sql:1: the file holds no SQL"),
        ("dbt_project.yml", b"", "error: dbt_project.yml"),
        ("dbt_project.yml", b"name: [", "error: dbt_project.yml:2: not valid YAML"),
        ("dbt_project.yml", b"name: 'two words'", "error: dbt_project.yml:1: 'name' must be a word"),
        (
            "dbt_project.yml",
            b"name: tiny\nmodel-paths: [../elsewhere]",
            "error: dbt_project.yml:2: '../elsewhere' leads out of the project",
        ),
        ("dbt_project.yml", b"name: tiny\ntarget-path: /", "error: dbt_project.yml:2: '/' leads out of the project"),
        ("profiles.yml", b"", "error: profiles.yml: no profile 'tiny'"),
        ("profiles.yml", b"tiny: {outputs: {}}", "error: profiles.yml:1: the profile has no 'outputs'"),
        (
            "profiles.yml",
            b"tiny: {target: x, outputs: {dev: {type: duckdb}}}",
            "error: profiles.yml:1: no target 'x' (there is: dev)",
        ),
        (
            "profiles.yml",
            b"tiny: {target: x, outputs: {x: {type: duckdb, path: nowhere/.., settings: {no_such: 1}}}}",
            "error: profiles.yml: a setting of the target was refused: ",
        ),
        (
            "profiles.yml",
            b"tiny: {target: x, outputs: {x: {type: duckdb, path: ., schema: main}}}",
            "error: can't open ",
        ),
        (
            "packages.yml",
            b"packages: [{package: dbt-labs/dbt_utils, version: 1.0.0}]",
            "error: packages.yml:1: package 'dbt-labs/dbt_utils' is not in dbt_packages/",
        ),
        ("packages.yml", b"packages: [{local: nowhere}]", "error: packages.yml:1: no dbt_project.yml in 'nowhere'"),
        ("packages.yml", b"packages: [{local: ../x}]", "error: packages.yml:1: package '../x' is not in dbt_packages/"),
        ("vars.yml", b"vars: 7", "error: vars.yml:1: 'vars' must be a mapping"),
        ("vars.yml", b"vars: {}\nother: 1", "error: vars.yml:2: 'other' stands beside 'vars'"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_named(path: str, content: bytes, error: str, folder: Make) -> None:
    assert first_error(folder({"models/ok.sql": "select 1 as id", path: content})).startswith(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("path", ["models/a.sql", "dbt_project.yml", "seeds/s.csv"])
def test_a_file_that_may_not_be_read_is_named(path: str, folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id", "seeds/s.csv": "id\n1\n"})
    (project.root / path).chmod(0)
    assert "can't be read: Permission denied" in first_error(project)


@pytest.mark.parametrize(
    "path", ["models/a.sql", "models/a.yml", "seeds/s.csv", "macros/m.sql", "vars.yml", "tests/t.sql"]
)
def test_a_folder_named_like_a_file_is_not_read_as_one(path: str, folder: Make) -> None:
    project = folder({"models/ok.sql": "select 1 as id"})
    (project.root / path).mkdir(parents=True)
    assert project.build().code == 0


@pytest.mark.parametrize("path", ["dbt_project.yml", "profiles.yml"])
def test_a_folder_named_like_a_file_that_must_be_there_is_as_good_as_none(path: str, folder: Make) -> None:
    project = folder({"models/ok.sql": "select 1 as id"})
    project.remove(path)
    (project.root / path).mkdir()
    assert first_error(project).startswith(f"error: no {path} in ")


@pytest.mark.parametrize("path", ["models/a.sql", "models/a.yml", "macros/m.sql", "seeds/s.csv"])
def test_links_that_lead_nowhere_or_out_are_refused(path: str, folder: Make) -> None:
    project = folder({"models/ok.sql": "select 1 as id"})
    link = project.root / path
    link.parent.mkdir(exist_ok=True)
    link.symlink_to("/etc/hostname")
    assert first_error(project) == f"error: {path}: a link that leads out of the project"
    link.unlink()
    link.symlink_to("nowhere")
    assert first_error(project) == f"error: {path}: can't be read: No such file or directory"


def test_marks_at_the_start_and_carriage_returns_are_read_over(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": b"\xef\xbb\xbf{{ config(materialized='table') }}\r\nselect 1 as id\r\n-- the end\r\n",
            "models/b.sql": b"select id\r\nfrom {{ ref('a') }}\r\nwhere id > 0\r\n  and wrong = 1\r\n",
            "models/b.yml": b"\xef\xbb\xbfmodels:\r\n  - name: a\r\n",
            "macros/m.sql": b"\xef\xbb\xbf{% macro m() %}1{% endmacro %}\r\n",
        }
    )
    assert first_error(project).startswith("error: models/b.sql:4: ")
    project.write("models/b.sql", b"select id, {{ m() }} as one\r\nfrom {{ ref('a') }};\r\n")
    project.build()
    assert project.query("select id, one from b") == [(1, 1)]


ODD_NAMES = [
    "with space",
    'with"quote',
    "with'quote",
    "ünïcødé",
    "日本",
    "UPPER",
    "a.b.c",
    "1st",
    "select",
    "order",
    "table",
    "with-dash",
    "semi;colon",
    "per%cent",
    "back\\slash",
    "{brace}",
    "⟦bracket⟧",
    "a|b",
    "emoji🎈",
    "x" * 240,
    "_convsql",
    "new\nline",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_model_may_have_any_name_that_a_file_may(name: str, folder: Make) -> None:
    escaped = name.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    project = folder(
        {
            "models/child.sql": f"select id from {{{{ ref('{escaped}') }}}} where id > 0",
            "tests/t.sql": f"select * from {{{{ ref('{escaped}') }}}} where id < 0",
        }
    )
    try:
        project.write(f"models/{name}.sql", "{{ config(materialized='table') }} select 1 as id")
    except OSError:
        pytest.skip("the file system takes no such name")
    done = project.run("build")
    if set(name) & set('"⟦|'):
        assert done.code == 2
        assert "a name can't hold" in done.err
        return
    assert done.code == 0, done.err
    assert project.query("select id from child") == [(1,)]
    quoted = name.replace('"', '""')
    assert project.query(f'select id from "{quoted}"') == [(1,)]
    assert project.run("compile").code == 0
    assert project.run("show", name, "--json").json["rows"] == [[1]]
    assert "nothing to do" in project.build().err


def test_models_named_alike_but_for_case_are_refused(folder: Make) -> None:
    project = folder({"models/Orders.sql": "select 1 as id", "models/orders.sql": "select 2 as id"})
    assert "would be published as main.orders, like" in first_error(project)


@pytest.mark.parametrize(
    "column",
    ['with "quotes"', "with space", "select", "ünï", "a;b", "per%cent", "'single'", "x" * 300, "{{ no }}", "⟦x⟧"],
)
def test_a_column_may_have_any_name(column: str, folder: Make) -> None:
    quoted = '"' + column.replace('"', '""') + '"'
    raw = f"{{% raw %}}{quoted}{{% endraw %}}"
    project = folder(
        {
            "models/a.sql": f"{{{{ config(materialized='table') }}}} select 1 as {raw}",
            "models/b.sql": f"select {raw} + 1 as {raw} from {{{{ ref('a') }}}}",
            "seeds/s.csv": '"' + column.replace('"', '""') + '"\n5\n',
            "tests/t.sql": f"{{{{ config(severity='warn') }}}} select {raw} from {{{{ ref('b') }}}} where {raw} > 1",
        }
    )
    (failed,) = (r for r in project.build("--json").json["results"] if r["status"] == "warn")
    assert failed["failing_rows"] == [{column: 2}]
    assert project.query(f"select {quoted} from s") == [(5,)]


def test_a_project_of_nothing_is_built_in_no_time(folder: Make) -> None:
    project = folder()
    assert (project.build().code, project.run("compile").code, project.run("ls").out) == (0, 0, "")
    chosen = project.run("build", "--select", "x")
    assert (chosen.code, chosen.err.splitlines()[0]) == (
        0,
        "note: 'x' selects nothing; `convsql ls` lists what there is",
    )


def test_a_test_can_not_write_outside_the_target_folder(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select 1 as id",
            "models/a.yml": "models:\n  - name: a\n    columns:\n      - name: id\n        data_tests: [{not_null: {name: ../../../../../../out}}]\n",
        }
    )
    assert project.run("compile").code == 0
    # Other tests of this process have folders of their own beside this one, whatever they are called.
    assert not [
        name
        for above in (project.root, *project.root.parents)
        for name in ("out", "out.sql")
        if (above / name).exists()
    ]
    assert not list(project.root.glob("out*"))
    assert project.build().code == 0
