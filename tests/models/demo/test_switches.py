"""Each answer beside the rates can be left out: by its setting, which leaves its table without rows, or by `+enabled: false`, as any model of dbt's.

What is left out leaves every other table as it was.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support import convsql
from tests.support.demo import copy_demo

SWITCHES: dict[str, tuple[Any, set[str]]] = {
    "worth_lifts": ({"points": [], "percent": []}, {"worth_of_a_point"}),
    "response_minutes": ([], {"response_curve"}),
    "sales_velocity": ({"by": []}, {"sales_velocity"}),
    "event_sources": ([], {"rate_events"}),
    "handover_funnels": ([], {"handover_rates"}),
    "pipeline_ages": ([], {"pipeline_stages", "pipeline_coverage"}),
    "ramp_months": (0, {"rep_ramp"}),
    "coaching_conversations": (0, {"coaching_agents", "coaching_conversations"}),
    "reminder_effect": ({"kinds": []}, {"reminder_effect"}),
    "won_forecast": ({"metrics": []}, {"won_forecast"}),
    "removal_credit": ({"by": []}, {"removal_credit"}),
    "survival_dimensions": ([], {"conversion_survival"}),
    "contact_centre": ({"enabled": False}, {"contact_centre", "staffing_need"}),
    "staffing_states": ([], {"staffing_signal"}),
    "experiment_monitor": ({"enabled": False}, {"experiment_monitor"}),
    "alert_seasons": ([], {"season_alerts"}),
    "sending_rules": ({"enabled": False}, {"sending_rules", "failure_reasons"}),
}
"""Setting → the value that leaves tables out, and those."""
READ_THEM = {"maturity_evidence", "maturity_scorecard"}
"""Count what is there."""


def contents(project: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Each published table's number of rows and a digest of them, whatever their order; steps are left aside."""
    found = {}
    with duckdb.connect(str(project / "convsql.duckdb"), read_only=True) as connection:
        listed = convsql(
            "ls", "--project-dir", str(project), "--resource-type", "model", "--exclude", "tag:step", "--json"
        )
        for name in [node["name"] for node in listed.json]:
            found[name] = connection.execute(f"select count(*), bit_xor(hash(t)) from main.{name} as t").fetchall()
    return found


@pytest.fixture(scope="module")
def before(demo_project: Path) -> dict[str, list[tuple[Any, ...]]]:
    return contents(demo_project)


@pytest.mark.slow
def test_a_setting_leaves_its_table_without_rows_and_every_other_one_as_it_was(
    demo_project: Path, before: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    project = copy_demo(demo_project, tmp_path / "demo")
    off = {name: value for name, (value, _) in SWITCHES.items()}
    emptied = set().union(*(tables for _, tables in SWITCHES.values()))
    assert all(before[name][0][0] > 0 for name in emptied), "else there is nothing to leave out"
    done = convsql("build", "--project-dir", str(project), "--vars", json.dumps(off), "--json")
    assert done.code == 0, done.err
    after = contents(project)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} - READ_THEM == emptied
    assert {after[name][0][0] for name in emptied} == {0}


@pytest.mark.slow
def test_a_table_that_is_not_enabled_is_not_there_and_nothing_else_moves(
    demo_project: Path, before: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    project = copy_demo(demo_project, tmp_path / "demo")
    left_out = {"rate_members": "cohort_rates", "failure_reasons": "kpis", "target_attainment": "comparisons"}
    settings = project / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8")
    for name, folder in left_out.items():
        assert text.count(f"    {folder}:\n") == 1
        text = text.replace(f"    {folder}:\n", f"    {folder}:\n      {name}: {{+enabled: false}}\n")
    settings.write_text(text, encoding="utf-8")
    done = convsql("build", "--project-dir", str(project), "--json")
    assert done.code == 0, done.err
    after = contents(project)
    assert before.keys() - after.keys() == left_out.keys()
    assert {name for name in after if after[name] != before[name]} <= READ_THEM
    report = convsql("report", "--project-dir", str(project), "--format", "md")
    assert report.code == 0, report.err
    assert "### Why messages failed" not in report.out
