"""Whatever a YAML file holds, the answer is a project or errors with a place, never a traceback."""

from __future__ import annotations

import copy
import itertools
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from convsql.base.errors import ConvsqlError
from tests.support import Folder

FILES = {
    "models/a.sql": "select id, name from {{ ref('people') }} where id > {{ var('least', 0) }}",
    "models/b.sql": "select a.id from {{ ref('a') }} as a join {{ source('raw', 'things') }} as t on t.id = a.id",
    "seeds/people.csv": "id,name\n1,x\n",
    "raw/things.csv": "id\n1\n",
    "macros/m.sql": "{% test positive(model, column_name) %}select * from {{ model }} where {{ column_name }} < 0{% endtest %}",
    "tests/fixtures/given.csv": "id,name\n1,x\n",
    "pkg/dbt_project.yml": "name: pkg\nversion: 1.0.0\n",
}
DOCUMENTS: dict[str, Any] = {
    "dbt_project.yml": {
        "name": "tiny",
        "version": "1.0.0",
        "config-version": 2,
        "profile": "tiny",
        "model-paths": ["models"],
        "clean-targets": ["target"],
        "target-path": "target",
        "vars": {"least": 0, "tiny": {"x": 1}},
        "models": {"tiny": {"+materialized": "table", "+tags": ["t"], "+meta": {"a": 1}}},
        "seeds": {"tiny": {"people": {"+column_types": {"id": "bigint"}}}},
        "flags": {"x": True},
    },
    "profiles.yml": {
        "tiny": {
            "target": "dev",
            "outputs": {
                "dev": {
                    "type": "duckdb",
                    "path": ":memory:",
                    "schema": "main",
                    "threads": 1,
                    "settings": {"TimeZone": "UTC"},
                    "config_options": {"memory_limit": "1GB"},
                    "extensions": ["parquet"],
                }
            },
        }
    },
    "packages.yml": {"packages": [{"local": "pkg"}]},
    "vars.yml": {"vars": {"least": 1}},
    "models/all.yml": {
        "version": 2,
        "models": [
            {
                "name": "a",
                "description": "d",
                "config": {
                    "materialized": "table",
                    "tags": ["x"],
                    "meta": {"k": 1},
                    "contract": {"enforced": True},
                    "schema": "s",
                    "alias": "al",
                },
                "columns": [
                    {
                        "name": "id",
                        "data_type": "bigint",
                        "config": {"meta": {"q": 1}},
                        "tags": ["c"],
                        "data_tests": [
                            "not_null",
                            {
                                "accepted_values": {
                                    "arguments": {"values": [1, 2]},
                                    "config": {
                                        "severity": "warn",
                                        "where": "id > 0",
                                        "limit": 5,
                                        "error_if": ">1",
                                        "warn_if": ">0",
                                    },
                                }
                            },
                        ],
                    },
                    {"name": "name", "data_type": "varchar"},
                ],
                "data_tests": [{"positive": {"arguments": {"column_name": "id"}, "name": "n", "description": "d"}}],
            },
            {"name": "b"},
        ],
        "sources": [
            {
                "name": "raw",
                "schema": "r",
                "meta": {"a": 1},
                "config": {"meta": {"external_location": "raw/{name}.csv"}},
                "tags": ["s"],
                "tables": [
                    {
                        "name": "things",
                        "identifier": "things",
                        "meta": {"b": 2},
                        "columns": [{"name": "id", "data_tests": ["unique"]}],
                        "tags": ["t"],
                        "config": {"meta": {"z": 1}},
                    }
                ],
            }
        ],
        "unit_tests": [
            {
                "name": "u",
                "model": "b",
                "overrides": {"vars": {"least": 1}, "macros": {"m": 1}, "env_vars": {"E": "1"}},
                "config": {"tags": ["x"]},
                "given": [
                    {"input": "ref('a')", "rows": [{"id": 1}]},
                    {"input": "source('raw', 'things')", "format": "csv", "rows": "id\n1"},
                ],
                "expect": {"rows": [{"id": 1}]},
            }
        ],
        "macros": [{"name": "m"}],
        "exposures": [{"name": "e"}],
        "groups": [{"name": "g"}],
    },
}
WRONG = [7, [{"y": None}], "{{ 1 / 0 }}", None, {"x": 1}, ["x"], True, "", [[1]], {}, 1.5]


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, (*path, index))


def _with(document: Any, path: tuple[Any, ...], wrong: Any) -> Any:
    if not path:
        return wrong
    changed = copy.deepcopy(document)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = wrong
    return changed


def _tracebacks(name: str, project: Folder, attempts: Iterable[tuple[tuple[Any, ...], Any]]) -> dict[str, Any]:
    found = {}
    for path, wrong in attempts:
        project.write(name, yaml.safe_dump(_with(DOCUMENTS[name], path, wrong), sort_keys=False))
        try:
            project.compile()
        except ConvsqlError as error:
            assert all(p.reason for p in error.problems)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            found[f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})"] = (path, wrong)
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_wrong_value_in_a_yaml_file_gives_no_traceback(name: str, folder: Callable[..., Folder]) -> None:
    project = folder({**FILES, **{n: yaml.safe_dump(d, sort_keys=False) for n, d in DOCUMENTS.items()}})
    project.compile()
    paths = list(_places(DOCUMENTS[name]))
    paths = paths[:: 1 + len(paths) // 20]  # all of them, with every wrong value, under `slow`
    assert not _tracebacks(name, project, zip(paths, itertools.cycle(WRONG), strict=False))


@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_wrong_value_anywhere_in_a_yaml_file_gives_a_traceback(name: str, folder: Callable[..., Folder]) -> None:
    project = folder({**FILES, **{n: yaml.safe_dump(d, sort_keys=False) for n, d in DOCUMENTS.items()}})
    assert not _tracebacks(name, project, itertools.product(_places(DOCUMENTS[name]), WRONG))
