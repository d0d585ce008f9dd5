"""The package's variables: every one that SQL reads has a schema, and a slip of the pen in a name is noticed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import duckdb
import pytest

from convsql.definitions.metric_checks import VARIABLE
from convsql.definitions.settings_schema import PackageSettings
from tests.support import Folder
from tests.support.root import ROOT

Make = Callable[..., Folder]
MODEL = {"models/one.sql": "select 1 as one"}
PROJECT = {"dbt_project.yml": "name: convsql\nversion: 1.0.0\nprofile: tiny\n"}


def test_every_variable_that_the_package_reads_has_a_schema_and_the_other_way_round() -> None:
    files = [f for folder in ("macros", "models", "tests/governance") for f in (ROOT / folder).rglob("*.*")]
    read = {name for file in files for name in re.findall(r"var\('(\w+)'", file.read_text(encoding="utf-8"))}
    by_commands = {"raw_columns"}  # what compiles without the data reads it, and no template
    assert read - {VARIABLE} == set(PackageSettings.model_fields) - by_commands


def test_the_schema_says_what_each_variable_is() -> None:
    assert [name for name, field in PackageSettings.model_fields.items() if not field.description] == []


def test_a_variable_that_nothing_reads_is_warned_of_where_it_is_set(folder: Make) -> None:
    """Known are the schema's, and those that any template of the project or of its packages names."""
    project = folder(
        {
            "dbt_project.yml": PROJECT["dbt_project.yml"]
            + "vars:\n  in_project: 1\n  convsql:\n    timezone_of_reps: UTC\n    of_macro: 1\n",
            "models/one.sql": "select {{ var('of_model', 1) }} as one",
            "models/one.yml": "models:\n  - name: one\n    description: \"{{ var('of_yml') }}\"\n",
            "macros/m.sql": '{% macro m() %}{{ var.has_var("of_macro") }}{% endmacro %}',
            "vars.yml": "vars:\n  calendar: berlin\n  of_model: 1\n  of_yml: x\n  raw_path: ''\n  zebra: 1\n",
        }
    )
    done = project.run("compile")
    assert [line for line in done.err.splitlines() if "nothing reads" in line] == [
        "warning: vars.yml:2: nothing reads the variable 'calendar'; did you mean 'business_calendar'?",
        "warning: vars.yml:6: nothing reads the variable 'zebra'",
        "warning: dbt_project.yml:5: nothing reads the variable 'in_project'",
        "warning: dbt_project.yml:7: nothing reads the variable 'timezone_of_reps'; did you mean 'timezone'?",
    ]
    assert done.code == 0


def test_a_name_that_is_worked_out_lets_any_variable_be_read_but_for_slips_of_the_pen(folder: Make) -> None:
    project = folder(
        {**PROJECT, "models/one.sql": "select {{ var('a_' ~ 'b', 1) }}", "vars.yml": "vars: {zebra: 1, raw_pth: x}\n"}
    )
    project.write("models/one.sql", "{% set name = 'zebra' %}select {{ var(name) }} as one")
    said = project.run("compile").err
    assert "zebra" not in said
    assert "error: vars.yml:1: nothing reads the variable 'raw_pth'\n  hint: did you mean 'raw_path'?" in said


def test_a_setting_with_a_slip_in_its_name_is_an_error_since_the_default_would_stay_in_force(folder: Make) -> None:
    project = folder({**PROJECT, **MODEL, "vars.yml": "vars:\n  timezon: Europe/Berlin\n  busines_calendar: berlin\n"})
    assert project.errors() == [
        "vars.yml:2: nothing reads the variable 'timezon' | did you mean 'timezone'?",
        "vars.yml:3: nothing reads the variable 'busines_calendar' | did you mean 'business_calendar'?",
    ]
    project.write("models/one.sql", "select '{{ var('timezon') }}' as one")
    assert project.errors()[0].startswith("vars.yml:3:")  # a variable of one's own, since a template reads it


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        ("{raw_path:data}", "'raw_path:data' has no value: YAML reads it as one name", "raw_path: data"),
        ("{a: 1, x: {b:c}}", "'b:c' has no value: YAML reads it as one name", "b: c"),
        ("raw_path:data", "expected a mapping, such as '{raw_path: data}'", ""),
        ("{raw_pth: data}", "nothing reads the variable 'raw_pth'", "did you mean 'raw_path'?"),
        ("{zebra: 1}", "nothing reads the variable 'zebra'", "take it out, or read it with var() in a template"),
    ],
)
def test_a_variable_of_the_command_line_that_sets_nothing_is_an_error(
    folder: Make, given: str, said: str, hint: str
) -> None:
    done = folder({**PROJECT, **MODEL}).run("compile", "--vars", given)
    assert (done.code, said in done.err.splitlines()[0], "--vars" in done.err.splitlines()[0]) == (2, True, True)
    assert hint in done.err


def test_a_missing_blank_in_a_file_of_variables_is_an_error_at_its_line(folder: Make) -> None:
    project = folder({**PROJECT, **MODEL, "vars.yml": "vars:\n  plausible_times: {from:2020-01-01}\n"})
    assert project.errors() == [
        "vars.yml:2: 'from:2020-01-01' has no value: YAML reads it as one name | put a blank after the colon: from: 2020-01-01"
    ]


@pytest.mark.parametrize("value", ["null", "''"])
def test_a_blank_variable_has_its_default(folder: Make, value: str) -> None:
    project = folder({**PROJECT, **MODEL, "vars.yml": f"vars:\n  as_of: {value}\n  raw_path: {value}\n"})
    assert project.run("compile").code == 0


def test_a_project_without_the_package_has_none_of_its_variables(folder: Make) -> None:
    assert folder({**MODEL, "vars.yml": "vars:\n  confidence: high\n"}).run("compile").code == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("confidence: true", "variable 'confidence': must be a number, and is true"),
        ("confidence: 1", "variable 'confidence': input should be less than or equal to 0.999999"),
        ("abandonment_hours: .inf", "variable 'abandonment_hours': must be a finite number, and is inf"),
        ("abandonment_hours: 0", "variable 'abandonment_hours': input should be greater than 0"),
        ("abandonment_hours: 876001", "variable 'abandonment_hours': input should be less than or equal to 876000"),
        (
            "disposition_grace_hours: -1",
            "variable 'disposition_grace_hours': input should be greater than or equal to 0",
        ),
        (
            "slow_follow_up_minutes: 52560001",
            "variable 'slow_follow_up_minutes': input should be less than or equal to 52560000",
        ),
        ("sensitivity_windows: [7, true]", "variable 'sensitivity_windows': 1: must be a number, and is true"),
        ("value_horizons: [36501]", "variable 'value_horizons': 0: input should be less than or equal to 36500"),
        ("audit_sample_size: yes", "variable 'audit_sample_size': must be a whole number, and is true"),
        (
            "drop_off_cuts: [handled_by]",
            "variable 'drop_off_cuts': 0: 'handled_by' is known only up to the anchor, and no cut of drop_off_reasons",
        ),
        (
            "sentiment_cutoffs: {happy: 0.6}",
            "variable 'sentiment_cutoffs': very_happy, happy and unhappy must fall in this order, and they are [0.5, 0.6, -0.05]",
        ),
        (
            "sla_targets: [{name: a, minutes: 1}, {name: a, minutes: 2}]",
            "variable 'sla_targets': 'a' stands twice; each has a name of its own",
        ),
        ("timezone: 'UTC '", "variable 'timezone': 'UTC ' is not a zone of the IANA database; did you mean 'UTC'?"),
        (
            "timezone: europe/berlin",
            "variable 'timezone': 'europe/berlin' is not a zone of the IANA database; did you mean 'Europe/Berlin'?",
        ),
        (
            "timezone: localtime",
            "variable 'timezone': 'localtime' is not a zone of the IANA database; Europe/Berlin is one",
        ),
        (
            "timezone: Europe/Atlantis",
            "variable 'timezone': 'Europe/Atlantis' is not a zone of the IANA database; did you mean 'Europe/Athens'?",
        ),
    ],
)
def test_a_value_that_no_model_could_use_is_refused_at_its_line(folder: Make, line: str, said: str) -> None:
    project = folder({**PROJECT, **MODEL, "vars.yml": f"vars:\n  my_own: 1\n  {line}\n"})
    assert [e.split(" | ")[0] for e in project.errors()] == [f"vars.yml:3: {said}"]


@pytest.mark.slow
def test_every_zone_that_the_schema_takes_is_the_engine_s_too() -> None:
    """The same offset in winter and in summer as Python's, which the seed zone_offsets is made from."""
    zones = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})
    with duckdb.connect() as engine:
        for zone in zones:
            PackageSettings.model_validate({"timezone": zone})
            for at in (datetime(2026, 1, 15, 12), datetime(2026, 7, 15, 12)):
                found = engine.execute(f"select (timestamp '{at}' at time zone 'UTC') at time zone '{zone}'").fetchone()
                assert found == (at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None),), zone
