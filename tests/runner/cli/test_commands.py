"""Every command: what it prints, where, and the code it ends with."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable

import duckdb
import pytest

from convsql import __version__
from tests.runner.cli.project import FILES
from tests.support import Folder, convsql
from tests.support.root import ROOT

Make = Callable[..., Folder]
COMMANDS = ["build", "compile", "test", "ls", "show", "history", "rollback", "clean", "debug", "demo"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_command_does_and_how_it_ends(command: str) -> None:
    done = convsql(command, "--help")
    text = re.sub(r"[\s│]+", " ", done.out)
    assert done.code == 0
    assert f"Usage: convsql {command}" in text or f" {command} [OPTIONS]" in text
    for part in (
        "0 done",
        "1 a model or test failed",
        "2 usage, project or engine error",
        "3 the database is in use",
        "130 interrupted",
    ):
        assert part in text
    assert "--project-dir" in text


def test_help_of_the_whole_lists_every_command() -> None:
    done = convsql("--help")
    assert done.code == 0
    assert all(command in done.out for command in COMMANDS)


@pytest.mark.parametrize("arguments", [("--version",), ("-V",)])
def test_the_version_is_said(arguments: tuple[str, ...]) -> None:
    assert (convsql(*arguments).code, convsql(*arguments).out) == (0, f"convsql {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["buidl"], "No such command 'buidl'. Did you mean 'build'?"),
        (["build", "--ful-refresh"], "No such option: --ful-refresh"),
        (["build", "stray"], "unexpected extra argument"),
        (["show", "--limit", "0"], "Invalid value for '--limit'"),
        (["show", "--limit", "many"], "Invalid value for '--limit'"),
        (["rollback", "--to", "x"], "Invalid value for '--to'"),
        (["build", "--select"], "requires an argument"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_word_of_help(arguments: list[str], said: str) -> None:
    done = convsql(*arguments)
    assert done.code == 2
    assert said in re.sub(r"[\s│]+", " ", done.err)
    assert done.out == ""


def test_wrong_usage_is_a_json_document_where_json_was_asked_for() -> None:
    done = convsql("build", "--json", "--ful-refresh")
    assert (done.code, done.err) == (2, "")
    assert done.json["errors"][0]["reason"].startswith("No such option: --ful-refresh")


def test_what_the_system_refuses_is_an_error_and_no_traceback(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "somewhere")

    project = folder(FILES)
    monkeypatch.setattr("convsql.project.files.os.walk", refused)
    done = project.run("build")
    assert (done.code, done.err) == (2, "error: somewhere: Permission denied\n")


def test_a_build_publishes_and_says_how_much(folder: Make) -> None:
    project = folder(FILES)
    done = project.build()
    assert re.fullmatch(r"published build 1 to 'main': 3 built, 1 tests? passed \(\d+\.\d s\)\n", done.err)
    assert done.out == ""
    done = project.build()
    assert re.fullmatch(
        r"nothing to do: build 1 of 'main' is up to date: 3 reused, 1 tests? passed \(\d+\.\d s\)\n", done.err
    )


def test_a_failing_test_keeps_readers_on_the_old_build(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    project.write(
        "models/orders.sql", "{{ config(materialized='table') }} select 1 as order_id, 'new' as word from range(2)"
    )
    done = project.build(code=1)
    assert "FAIL  test unique_orders_order_id (models/all.yml:4)\n      1 failing row\n" in done.err
    assert "SKIP  model big" in done.err
    assert "because test unique_orders_order_id failed" in done.err
    assert "failed: 2 built" in done.err or "failed: 1 built" in done.err
    assert "nothing was published, readers see the last good build" in done.err
    assert project.query("select count(*), min(word) from orders") == [(12, "o1")]
    project.write("models/all.yml", "models: []\n")
    assert project.build().code == 0
    assert project.query("select count(*), min(word) from orders") == [(2, "new")]


def test_a_model_that_fails_while_it_is_built_ends_with_1(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    project.write(
        "models/orders.sql",
        "{{ config(materialized='table') }}\nselect cast(word as integer) as order_id, word\nfrom (select 'x' as word) as t",
    )
    done = project.build("--json", code=1)
    statuses = {r["name"]: r["status"] for r in done.json["results"]}
    assert (done.json["status"], done.json["exit_code"], done.json["build"]) == ("failed", 1, None)
    assert (statuses["orders"], statuses["big"], statuses["unique_orders_order_id"]) == ("error", "skipped", "skipped")
    (error,) = (r for r in done.json["results"] if r["name"] == "orders")
    assert error["message"].startswith("models/orders.sql:2: Conversion Error: Could not convert string 'x' to INT")
    assert project.query("select count(*) from orders") == [(12,)]


def test_fail_fast_stops_at_the_first_failure(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select 1 as id",
            "models/b.sql": "select 1 as id",
            "tests/t.sql": "select * from {{ ref('a') }}",
        }
    )
    done = project.build("--fail-fast", "--json", code=1)
    assert [(r["name"], r["status"]) for r in done.json["results"]] == [
        ("a", "success"),
        ("t", "fail"),
        ("b", "skipped"),
    ]


def test_quiet_says_failures_and_the_summary_only(folder: Make) -> None:
    project = folder(FILES)
    assert project.build("-q").err.count("\n") == 1


def test_a_dry_run_does_nothing(folder: Make) -> None:
    project = folder(FILES)
    done = project.build("--dry-run")
    assert done.out.split("\n")[0].split() == ["build", "model", "orders"] or "build" in done.out
    assert not (project.root / "tiny.duckdb").exists()


def test_tests_run_again_on_what_is_built(folder: Make) -> None:
    project = folder(FILES)
    assert "1 test left out" in project.run("test").err
    project.build()
    done = project.run("test", "--json")
    assert (done.code, done.json["status"]) == (0, "passed")
    assert [(r["name"], r["status"]) for r in done.json["results"]] == [("unique_orders_order_id", "pass")]


def test_compile_writes_the_sql_and_prints_the_chosen(folder: Make) -> None:
    project = folder(FILES)
    done = project.run("compile")
    assert (done.code, done.out, done.err) == (0, "", "compiled 3 models and 1 test: no errors\n")
    sql = 'select order_id from "tiny"."main"."orders" as "orders" where order_id > 10'
    assert (project.root / "target/compiled/tiny/models/big.sql").read_text() == sql + "\n"
    done = project.run("compile", "--select", "big")
    assert done.out == f"-- models/big.sql\n{sql}\n"
    done = project.run("compile", "--select", "big", "--json")
    assert done.json["nodes"] == [
        {
            "unique_id": "model.tiny.big",
            "path": "models/big.sql",
            "compiled_code": sql,
            "columns": [["order_id", "BIGINT"]],
        }
    ]
    assert project.run("compile", "--inline", "select * from {{ ref('big') }} where true").out == (
        'select * from "tiny"."main"."big" as "big" where true\n'
    )


def test_ls_marks_steps_after_a_tab(folder: Make) -> None:
    project = folder(
        {
            "models/cells.sql": "{{ config(tags=['step']) }} select 1 as n",
            "models/rates.sql": "select * from {{ ref('cells') }}",
        }
    )
    assert project.run("ls").out == "model:cells\tstep\nmodel:rates\n"
    assert project.run("ls", "--exclude", "tag:step").out == "model:rates\n"
    assert [n["tags"] for n in project.run("ls", "--json").json] == [["step"], []]


def test_ls_lists_parents_first(folder: Make) -> None:
    project = folder(FILES)
    lines = project.run("ls").out.splitlines()
    assert sorted(lines) == ["model:big", "model:folded", "model:orders", "seed:words", "test:unique_orders_order_id"]
    assert lines.index("model:orders") < lines.index("model:big")
    assert project.run("ls", "--select", "tag:daily+", "--resource-type", "model").out == "model:orders\nmodel:big\n"
    (orders,) = project.run("ls", "--select", "orders", "--resource-type", "model", "--json").json
    assert (orders["description"], orders["tags"], orders["materialized"]) == ("All of them.", ["daily"], "table")
    done = project.run("ls", "--resource-type", "modl")
    assert (done.code, "did you mean 'model'?" in done.err) == (2, True)


def test_history_and_debug_say_what_there_is(folder: Make) -> None:
    project = folder(FILES)
    assert (project.run("history").code, project.run("history").err) == (0, "nothing was published yet\n")
    assert project.run("history", "--json").json == []
    assert "no database file yet" in project.run("debug").out
    project.build()
    out = project.run("history").out
    assert "readers see it" in out
    assert re.search(r"1\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s+build\s+3\s", out)
    facts = project.run("debug", "--json").json
    assert facts["connection"] == "ok"
    assert facts["head"].startswith("build 1 of ")
    assert facts["target"] == "tiny.dev"


def test_several_values_follow_select_as_in_dbt(folder: Make) -> None:
    project = folder(FILES)
    assert project.run("ls", "--select", "orders", "folded", "--exclude", "test_type:data", "big").out.split() == [
        "model:folded",
        "model:orders",
    ]
    assert project.run("ls", "-s", "orders words", "--exclude", "unique_orders_order_id").code == 0


def test_vars_are_given_as_yaml_or_json(folder: Make) -> None:
    project = folder({"models/a.sql": "select {{ var('n') }} as n, '{{ var('w', 'd') }}' as w"})
    for given in ("{n: 1}", '{"n": 1}', "n: 1"):
        assert project.run("compile", "--vars", given).code == 0
    for wrong, said in (("n", "expected a mapping"), ("{n: ", "--vars:"), ("[1]", "expected a mapping")):
        done = project.run("compile", "--vars", wrong)
        assert (done.code, said in done.err) == (2, True)


def test_a_database_in_use_ends_with_3_and_names_the_holder(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    project.write("models/big.sql", "select 1 as order_id")
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(project.root / "tiny.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        done = project.run("build")
        debug = project.run("debug", "--json")
        holder.communicate()
    assert done.code == 3
    assert "error: the database is in use: " in done.err
    assert f"PID {holder.pid}" in done.err
    assert (debug.code, "in use" in debug.json["connection"]) == (3, True)
    assert project.build().code == 0


def test_an_interrupt_ends_with_130(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder(FILES)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("convsql.building.execute.Executor._one", interrupted)
    done = project.run("build")
    assert (done.code, done.err) == (130, "interrupted; nothing was published\n")


def test_a_reader_that_stops_reading_is_no_error(folder: Make) -> None:
    project = folder({f"models/m{n}.sql": "select 1 as id" for n in range(60)})
    root = ROOT
    command = f"{sys.executable} -m convsql ls --project-dir {project.root} | head -n 1"
    done = subprocess.run(
        command,
        shell=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.stdout.startswith("model:")
    assert done.stderr == ""


def test_starting_up_imports_no_engine() -> None:
    script = "import sys, convsql.cli; print([m for m in ('duckdb', 'sqlglot', 'jinja2', 'yaml', 'pydantic', 'rich.table') if m in sys.modules])"
    before = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"
    assert time.perf_counter() - before < 10


def test_machines_get_one_json_document_whatever_happens(folder: Make) -> None:
    project = folder(FILES)
    for arguments in (
        ["build", "--json"],
        ["build", "--json"],
        ["test", "--json"],
        ["ls", "--json"],
        ["compile", "--json"],
        ["history", "--json"],
        ["debug", "--json"],
        ["show", "orders", "--json"],
        ["clean", "--json"],
        ["rollback", "--json"],
        ["show", "nothing", "--json"],
        ["ls", "--select", "nothing", "--json"],
    ):
        done = project.run(*arguments)
        document = json.loads(done.out)
        assert done.err == ""
        if isinstance(document, dict) and "exit_code" in document:
            assert document["exit_code"] == done.code


@pytest.mark.parametrize(
    "name", ["a.b.duckdb", "main.duckdb", "with space.duckdb", "plain", ".hidden.db", "deep/er/x.duckdb"]
)
def test_a_database_file_may_have_any_name_that_duckdb_leaves_free(name: str, folder: Make) -> None:
    project = folder(
        {**FILES, "profiles.yml": f"tiny:\n  target: dev\n  outputs:\n    dev: {{type: duckdb, path: '{name}'}}\n"}
    )
    assert project.build().code == 0
    assert project.run("show", "big", "--json").json["rows"] == [[11], [12]]


def test_a_file_that_is_no_database_is_said_plainly(folder: Make) -> None:
    project = folder({**FILES, "tiny.duckdb": "this is text"})
    done = project.run("build")
    assert done.code == 2
    assert "can't open" in done.err


def test_readers_of_other_tools_can_open_the_file(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    with duckdb.connect(str(project.root / "tiny.duckdb")) as connection:
        assert connection.execute("select count(*) from orders").fetchall() == [(12,)]
