"""Raw tables are found in every form that they may lie in, and known by what they hold."""

from __future__ import annotations

import os
from collections.abc import Callable

import duckdb
import pytest

from convsql.base.errors import Problems
from convsql.compiling.sources import external_state, has_changed
from convsql.project.nodes import Node, SourceTable
from convsql.raw_files.reading import RawFiles
from tests.support import Folder
from tests.support.scratch import write_parquet

Make = Callable[..., Folder]
PROPERTIES = """
    sources:
      - name: raw
        config: {meta: {external_location: "LOCATION"}}
        tables: [{name: things}]
"""
MODEL = "{{ config(materialized='table') }} select * from {{ source('raw', 'things') }}"


def project_of(folder: Make, location: str, *files: str) -> Folder:
    project = folder({"models/a.sql": MODEL, "models/s.yml": PROPERTIES.replace("LOCATION", location)})
    for number, file in enumerate(files, 1):
        path = project.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".csv":
            path.write_text(f"id,word\n{number},w\n")
        else:
            write_parquet(path, f"select {number} as id, 'w' as word")
    return project


def ids(project: Folder) -> list[int]:
    project.build("-q")
    return [int(r[0]) for r in project.query("select id from a order by 1")]


@pytest.mark.parametrize(
    ("location", "files"),
    [
        ("raw/{name}.parquet", ["raw/things.parquet"]),
        ("raw/{name}.csv", ["raw/things.csv"]),
        ("raw/{name}.parquet", ["raw/things.csv"]),
        ("raw/{name}.csv", ["raw/things.parquet"]),
        ("raw/{name}.parquet", ["raw/things/part_1.parquet", "raw/things/part_2.parquet"]),
        ("raw/{name}.parquet", ["raw/things/part_1.csv", "raw/things/part_2.csv"]),
        ("raw/{name}/*.parquet", ["raw/things/1.parquet", "raw/things/2.parquet"]),
        ("raw/{name}/*.parquet", ["raw/things.csv"]),
        ("raw/*.csv", ["raw/x.csv", "raw/y.csv"]),
        ("read_csv('raw/{name}.csv', header = true)", ["raw/things.csv"]),
        ("read_parquet(['raw/a.parquet', 'raw/b.parquet'])", ["raw/a.parquet", "raw/b.parquet"]),
        ("(select * from 'raw/things.csv')", ["raw/things.csv"]),
        ("raw/it''s {name}.csv", ["raw/it's things.csv"]),
    ],
)
def test_a_table_is_found_in_the_form_it_lies_in(location: str, files: list[str], folder: Make) -> None:
    assert ids(project_of(folder, location, *files)) == list(range(1, len(files) + 1))


def test_a_table_in_two_forms_is_an_error(folder: Make) -> None:
    project = project_of(folder, "raw/{name}.parquet", "raw/things.csv", "raw/things/part.parquet")
    assert project.errors() == [
        "models/s.yml:5: source 'raw.things' lies there in 2 forms: raw/things.csv, raw/things/*.parquet | keep one of them"
    ]


@pytest.mark.parametrize(
    ("location", "files", "forms"),
    [
        ("raw/{name}.parquet", ["things.parquet", "things.csv"], "raw/things.parquet, raw/things.csv"),
        ("raw/{name}.csv", ["things.parquet", "things.csv"], "raw/things.csv, raw/things.parquet"),
        ("raw/{name}.csv", ["things.csv", "things/1.csv"], "raw/things.csv, raw/things/*.csv"),
        ("raw/{name}/*.csv", ["things/1.csv", "things/1.parquet"], "raw/things/*.csv, raw/things/*.parquet"),
        ("read_csv('raw/{name}.csv')", ["things.csv", "things.parquet"], "raw/things.csv, raw/things.parquet"),
    ],
)
def test_a_table_that_lies_beside_the_named_one_in_another_form_is_not_hidden(
    location: str, files: list[str], forms: str, folder: Make
) -> None:
    project = project_of(folder, location, *(f"raw/{file}" for file in files))
    assert project.errors() == [
        f"models/s.yml:5: source 'raw.things' lies there in 2 forms: {forms} | keep one of them"
    ]


def test_some_parts_of_a_folder_can_be_named(folder: Make) -> None:
    files = ["raw/things/a_1.csv", "raw/things/a_2.csv", "raw/things/b_1.csv"]
    assert ids(project_of(folder, "raw/{name}/a_*.csv", *files)) == [1, 2]


@pytest.mark.parametrize("words", ["README.txt", "readme.csv", "_committed_12.json", ".1.parquet.txt"])
def test_words_about_the_parts_of_a_folder_are_not_another_form_of_it(words: str, folder: Make) -> None:
    project = project_of(folder, "raw/{name}/*.parquet", "raw/things/1.parquet")
    project.write(f"raw/things/{words}", "what these files are\n")
    assert ids(project) == [1]


def test_a_hidden_part_is_a_part(folder: Make) -> None:
    """DuckDB reads it, so that it is part of the source's version."""
    project = project_of(folder, "raw/{name}/*.csv", "raw/things/1.csv")
    assert ids(project) == [1]
    project.write("raw/things/.2.csv", "id,word\n7,w\n")
    assert ids(project) == [1, 7]


def test_an_unknown_name_in_a_location_is_an_error(folder: Make) -> None:
    error, *_ = project_of(folder, "raw/{nome}.parquet").errors()
    assert (
        error
        == "models/s.yml:5: external_location can't be formatted: 'nome' | known names: name, identifier, schema, source_name, meta"
    )


def test_a_source_that_nothing_reads_need_not_be_there(folder: Make) -> None:
    project = project_of(folder, "raw/{name}.parquet")
    project.write("models/a.sql", "select 1 as id")
    assert project.build().code == 0


def test_a_file_that_can_not_be_read_is_an_error_of_its_source(folder: Make) -> None:
    project = project_of(folder, "raw/{name}.parquet")
    project.write("raw/things.parquet", "this is no parquet")
    (error,) = project.errors()
    assert error.startswith("models/s.yml:5: source 'raw.things' can't be read: Invalid Input Error: ")


@pytest.mark.parametrize("change", ["content", "another part", "one part less", "touch"])
def test_a_change_of_files_is_a_new_version(change: str, folder: Make) -> None:
    project = project_of(folder, "raw/{name}/*.csv", "raw/things/1.csv", "raw/things/2.csv")
    assert ids(project) == [1, 2]
    assert "nothing to do" in project.build().err
    if change == "content":
        project.write("raw/things/1.csv", "id,word\n7,w\n")
    elif change == "another part":
        project.write("raw/things/3.csv", "id,word\n3,w\n")
    elif change == "one part less":
        project.remove("raw/things/2.csv")
    else:
        os.utime(project.root / "raw/things/1.csv", ns=(1, 1))
    done = project.build()
    assert "1 built" in done.err


def test_a_new_column_in_a_file_reaches_its_readers(folder: Make) -> None:
    project = project_of(folder, "raw/{name}.csv", "raw/things.csv")
    ids(project)
    project.write("raw/things.csv", "id,word,more\n1,w,m\n")
    project.build()
    assert project.query("select more from a") == [("m",)]


def test_a_column_that_is_gone_from_a_file_is_an_error_before_anything_runs(folder: Make) -> None:
    project = project_of(folder, "raw/{name}.csv", "raw/things.csv")
    project.write("models/b.sql", "select word from {{ source('raw', 'things') }}")
    ids(project)
    project.write("raw/things.csv", "id\n1\n")
    (error,) = project.errors()
    assert error.startswith('models/b.sql:1: Referenced column "word" not found')
    assert ids_of_readers(project) == [1]


def ids_of_readers(project: Folder) -> list[int]:
    return [int(r[0]) for r in project.query("select id from a")]


def test_files_that_changed_since_they_were_looked_at_are_noticed(folder: Make) -> None:
    project = project_of(folder, "raw/{name}/*.csv", "raw/things/1.csv")
    table = SourceTable("raw", "raw", "things", external="'raw/things/*.csv'")
    node = Node("source.tiny.raw.things", "source", "things", "tiny", "models/s.yml", source=table)
    state = external_state(node, Problems(), RawFiles(project.root / "target/raw_files", "1"))
    assert state is not None
    assert not has_changed(state)
    project.write("raw/things/2.csv", "id,word\n3,w\n")
    assert has_changed(state)
    project.remove("raw/things/1.csv")
    project.remove("raw/things/2.csv")
    assert has_changed(state)


def test_a_table_of_the_warehouse_is_known_by_its_freshness(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": MODEL,
            "models/s.yml": "sources:\n  - name: raw\n    schema: landing\n    tables: [{name: things, identifier: THINGS_v2, loaded_at_field: at}]\n",
        }
    )
    assert project.errors() == [
        "models/s.yml:4: source 'raw.things' can't be read: the database file is not there yet | load the table"
    ]
    with duckdb.connect(str(project.root / "tiny.duckdb")) as connection:
        connection.execute("create schema other")
    (error,) = project.errors()
    assert "source 'raw.things' can't be read: Catalog Error" in error
    with duckdb.connect(str(project.root / "tiny.duckdb")) as connection:
        connection.execute(
            "create schema landing; create table landing.THINGS_v2 as select 1 as id, timestamp '2026-01-01' as at"
        )
    assert ids(project) == [1]
    assert "nothing to do" in project.build().err
    with duckdb.connect(str(project.root / "tiny.duckdb")) as connection:
        connection.execute("insert into landing.THINGS_v2 values (2, timestamp '2025-01-01')")
    assert ids(project) == [1, 2]
