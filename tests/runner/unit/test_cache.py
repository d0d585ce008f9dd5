"""What compiling remembers is never believed when anything it rests on has changed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from convsql.compiling.binding import bind
from convsql.compiling.cache import CompileCache
from convsql.compiling.code_version import _files as code_files
from convsql.compiling.code_version import _libraries as code_libraries
from tests.support import Folder

Make = Callable[..., Folder]
FILES = {
    "models/a.sql": "select '{{ env_var(\"TINY_WORD\", \"none\") }}' as word, {{ var('n', 1) }} as n, {{ one() }} as one",
    "models/b.sql": "select word, n from {{ ref('a') }}",
    "macros/one.sql": "{% macro one() %}1{% endmacro %}",
    "models/all.yml": """
        models:
          - {name: b, columns: [{name: word, data_tests: [not_null]}]}
        unit_tests:
          - name: u
            model: b
            given: [{input: ref('a'), format: csv, fixture: words}]
            expect: {rows: [{word: x}]}
    """,
    "tests/fixtures/words.csv": "word\nx\n",
}
CACHE = "target/convsql_cache.json"


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts how often the project was bound at all."""
    calls: list[int] = []

    def counted(*arguments: Any) -> Any:
        calls.append(1)
        return bind(*arguments)

    monkeypatch.setattr("convsql.compiling.project.bind", counted)
    return calls


def words(project: Folder) -> list[Any]:
    assert project.run("build", "-q").code == 0
    return list(project.query("select word, n from b")[0])


def test_an_unchanged_project_comes_whole_from_the_cache(folder: Make, bound: list[int]) -> None:
    project = folder(FILES)
    project.build()
    project.build()
    assert len(bound) == 1
    project.run("build", "--no-cache")
    assert len(bound) == 2


def test_a_damaged_cache_is_as_good_as_none(folder: Make) -> None:
    project = folder(FILES)
    assert words(project) == ["none", 1]
    for damage in ("", "{", "[]", "null", '{"version": "other"}', "\x00", '{"version": 1, "whole": 7}'):
        project.write(CACHE, damage)
        assert words(project) == ["none", 1], damage


@pytest.mark.parametrize("part", ["whole", "rendered", "bound"])
def test_a_cache_with_a_part_of_another_shape_is_as_good_as_none(part: str, folder: Make) -> None:
    project = folder(FILES)
    words(project)
    content = json.loads((project.root / CACHE).read_text())
    for wrong in (None, [], 7, "x", {"key": 1}):
        project.write(CACHE, json.dumps({**content, part: wrong}))
        assert words(project) == ["none", 1], wrong


ANYTHING: list[Any] = [None, True, 7, 1e999, "x", "\ud800", [], [[]], {}, {"": {}}, {"key": 1}, [None], 10**40]


def places(value: Any, way: tuple[Any, ...] = (), depth: int = 4) -> list[tuple[Any, ...]]:
    """Where something stands in a JSON value, the first item of each list for all."""
    inner = value.items() if isinstance(value, dict) else list(enumerate(value))[:1] if isinstance(value, list) else ()
    found = [(*way, key) for key, _ in inner] if depth else []
    return found + [p for key, item in inner if depth for p in places(item, (*way, key), depth - 1)]


def test_whatever_is_put_anywhere_into_a_cache_it_is_as_good_as_none(folder: Make) -> None:
    project = folder(FILES)
    assert words(project) == ["none", 1]
    whole = (project.root / CACHE).read_text()
    for number, way in enumerate(places(json.loads(whole))):
        content = json.loads(whole)
        inner = content
        for key in way[:-1]:
            inner = inner[key]
        inner[way[-1]] = ANYTHING[number % len(ANYTHING)]
        project.write(CACHE, json.dumps(content))
        assert project.run("compile").code == 0, way


@pytest.mark.parametrize("damage", ["cut", "flipped", "nested", "folder", "pipe", "longer", "not text"])
def test_a_file_that_is_no_cache_is_as_good_as_none(damage: str, folder: Make) -> None:
    project = folder(FILES)
    assert words(project) == ["none", 1]
    file = project.root / CACHE
    content = file.read_bytes()
    file.unlink()
    if damage == "folder":
        file.mkdir()
    elif damage == "pipe":
        os.mkfifo(file)
    else:
        middle = len(content) // 2
        file.write_bytes({
            "cut": content[:middle],
            "flipped": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
            "nested": b"[" * 200_000,
            "longer": content + b" ",
            "not text": b'{"seal": "' + b"\xff" * 100,
        }[damage])  # fmt: skip
    assert words(project) == ["none", 1]


def test_a_cache_that_an_older_convsql_filled_otherwise_is_as_good_as_none(folder: Make) -> None:
    """It has a seal of this version, as between two commits."""
    project = folder(FILES)
    words(project)
    cache = CompileCache(project.root / "target")
    for wrong in (
        {"nodes": None},
        {"nodes": [{}]},
        {"nodes": [7]},
        {"columns": []},
        {"environment": 7},
        {"columns": {"a": 7}},
    ):
        changed = CompileCache(project.root / "target")
        changed.whole = {**cache.whole, **wrong}
        changed.changed = True
        changed.save()
        assert words(project) == ["none", 1]


def test_one_bad_delivery_spoils_no_later_command(folder: Make) -> None:
    """The columns of a file changed, so that nothing compiled: what was remembered before stays as it was."""
    project = folder(
        {
            "models/s.yml": "sources: [{name: raw, tables: [{name: t, config: {meta: {external_location: raw/t.csv}}}]}]\n"
            "models: [{name: a, columns: [{name: id, data_tests: [not_null]}]}]\n",
            "models/a.sql": "{{ config(materialized='table') }} select id, v from {{ source('raw', 't') }}",
            "raw/t.csv": "id,v\n1,2\n",
        }
    )
    project.build()
    project.write("raw/t.csv", "id\n1\n")
    for _ in range(2):
        assert 'Referenced column "v" not found' in project.build(code=2).err
    project.write("raw/t.csv", "id,v\n1,2\n3,4\n")
    project.build()
    assert project.query("select count(*) from a") == [(2,)]


def test_a_change_of_any_module_makes_another_version(tmp_path: Path) -> None:
    """In a folder below, too, and with the size and the modification time that it had."""
    (tmp_path / "lineage").mkdir()
    module = tmp_path / "lineage" / "query.py"
    module.write_text("a = 1\n")
    before = code_files(str(tmp_path))
    assert code_files(str(tmp_path)) == before
    status = module.stat()
    module.write_text("a = 2\n")
    os.utime(module, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert code_files(str(tmp_path)) != before


def test_another_library_makes_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_libraries()
    for name in ("sqlglot", "jinja2", "duckdb"):
        package = tmp_path / name / name
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        with monkeypatch.context() as patch:
            patch.delitem(sys.modules, name, raising=False)
            patch.syspath_prepend(str(package.parent))
            assert code_libraries() != before


def test_a_changed_environment_variable_is_noticed(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder(FILES)
    assert words(project) == ["none", 1]
    monkeypatch.setenv("TINY_WORD", "one")
    assert words(project) == ["one", 1]
    monkeypatch.setenv("TINY_WORD", "two")
    assert words(project) == ["two", 1]
    monkeypatch.delenv("TINY_WORD")
    assert words(project) == ["none", 1]


def test_an_environment_variable_read_in_yaml_is_noticed(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder(FILES)
    project.write(
        "dbt_project.yml", "name: tiny\nversion: 1.0.0\nprofile: tiny\nvars: {n: \"{{ env_var('TINY_N', '1') }}\"}\n"
    )
    assert words(project) == ["none", 1]
    monkeypatch.setenv("TINY_N", "5")
    assert words(project) == ["none", 5]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("models/a.sql", "select 'new' as word, 1 as n", ["new", 1]),
        ("macros/one.sql", "{% macro one() %}1 + 0{% endmacro %}", ["none", 1]),
        ("vars.yml", "n: 4", ["none", 4]),
    ],
)
def test_a_changed_file_is_noticed(path: str, text: str, expected: list[Any], folder: Make, bound: list[int]) -> None:
    project = folder(FILES)
    words(project)
    project.write(path, text)
    assert words(project) == expected
    assert len(bound) == 2


def test_a_changed_variable_on_the_command_line_is_noticed(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    project.build("--vars", "n: 9")
    assert project.query("select n from b") == [(9,)]


def test_a_changed_fixture_runs_its_unit_test_again(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    project.write("tests/fixtures/words.csv", "word\ny\n")
    assert "FAIL  unit test u" in project.build(code=1).err


def test_a_changed_source_file_is_noticed(folder: Make, bound: list[int]) -> None:
    project = folder(
        {
            "models/a.sql": "{{ config(materialized='table') }} select * from {{ source('raw', 'x') }}",
            "models/s.yml": "sources:\n  - name: raw\n    config: {meta: {external_location: 'x.csv'}}\n    tables: [{name: x}]\n",
            "x.csv": "id\n1\n",
        }
    )
    project.build()
    project.build()
    assert len(bound) == 1
    project.write("x.csv", "id,word\n1,w\n")
    project.build()
    assert project.query("select word from a") == [("w",)]


def test_a_folder_that_can_not_be_written_is_no_obstacle_to_compiling(folder: Make) -> None:
    project = folder({**FILES, "target": "a file where the folder should be"})
    assert project.compile().columns["model.tiny.b"] == [("word", "VARCHAR"), ("n", "INTEGER")]
    done = project.run("compile")
    assert done.code == 2
    assert "error: can't write " in done.err


def test_the_cache_holds_no_secret(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_ENV_SECRET_NAME", "verysecret")
    project = folder(
        {
            **FILES,
            "profiles.yml": """
        tiny:
          target: dev
          outputs:
            dev: {type: duckdb, path: tiny.duckdb, settings: {custom_user_agent: "{{ env_var('DBT_ENV_SECRET_NAME') }}"}}
    """,
        }
    )
    project.run("compile")
    assert "verysecret" not in Path(project.root / CACHE).read_text() if (project.root / CACHE).exists() else True
