"""What sources.yml says to dbt and what Python says to DuckDB is one text, for each raw_format."""

from __future__ import annotations

import json
from pathlib import Path

import jinja2
import pytest
import yaml

from convsql.definitions.settings_schema import PackageSettings
from convsql.raw_files.forms import (
    RAW_FORMATS,
    csv_options,
    json_relation,
    location,
    named_file,
    parquet_relation,
    text_relation,
)
from convsql.raw_files.reading import RawFiles
from tests.support.root import ROOT
from tests.support.scratch import scratch_rows

FILES = sorted((ROOT / "models").rglob("sources.yml"))


def locations(file: Path, variables: dict[str, str]) -> str:
    (source,) = yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]
    text = source["config"]["meta"]["external_location"]
    rendered = (
        jinja2.Environment().from_string(text).render(var=lambda name, default=None: variables.get(name, default))
    )
    return rendered.format(name="t").strip()


@pytest.mark.parametrize("raw_format", RAW_FORMATS)
@pytest.mark.parametrize("file", FILES, ids=[file.parent.name for file in FILES])
def test_dbt_reads_a_format_by_the_options_that_convsql_gives(file: Path, raw_format: str) -> None:
    tool = "" if file.parent.name == "staging" else f"/{file.parent.name}"
    variables = {"raw_path": "it's", "connector_path": "it's", "raw_format": raw_format}
    path = f"it's{tool}/t{RAW_FORMATS[raw_format]}"
    assert locations(file, variables) == location(path)
    assert named_file(location(path)) == path


def test_every_raw_format_has_a_place() -> None:
    schema = json.dumps(PackageSettings.model_json_schema()["properties"]["raw_format"])
    assert all(f'"{each}"' in schema for each in RAW_FORMATS)
    assert len(FILES) == 6


@pytest.mark.parametrize(
    "written",
    [
        "read_csv('a.csv', header = true)",
        f"read_csv('a.csv', {csv_options()}, nullstr = 'x')",
        f"read_csv(['a.csv', 'b.csv'], {csv_options()})",
        "(select * from raw.t)",
        "'a.csv'",
        "a.parquet",
    ],
)
def test_sql_of_a_project_s_own_is_left_as_it_is(written: str) -> None:
    assert named_file(written) == ""


def test_a_workbook_is_read_by_its_bare_name() -> None:
    assert [named_file(each) for each in ("raw/a.xlsx", "'raw/it''s.XLSX'")] == ["raw/a.xlsx", "raw/it's.XLSX"]


@pytest.mark.parametrize("ends", ["json", "ndjson"])
def test_duckdb_reads_json_under_dbt_as_convsql_does(ends: str, tmp_path: Path) -> None:
    records = [
        '{"id": 12345678901234567890123, "s": "007", "n": {"x": [1, 2]}}',
        '{"id": 2, "t": true, "s": null, "d": "2026-01-02"}',
    ]
    file = tmp_path / f"t.{ends}"
    file.write_text("\n".join(records) if ends == "ndjson" else f"[{', '.join(records)}]")
    reading = RawFiles(tmp_path / "target", "1").reading([str(file)])
    assert scratch_rows(f"select * from {json_relation(str(file))}") == scratch_rows(
        f"select * from {reading.relation}"
    )


def test_duckdb_reads_tabs_and_gzip_under_dbt(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("id\tbody\n#1\tx, y\n")
    assert scratch_rows(f"select * from {text_relation(f'{tmp_path}/t.tsv', chr(9))}") == [("#1", "x, y")]
    assert (
        parquet_relation("a/*.parquet")
        == "read_parquet('a/*.parquet', union_by_name = true, hive_partitioning = false)"
    )
