"""Seeds are loaded as dbt-duckdb loads them; what can't be loaded is said with its line."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from tests.support import Folder

Make = Callable[..., Folder]


def typed(project: Folder, name: str = "s") -> list[tuple[str, str]]:
    return [(str(r[0]), str(r[1])) for r in project.query(f"describe {name}")]


def with_types(folder: Make, text: str | bytes, types: str = "{}", **files: str) -> Folder:
    return folder(
        {
            "seeds/s.csv": text,
            "seeds/s.yml": f"seeds:\n  - name: s\n    config:\n      column_types: {types}\n",
            **files,
        }
    )


def test_types_are_inferred_as_dbt_does(folder: Make) -> None:
    project = folder(
        {
            "seeds/s.csv": "id,whole,dec,flag,mark,day,at,zip,clock,european,nothing,words\n"
            "1,1.0,1.5,true,t,2026-01-01,2026-01-01 00:00:00,00123,10:00:00,31/12/2026,,a\n"
            "2,2.0,2.25,FALSE,f,2026-01-02,2026-01-02 10:00:00,00456,11:00:00,30/12/2026,, b \n"
        }
    )
    project.build()
    assert typed(project) == [
        ("id", "INTEGER"),
        ("whole", "INTEGER"),
        ("dec", "DOUBLE"),
        ("flag", "BOOLEAN"),
        ("mark", "VARCHAR"),
        ("day", "DATE"),
        ("at", "TIMESTAMP"),
        ("zip", "INTEGER"),
        ("clock", "VARCHAR"),
        ("european", "VARCHAR"),
        ("nothing", "INTEGER"),
        ("words", "VARCHAR"),
    ]
    assert project.query("select zip, day, words from s where id = 2") == [(456, datetime.date(2026, 1, 2), " b ")]


def test_blank_cells_are_null_and_the_word_null_is_a_word(folder: Make) -> None:
    project = folder({"seeds/s.csv": 'id,word\n1,\n2,""\n3,null\n4,NULL\n5,"null"\n'})
    project.build()
    assert project.query("select word from s order by id") == [(None,), (None,), ("null",), ("NULL",), ("null",)]


def test_declared_types_win_whatever_their_columns_case(folder: Make) -> None:
    project = with_types(folder, "Id,amount\n007,1\n", "{id: varchar, amount: 'decimal(10, 2)'}")
    project.build()
    assert typed(project) == [("Id", "VARCHAR"), ("amount", "DECIMAL(10,2)")]
    assert project.query('select "Id" from s') == [("007",)]


def test_a_seed_with_a_header_only_has_no_rows(folder: Make) -> None:
    project = with_types(folder, "id,word\n", "{word: varchar}")
    project.build()
    assert typed(project) == [("id", "INTEGER"), ("word", "VARCHAR")]
    assert project.query("select count(*) from s") == [(0,)]


def test_quotes_newlines_delimiters_and_marks_at_the_start_are_read(folder: Make) -> None:
    project = folder(
        {
            "seeds/s.csv": b'\xef\xbb\xbfid;"the ""word"""\r\n1;"two\r\nlines; and ""quotes"""\r\n2;\xc3\xa9\r\n',
            "seeds/s.yml": "seeds:\n  - name: s\n    config: {delimiter: ';'}\n",
        }
    )
    project.build()
    assert project.query("select * from s order by id") == [(1, 'two\r\nlines; and "quotes"'), (2, "é")]
    assert [n for n, _ in typed(project)] == ["id", 'the "word"']


@pytest.mark.parametrize(
    ("text", "types", "error"),
    [
        ("id,n\n1,1\n2,x\n3,y\n", "{n: integer}", "seeds/s.csv:3: 'x' in column 'n' is no integer"),
        ('id,n,note\n1,1,"a\nb\nc"\n2,x,d\n', "{n: integer}", "seeds/s.csv:5: 'x' in column 'n' is no integer"),
        ("n\n1\nnull\n", "{}", "seeds/s.csv:3: 'null' in column 'n' is no INTEGER"),
        ("n\n3000000000\n", "{}", "seeds/s.csv:2: '3000000000' in column 'n' is no INTEGER"),
        ("n,d\n1,2026-01-01\n1,2026-02-30\n", "{d: date}", "seeds/s.csv:3: '2026-02-30' in column 'd' is no date"),
    ],
)
def test_a_cell_that_can_not_have_its_type_is_named_with_its_line(
    text: str, types: str, error: str, folder: Make
) -> None:
    hint = " | mend the cell, or declare another type in column_types"
    assert with_types(folder, text, types).errors() == [error + hint]


def test_a_bad_cell_deep_in_a_long_file_is_found_on_its_line(folder: Make) -> None:
    rows = "".join(f"{n},{n}\n" for n in range(60_000)) + "x,1\n" + "".join(f"{n},{n}\n" for n in range(60_000))
    (error,) = with_types(folder, "a,b\n" + rows, "{a: bigint, b: bigint}").errors()
    assert error.startswith("seeds/s.csv:60002: 'x' in column 'a' is no bigint")


def test_a_column_that_a_file_may_lack_has_its_type_where_it_is_there(folder: Make) -> None:
    """As dbt, which asks no declared column to be there: a package's seed can grow without breaking a project's file."""
    types = "{id: varchar, new: boolean, gone: boolean}\n      meta: {optional_columns: [new]}"
    project = with_types(folder, "id,gone\n1,true\n", types)
    project.build()
    assert typed(project) == [("id", "VARCHAR"), ("gone", "BOOLEAN")]
    (error,) = with_types(folder, "id,new\n1,true\n", types).errors()
    assert error.startswith("seeds/s.yml:2: column_types names 'gone', and the file has no such column")


@pytest.mark.parametrize(
    ("text", "types", "start"),
    [
        (
            "id\n1\n",
            "{idd: integer}",
            "seeds/s.yml:2: column_types names 'idd', and the file has no such column | its columns: id",
        ),
        (
            "id;word\n1;a\n",
            "{id: integer, word: varchar}",
            "seeds/s.csv:1: its columns are parted by semicolons, not by commas",
        ),
        ("id\n1\n", "{id: intger}", "seeds/s.yml:2: column 'id': "),
        (b"id,word\n1,caf\xe9\n", "{}", "seeds/s.csv:1: not a CSV file: "),
        ("id,word\n1,a,b\n", "{}", "seeds/s.csv:2: not a CSV file: Expected Number of Columns: 2 Found: 3"),
        ("id,ID\n1,2\n", "{}", "seeds/s.csv:1: column 'id' stands twice"),
        ("", "{}", "seeds/s.csv:1: the file is empty"),
    ],
)
def test_what_is_no_seed_is_said_plainly(text: str | bytes, types: str, start: str, folder: Make) -> None:
    (error,) = with_types(folder, text, types).errors()
    assert error.startswith(start)


def test_a_changed_cell_and_a_changed_type_build_the_seed_and_its_children_again(folder: Make) -> None:
    project = with_types(folder, "id\n1\n", "{id: integer}", **{"models/a.sql": "select id from {{ ref('s') }}"})
    assert "2 built" in project.build().err
    assert "nothing to do" in project.build().err
    project.write("seeds/s.csv", "id\n2\n")
    assert "2 built" in project.build().err
    project.write("seeds/s.yml", "seeds:\n  - name: s\n    config: {column_types: {id: bigint}}\n")
    assert "2 built" in project.build().err
    assert typed(project, "a") == [("id", "BIGINT")]
