"""Values of vars.yml are taken as they are written, or refused with their line: nothing is turned into a number in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support import Folder

Make = Callable[..., Folder]
PROJECT = {
    "dbt_project.yml": "name: convsql\nversion: 1.0.0\nprofile: tiny\n",
    "models/one.sql": "select 1 as one\n",
}
METRIC = {"name": "won", "version": "1", "outcome": "closed_won", "window_days": "7"}


def refusal(folder: Make, text: str) -> str:
    ran = folder({**PROJECT, "vars.yml": text}).run("compile")
    assert ran.code == 2, ran.err
    assert "Traceback" not in ran.err
    return ran.err


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("true", "must be a number, and is true"),
        ("yes", "must be a number, and is true"),
        ("'7'", "must be a number, and is '7'"),
        ("7d", "must be a number, and is '7d'"),
        (".nan", "must be a finite number, and is nan"),
        (".inf", "must be a finite number, and is inf"),
        ("-.inf", "must be a finite number, and is -inf"),
        ("[7]", "must be a number, and is [7]"),
        ("2026-01-02", "must be a number, and is 2026-01-02"),
        ("null", "must be a number, and is nothing"),
        ("0", "greater than 0"),
        ("-7", "greater than 0"),
        ("1.0e-9", "must be a second"),
        ("1.0e+9", "less than or equal to 36500"),
        ("1" + "0" * 400, "must be a number of no more than 15 digits"),
        ("010", "010 would be read as a number in base 8"),
        ("1:30", "1:30 would be read as a number in base 60"),
    ],
)
def test_a_number_of_days_is_a_number_of_days(folder: Make, value: str, said: str) -> None:
    lines = [f"      {key}: {each}" for key, each in {**METRIC, "window_days": value}.items()]
    lines[0] = lines[0].replace("  name", "- name", 1)
    text = "vars:\n  conversion_metrics:\n" + "\n".join(lines) + "\n"
    found = refusal(folder, text)
    assert "vars.yml:6: " in found
    assert said in found


@pytest.mark.parametrize("value", ["true", "'1'", "1.0", "1.5", "0", "-1", ".nan", "null"])
def test_a_version_is_a_whole_number(folder: Make, value: str) -> None:
    lines = "\n".join(f"      {key}: {each}" for key, each in METRIC.items() if key not in ("name", "version"))
    assert "vars.yml:4: " in refusal(
        folder, f"vars:\n  conversion_metrics:\n    - name: won\n      version: {value}\n{lines}\n"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("confidence: true", "must be a number, and is true"),
        ("confidence: '0.9'", "must be a number, and is '0.9'"),
        ("confidence: 1", "less than or equal to 0.999999"),
        ("confidence: 1.0e-300", "greater than or equal to 0.0001"),
        ("disposition_grace_hours: 1.0e+300", "no more than 15 digits"),
        ("disposition_grace_hours: 999999999", "less than or equal to 876000"),
        ("abandonment_hours: .inf", "must be a finite number"),
        ("alert_run_length: 2.0", "must be a whole number, and is 2.0"),
        ("alert_run_length: true", "must be a whole number, and is true"),
        ("alert_baseline_cohorts: 999999999999", "less than or equal to 1000000"),
        ("value_horizons: [30, true]", "must be a whole number, and is true"),
        ("sensitivity_windows: [7, '14']", "must be a number, and is '14'"),
        ("sentiment_cutoffs: {happy: .nan}", "must be a finite number"),
        ("audit_seed: 12", "put text in quotes"),
        ("business_calendar: no", "put text in quotes"),
        ("timezone: off", "put text in quotes"),
        ("kpi_grains: [yes]", "put text in quotes"),
        ("as_of: 5", "must be a time"),
        ("as_of: true", "must be a time"),
        ("as_of: 20260630", "must be a time"),
        ("as_of: '2026-W01'", "must be a time"),
        ("experiments: [{name: x, shares: {a: true}}]", "must be a number, and is true"),
        ("experiments: [{name: x, shares: {no: 1}}]", "the key no would be read as false"),
        ("phone_country_code: 0033", "would be read as a number in base 8"),
        ("plausible_times: {from: 0001-01-01}", "must lie between 1900-01-01 and 2199-12-31"),
        ("plausible_times: {to: 9999-12-31}", "must lie between 1900-01-01 and 2199-12-31"),
        ("plausible_times: {from: 2026-01-02, to: 2026-01-01}", "`from` must not be later than `to`"),
        ("plausible_times: {from: 2026}", "written YYYY-MM-DD"),
        ("plausible_times: {until: 2026-01-01}", "unknown key 'until'"),
    ],
)
def test_a_setting_is_of_its_kind_and_within_its_limits(folder: Make, line: str, said: str) -> None:
    found = refusal(folder, f"vars:\n  {line}\n")
    assert "vars.yml:2: " in found
    assert said in found
