"""Every command on a PostgreSQL target: what it does there, or why it does not and what to do instead."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from convsql import Project
from tests.personal.feed import ALSO_ANNA, ANNA, SECRETS, where_found, write_feed
from tests.personal.feed import FILES as FEED
from tests.postgres.project import PostgresFolder

Make = Callable[..., PostgresFolder]
FILES = {
    "seeds/letters.csv": "letter,amount,seen_at\na,1.5,2024-01-02 03:04:05\nb,,\n",
    "models/letters_seen.sql": "{{ config(materialized='table') }} select letter, cast(amount as double) as amount, seen_at from {{ ref('letters') }}",
    "models/models.yml": """\
        models:
          - name: letters_seen
            columns: [{name: letter, data_tests: [not_null, {accepted_values: {arguments: {values: [a, b]}}}]}]
        """,
}


@pytest.fixture
def project(pg: Make) -> PostgresFolder:
    made = pg(FILES)
    made.build()
    return made


def test_show_gives_rows_of_a_model_and_of_a_query(project: PostgresFolder) -> None:
    shown = project.run("show", "letters_seen", "--json").json
    assert shown["rows"] == [["a", 1.5, "2024-01-02T03:04:05"], ["b", None, None]]
    asked = project.run(
        "show", "--inline", "select count(*), max(amount) as most from {{ ref('letters_seen') }}", "--json"
    ).json
    assert asked == {"columns": ["count_star()", "most"], "rows": [[2, 1.5]]}
    wrong = project.run("show", "--inline", "select nothing from {{ ref('letters_seen') }}")
    assert wrong.code == 2
    assert "nothing" in wrong.err
    assert project.run("show", "--inline", "drop table x").code == 2


def test_python_reads_what_is_published_with_its_types(project: PostgresFolder) -> None:
    table = Project(project.root, target="pg").show("letters_seen")
    assert table.types == ("VARCHAR", "DOUBLE", "TIMESTAMP")
    assert table.rows()[0] == {"letter": "a", "amount": 1.5, "seen_at": datetime.datetime(2024, 1, 2, 3, 4, 5)}
    assert table.rows()[1]["amount"] is None


def test_history_and_rollback(project: PostgresFolder) -> None:
    project.write(
        "models/letters_seen.sql", FILES["models/letters_seen.sql"].replace("select letter", "select 'z' as letter")
    )
    assert project.build(code=1).code == 1, "the test of accepted values fails"
    assert project.query("select letter from marts.letters_seen order by 1") == [("a",), ("b",)]
    project.write("models/letters_seen.sql", FILES["models/letters_seen.sql"] + " where letter = 'a'")
    project.build()
    assert project.query("select letter from marts.letters_seen") == [("a",)]
    assert [b["build"] for b in project.run("history", "--json").json] == [2, 1]
    assert project.run("rollback").code == 0
    assert project.query("select letter from marts.letters_seen order by 1") == [("a",), ("b",)]
    assert [b["is_head"] for b in project.run("history", "--json").json] == [True, False, False]


def test_failing_rows_are_kept_in_the_database(project: PostgresFolder) -> None:
    project.write(
        "models/letters_seen.sql",
        FILES["models/letters_seen.sql"].replace("select letter", "select upper(letter) as letter"),
    )
    done = project.build(code=1)
    assert "_convsql_failures.accepted_values_letters_seen_letter__a__b" in done.err + done.out
    kept = project.query(
        "select value_field, n_records from _convsql_failures.accepted_values_letters_seen_letter__a__b order by 1"
    )
    assert kept == [("A", 1), ("B", 1)]
    project.write("models/letters_seen.sql", FILES["models/letters_seen.sql"])
    project.run("test")
    assert project.query("select count(*) from information_schema.tables where table_schema = '_convsql_failures'") == [
        (0,)
    ]


def test_tests_run_again_and_clean_drops_what_no_kept_build_shows(project: PostgresFolder) -> None:
    assert project.run("test").code == 0
    before = project.relations()
    project.write("models/letters_seen.sql", FILES["models/letters_seen.sql"] + " where letter = 'a'")
    project.build()
    assert before < project.relations()
    assert project.run("clean").code == 0
    assert len(project.relations()) == len(before)
    assert project.query("select letter from marts.letters_seen") == [("a",)]


def test_a_view_that_somebody_replaced_is_shown_again(project: PostgresFolder) -> None:
    project.execute(
        "create or replace view marts.letters_seen as select 'x' as letter, 1e0::double precision as amount, now()::timestamp as seen_at"
    )
    done = project.build()
    assert "dropped or replaced since they were published, and will be restored: marts.letters_seen" in done.err
    assert project.query("select letter from marts.letters_seen order by 1") == [("a",), ("b",)]
    project.execute("comment on view marts.letters_seen is 'ours'")
    assert "nothing to do" in project.build().err


def test_a_table_in_the_place_of_a_model_is_refused(pg: Make) -> None:
    project = pg(FILES)
    project.execute("create schema marts; create table marts.letters_seen (id int)")
    assert "marts.letters_seen is a table that convsql did not make" in project.build(code=2).err


@pytest.mark.parametrize("command", [("metrics", "diff"), ("enrich",)])
def test_what_works_in_a_file_alone_says_so(
    project: PostgresFolder, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from convsql.enrichment import scoring
    from tests.support import convsql

    monkeypatch.setattr(scoring, "load_scorer", lambda: scoring.Scorer("one", lambda text: 1.0))
    done = convsql(*command, "--project-dir", str(project.root), "--target", "pg")
    assert done.code == 2
    assert "works in a DuckDB file, and target 'pg' is postgres" in done.err


def test_catalogue_debug_and_ls(project: PostgresFolder) -> None:
    assert project.run("docs").code == 0
    assert "build 1" in project.run("debug").out
    assert "model:letters_seen" in project.run("ls").out


def test_a_source_in_the_warehouse_is_read_where_it_stands(pg: Make) -> None:
    files = {
        "models/sources.yml": """\
            sources:
              - name: shop
                schema: shop
                tables: [{name: orders, loaded_at_field: loaded_at}]
            """,
        "models/sums.sql": "select kind, sum(amount) as amount, count(*) as n from {{ source('shop', 'orders') }} group by kind",
    }
    project = pg(files)
    project.execute(
        "create schema shop; create table shop.orders (kind varchar(10), amount numeric(10, 2), loaded_at timestamptz);"
        " insert into shop.orders values ('a', 1.5, '2024-01-01 00:00+00'), ('a', 2, '2024-01-02 00:00+00'), ('b', null, null)"
    )
    project.build()
    assert [(k, float(a or 0), n) for k, a, n in project.query("select * from marts.sums order by kind")] == [
        ("a", 3.5, 2),
        ("b", 0, 1),
    ]
    assert "nothing to do" in project.build().err
    project.execute("insert into shop.orders values ('b', 4, '2024-01-03 00:00+00')")
    project.build()
    assert project.query("select amount::float from marts.sums where kind = 'b'") == [(4.0,)]
    project.write("models/sums.sql", "select knd from {{ source('shop', 'orders') }}")
    assert any("knd" in error for error in project.errors())


def test_what_has_no_translation_is_an_error_of_the_file_before_anything_runs(pg: Make) -> None:
    project = pg({"models/a.sql": "select list_transform([1, 2], lambda x: x + 1) as l"})
    (error,) = project.errors()
    assert error.startswith("models/a.sql:1: model 'a' for postgres: ")


def test_a_person_is_forgotten_and_no_relation_of_the_server_has_them(pg: Make) -> None:
    made = pg(FEED)
    write_feed(made)
    made.build()
    made.write("models/totals.sql", "select count(*) as n, 1 as m from {{ ref('conversations') }}")
    made.build()
    assert made.run("forget", "--contact", ANNA).code == 2
    write_feed(made, without=(ANNA, ALSO_ANNA))
    done = made.run("forget", "--contact", ALSO_ANNA, "--json")
    assert done.code == 0, done.out
    assert done.json["ids"] == 2 and done.json["removed"]["builds"] == 2
    found = []
    for schema, table in made.query(
        "select table_schema, table_name from information_schema.tables where table_schema !~ '^(pg_|information_schema)'"
    ):
        text = str(made.query(f'select * from "{schema}"."{table}"'))
        found += [f"{schema}.{table}: {secret}" for secret in SECRETS if secret in text]
    assert found == []
    assert where_found(made.root) == []
    assert made.run("forget", "--list", "--contact", ANNA, "--json").json[0]["environment"] == "marts"
