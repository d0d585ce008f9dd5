"""A file is read the same way everywhere: by a project's source, by `raw_path`, by init; or refused for the same reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from convsql.base.errors import ConvsqlError, Problems
from convsql.compiling.sources import external_state
from convsql.init.found import Found
from convsql.project.nodes import Node, SourceTable
from convsql.raw_files.forms import kind_of, location, parquet_relation
from convsql.raw_files.reading import RawFiles
from tests.runner.raw_files.shapes import SHAPES, Shape
from tests.runner.raw_files.workbook import write_workbook
from tests.support import Folder
from tests.support.scratch import scratch_rows, write_parquet

Make = Callable[..., Folder]


def reader(folder: Path) -> RawFiles:
    return RawFiles(folder / "target", "1")


def by_source(folder: Path, external: str) -> str:
    """The relation of a source `t`, or what is wrong with it."""
    node = Node("source.p.raw.t", "source", "t", "p", "s.yml", source=SourceTable("raw", "raw", "t", external=external))
    problems = Problems()
    state = external_state(node, problems, reader(folder))
    return (
        state.relation if state else "wrong: " + problems.found[0].reason.removeprefix("source 'raw.t' can't be read: ")
    )


def by_init(folder: Path, file: str) -> str:
    try:
        return Found(folder, folder / "target").relation(f"{folder}/{file}", "t")
    except ConvsqlError as error:
        return f"wrong: {folder}/" + error.reason.removeprefix("t can't be read: ")


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.name for shape in SHAPES])
def test_a_file_is_read_whole_or_refused_with_its_line_whichever_way_it_is_named(shape: Shape, tmp_path: Path) -> None:
    (tmp_path / shape.file).write_bytes(shape.content)
    ways = {
        by_source(tmp_path, location(f"{tmp_path}/{shape.file}")),
        by_source(tmp_path, parquet_relation(f"{tmp_path}/t.parquet")),  # README's way
        by_init(tmp_path, shape.file),
    }
    assert len(ways) == 1
    (way,) = ways
    if shape.wrong:
        assert way.startswith(f"wrong: {tmp_path}/{shape.wrong}")
        return
    assert tuple(name for name, *_ in scratch_rows(f"describe select * from {way}")) == shape.columns
    assert scratch_rows(f"select * from {way}") == list(shape.rows)


def test_there_are_sheets_of_numbers_dates_and_texts(tmp_path: Path) -> None:
    """2026-01-02 is day 46024 of Excel's calendar, and half past nine in the morning 0.395833… of it."""
    rows: list[list[object]] = [
        ["Calls of January"],
        [],
        ["id", "Sent at", "Amount", "Answered", None],
        ["007", ("date", 46024 + 9.5 / 24), 14500, True],
        [1234567890123, ("date", 46024), 0.5, None],
        [],
    ]
    file = tmp_path / "calls.xlsx"
    write_workbook(file, {"About": [["made by hand"]], "Sheet1": rows})
    reading = reader(tmp_path).reading([str(file)])
    assert scratch_rows(f"select * from {reading.relation}") == [
        ("007", "2026-01-02 09:30:00", "14500", "true"),
        ("1234567890123", "2026-01-02", "0.5", None),
    ]
    two = {"Calls": [["id", "b"], [1, 2]], "Others": [["id", "b"], [3, 4]]}
    write_workbook(file, two)
    assert scratch_rows(f"select * from {reader(tmp_path).reading([str(file)]).relation}") == [("1", "2")]
    write_workbook(tmp_path / "x.xlsx", two)
    assert (
        reader(tmp_path)
        .reading([str(tmp_path / "x.xlsx")])
        .wrong.endswith("x.xlsx: 2 sheets hold a table: Calls, Others")
    )


def test_parts_of_several_shapes_are_one_table(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t/1.csv").write_bytes(b"id,body\n1,x\n")
    assert "*.csv" in by_source(tmp_path, parquet_relation(f"{tmp_path}/t.parquet"))
    (tmp_path / "t/2.csv").write_bytes("body;id;more\ngrün;2;m\n".encode("latin-1"))
    (tmp_path / "t/3.csv").write_bytes(b"id\tbody\n3\tz\n")
    ways = {by_source(tmp_path, parquet_relation(f"{tmp_path}/t.parquet")), by_init(tmp_path, "t/*.csv")}
    assert len(ways) == 1
    assert scratch_rows(f"select id, body, more from {ways.pop()} order by id") == [
        ("1", "x", None),
        ("2", "grün", "m"),
        ("3", "z", None),
    ]
    (tmp_path / "t/4.csv").write_bytes(b"id,body\n4\n")
    assert by_source(tmp_path, location(f"{tmp_path}/t/*.csv")) == (
        f"wrong: {tmp_path}/t/4.csv:2: 1 cell where the header has 2"
    )


def test_what_is_wrong_far_below_is_found_when_the_engine_stumbles_on_it(tmp_path: Path) -> None:
    """The head of a long file is looked at; what comes later, once DuckDB refuses it, and from then on before."""
    file = tmp_path / "t.csv"
    file.write_text("id,body\n" + "1,xxxxxxxx\n" * 450_000 + "2,y,z\n")
    files = reader(tmp_path)
    assert not files.reading([str(file)]).wrong
    assert files.look_again([str(file)]) == f"{file}:450002: 3 cells where the header has 2"
    assert reader(tmp_path).reading([str(file)]).wrong == f"{file}:450002: 3 cells where the header has 2"


def test_a_file_is_looked_at_once_as_long_as_it_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in (("a.csv", b"id,body\n1,x\n"), ("b.csv", b"id;body\n1;\xfc\n")):
        (tmp_path / name).write_bytes(content)
    names = [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]
    before = reader(tmp_path).reading(names)
    with monkeypatch.context() as patched:
        patched.setattr("convsql.raw_files.reading.shape_of", lambda *_: pytest.fail("looked at again"))
        assert reader(tmp_path).reading(names) == before
    made = [f for f in (tmp_path / "target").iterdir() if f.suffix == ".csv"]
    made[0].write_text("id,body\n9,forged\n")
    again = reader(tmp_path).reading(names)
    assert scratch_rows(f"select body from {again.relation} order by 1") == [("x",), ("ü",)]
    (tmp_path / "b.csv").write_bytes(b"id;body\n1;\xe4\n")
    assert scratch_rows(f"select body from {reader(tmp_path).reading(names).relation} order by 1") == [("x",), ("ä",)]
    assert len([f for f in (tmp_path / "target").iterdir() if f.suffix == ".csv"]) == 1


def test_a_workbook_names_what_is_missing_where_its_library_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(tmp_path / "t.xlsx", {"A": [["id"], [1]]})
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    reading = reader(tmp_path).reading([str(tmp_path / "t.xlsx")])
    assert (reading.wrong.endswith("python-calamine, which reads them, is not installed"), reading.hint) == (
        True,
        "pip install 'python-calamine>=0.9', or save the sheet as CSV",
    )


def test_a_project_builds_every_shape_and_a_second_build_has_nothing_to_do(folder: Make) -> None:
    """End to end, with the engine closed to all but the sources' files and what was written of them."""
    good = [shape for shape in SHAPES if not shape.wrong]
    files: dict[str, str | bytes] = {}
    tables = []
    for number, shape in enumerate(good):
        name = f"t{number}"
        files[f"raw/{shape.file.replace('t.', f'{name}.', 1)}"] = shape.content
        files[f"models/m{number}.sql"] = f"select * from {{{{ source('raw', '{name}') }}}}"
        tables.append(f"{{name: {name}}}")
    place = parquet_relation("raw/{name}.parquet")
    files["models/s.yml"] = (
        f'sources:\n  - name: raw\n    config: {{meta: {{external_location: "{place}"}}}}\n    tables: [{", ".join(tables)}]\n'
    )
    project = folder(files)
    done = project.build()
    assert done.code == 0, done.err
    for number, shape in enumerate(good):
        assert sorted(map(repr, project.query(f"select * from m{number}"))) == sorted(map(repr, shape.rows)), shape.name
    assert "nothing to do" in project.build().err
    project.write("raw/t0.csv", "id,body\n1\n")
    assert project.errors() == [
        "models/s.yml:4: source 'raw.t0' can't be read: raw/t0.csv:2: 1 cell where the header has 2 | fill the row, or take it out"
    ]


def test_a_row_that_fails_a_build_far_below_is_named(folder: Make) -> None:
    place = location("raw/{name}.csv").replace('"', '\\"')
    project = folder(
        {
            "models/m.sql": "{{ config(materialized='table') }} select * from {{ source('raw', 't') }}",
            "models/s.yml": f'sources:\n  - name: raw\n    config: {{meta: {{external_location: "{place}"}}}}\n    tables: [{{name: t}}]\n',
            "raw/t.csv": "id,body\n" + "1,xxxxxxxx\n" * 450_000 + "2,y,z\n",
        }
    )
    done = project.build(code=1)
    assert "source 'raw.t' can't be read: raw/t.csv:450002: 3 cells where the header has 2" in done.err


def test_a_link_to_what_the_system_shows_as_a_file_is_not_read(tmp_path: Path) -> None:
    for name, target in (("t.csv", "/proc/self/environ"), ("t.json", "/proc/version"), ("t.txt", "/proc/stat")):
        (tmp_path / name).symlink_to(target)
        wrong = reader(tmp_path).reading([f"{tmp_path}/{name}"]).wrong
        assert wrong == f"{tmp_path}/{name}: the system's, and no data"


def test_what_is_left_out_of_a_report_is_said(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("All calls\n\na;b;c\n1;2;ü\n\nConfidential Information\n".encode("cp1252"))
    assert [note.split(": ")[1] for note in reader(tmp_path).reading([f"{tmp_path}/t.csv"]).notes] == [
        "read as Windows-1252",
        "parted by semicolons",
        "without 2 rows above the header and 1 below the table",
    ]


def test_what_lies_packed_is_said_to_be_unpacked(folder: Make) -> None:
    place = parquet_relation("raw/{name}.parquet")
    project = folder(
        {
            "models/m.sql": "select * from {{ source('raw', 't') }}",
            "models/s.yml": f'sources:\n  - name: raw\n    config: {{meta: {{external_location: "{place}"}}}}\n    tables: [{{name: t}}]\n',
            "raw/t.csv.zip": b"PK",
        }
    )
    assert project.errors()[0].endswith("| unpack raw/t.csv.zip")


def test_parquet_keeps_its_types_and_is_not_looked_at(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t.parquet", "select 1 as id, timestamp '2026-01-01' as at")
    reading = reader(tmp_path).reading([str(tmp_path / "t.parquet")])
    assert reading.relation == parquet_relation(f"{tmp_path}/t.parquet")
    assert not (tmp_path / "target").exists()
    assert kind_of("T.PARQUET") == "parquet"
