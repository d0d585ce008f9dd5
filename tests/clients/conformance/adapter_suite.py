"""dbt's tests of adapters: what is basic, and the functions and types that macros have."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import dbt.tests.adapter.basic
import dbt.tests.adapter.utils
import dbt.tests.adapter.utils.data_types
import pytest
from dbt.tests.adapter.utils import fixture_date_spine, fixture_equals, fixture_get_intervals_between
from dbt.tests.adapter.utils.data_types import test_type_float
from dbt.tests.adapter.utils.test_date_spine import BaseDateSpine
from dbt.tests.adapter.utils.test_equals import BaseEquals
from dbt.tests.adapter.utils.test_get_intervals_between import BaseGetIntervalsBetween

# Of the adapter's Python alone; no project is in them.
_OF_PYTHON = (
    "test_source_freshness_custom_info",
    "test_validate_sql",
    "test_validate_connection",
    "test_timestamps",
    "test_current_timestamp",
)

for _package in (dbt.tests.adapter.basic, dbt.tests.adapter.utils, dbt.tests.adapter.utils.data_types):
    for _found in pkgutil.iter_modules(_package.__path__):
        if not _found.name.startswith("test_") or _found.name in _OF_PYTHON:
            continue
        _module = importlib.import_module(f"{_package.__name__}.{_found.name}")
        for _name, _value in vars(_module).items():
            if inspect.isclass(_value) and _value.__module__ == _module.__name__ and _name.lower().startswith("test"):
                globals()[f"Test{_name[4:]}" if _name not in globals() else f"Test{_name[4:]}_{_found.name}"] = _value


# As an adapter does with these classes, what is not DuckDB's SQL is put into its words; dbt fails them otherwise as well.
def _with_dates(text: str) -> str:
    said = text.replace("target.type == 'postgres'", "target.type == 'duckdb'")
    return said.replace("09/01/2023", "2023-09-01").replace("09/12/2023", "2023-09-12")


class TestDateSpine(BaseDateSpine):
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {
            "test_date_spine.yml": fixture_date_spine.models__test_date_spine_yml,
            "test_date_spine.sql": _with_dates(fixture_date_spine.models__test_date_spine_sql),
        }


class TestGetIntervalsBetween(BaseGetIntervalsBetween):
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        fixture = fixture_get_intervals_between
        return {
            "test_get_intervals_between.yml": fixture.models__test_get_intervals_between_yml,
            "test_get_intervals_between.sql": _with_dates(fixture.models__test_get_intervals_between_sql),
        }


class TestEquals(BaseEquals):
    @pytest.fixture(scope="class")
    def seeds(self) -> dict[str, str]:
        return {"data_equals.csv": fixture_equals.SEEDS__DATA_EQUALS_CSV.replace("null", "")}


class TestTypeFloat(test_type_float.BaseTypeFloat):
    @pytest.fixture(scope="class")
    def seeds(self) -> dict[str, Any]:
        types = {"seeds": [{"name": "expected", "config": {"column_types": {"float_col": "float"}}}]}
        return {"expected.csv": test_type_float.seeds__expected_csv, "expected.yml": types}
