"""The package's variables: every one that SQL reads has a schema, and a slip of the pen in a name is noticed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from convsql.metrics import VARIABLE
from convsql.settings_schema import PackageSettings
from tests.parity.both import REPOSITORY
from tests.support import Folder

Make = Callable[..., Folder]
MODEL = {"models/one.sql": "select 1 as one"}
PROJECT = {"dbt_project.yml": "name: convsql\nversion: 1.0.0\nprofile: tiny\n"}


def test_every_variable_that_the_package_reads_has_a_schema_and_the_other_way_round() -> None:
    files = [f for folder in ("macros", "models", "tests/governance") for f in (REPOSITORY / folder).rglob("*.*")]
    read = {name for file in files for name in re.findall(r"var\('(\w+)'", file.read_text(encoding="utf-8"))}
    assert read - {VARIABLE} == set(PackageSettings.model_fields)


def test_the_schema_says_what_each_variable_is() -> None:
    assert [name for name, field in PackageSettings.model_fields.items() if not field.description] == []


def test_a_name_that_is_nearly_a_variable_s_is_warned_of(folder: Make) -> None:
    project = folder({**PROJECT, **MODEL, "vars.yml": "vars:\n  busines_calendar: berlin\n  my_own: 1\n"})
    said = project.run("compile").err
    assert "vars.yml:2: variable 'busines_calendar' is none of the package's; did you mean 'business_calendar'?" in said
    assert "my_own" not in said


@pytest.mark.parametrize("value", ["null", "''"])
def test_a_blank_variable_has_its_default(folder: Make, value: str) -> None:
    project = folder({**PROJECT, **MODEL, "vars.yml": f"vars:\n  as_of: {value}\n  raw_path: {value}\n"})
    assert project.run("compile").code == 0


def test_a_project_without_the_package_has_none_of_its_variables(folder: Make) -> None:
    assert folder({**MODEL, "vars.yml": "vars:\n  confidence: high\n"}).run("compile").code == 0
