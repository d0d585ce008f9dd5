"""The commands below `convsql metrics`: what they print, and their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from convsql.definitions import versions
from tests.change_control.workbench import OPPORTUNITY, TODAY, WON, Bench
from tests.support import Run, convsql
from tests.support.root import ROOT

SWEETENED = {"vars.yml": [("window_days: 30", "window_days: 31")]}
LOOSENED = {
    "models/attributed_outcomes/metric_conversations.sql": [
        ("anchored.next_outcome_at < anchored.window_ends_at", "anchored.next_outcome_at <= anchored.window_ends_at")
    ]
}


@pytest.fixture(autouse=True)
def _a_day_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "today", lambda: TODAY)


def metrics(bench: Bench, *arguments: str) -> Run:
    return convsql("metrics", *arguments, "--project-dir", str(bench.root))


def test_a_check_that_holds_ends_with_0(bench: Bench) -> None:
    done = metrics(bench, "check")
    assert (done.code, done.out) == (0, "")
    assert done.err == "checked 2 versions of 2 metrics: all hold\n"
    assert metrics(bench, "check", "--json").json == {"status": "passed", "exit_code": 0, "findings": [], "notes": []}


@pytest.mark.slow
def test_a_changed_definition_is_shown_with_the_way_out(bench: Bench) -> None:
    with bench.edited(SWEETENED):
        done = metrics(bench, "check")
    assert done.code == 1
    lines = (bench.root / "vars.yml").read_text(encoding="utf-8").splitlines()
    line = 1 + lines.index("    - name: opportunity")
    assert done.err.splitlines() == [
        f"vars.yml:{line}: the definition of opportunity@1 changed [definition_changed]",
        "  window_days: 30.0 → 31.0",
        "  model metric_versions, CTE versions, column window_seconds:",
        "    - 2592000",
        "    + 2678400",
        "  model metric_conversations, CTE anchored_1, column window_ends_at:",
        "    - interval '2592000' seconds",
        "    + interval '2678400' seconds",
        "    in: conversations.two_way_at + interval '2678400' seconds",
        "  hint: make it version 2 and leave opportunity@1 as it was; or convsql metrics lock opportunity@1 --reason '…'",
        "checked 2 versions of 2 metrics: 1 failed",
    ]


@pytest.mark.slow
def test_a_changed_meaning_names_model_cte_column_and_line_once(bench: Bench) -> None:
    file = "models/attributed_outcomes/metric_conversations.sql"
    lines = (bench.root / file).read_text(encoding="utf-8").splitlines()
    line = 1 + lines.index("judged as (")
    with bench.edited(LOOSENED):
        done = metrics(bench, "check")
        found = metrics(bench, "check", "--json")
    way_out = (
        "  hint: take it back; or see what it moves (convsql metrics diff --base <ref>), then convsql metrics lock"
    )
    assert done.err.splitlines() == [
        f"{file}:{line}: the meaning of opportunity@1 changed, and its definition did not [meaning_changed]",
        "  model metric_conversations, CTE judged, column first_outcome_at:",
        "    - anchored.next_outcome_at < anchored.window_ends_at",
        "    + anchored.next_outcome_at <= anchored.window_ends_at",
        "    in: case when anchored.next_outcome_at <= anchored.window_ends_at then anchored.next_outcome_at end",
        f"{way_out} opportunity@1 --reason '…'",
        f"{file}:{line}: the meaning of won@1 changed, and its definition did not [meaning_changed]",
        "  by the same changes as opportunity@1",
        f"{way_out} won@1 --reason '…'",
        "checked 2 versions of 2 metrics: 2 failed",
    ]
    assert found.code == found.json["exit_code"] == 1
    first = found.json["findings"][0]
    assert (first["rule"], first["metric"], first["path"], first["line"]) == (
        "meaning_changed",
        OPPORTUNITY,
        file,
        line,
    )
    assert first["changes"][0]["parts"] == [
        {
            "before": "anchored.next_outcome_at < anchored.window_ends_at",
            "after": "anchored.next_outcome_at <= anchored.window_ends_at",
        }
    ]


@pytest.mark.slow
def test_a_check_of_some_versions_looks_at_those_only(bench: Bench) -> None:
    with bench.edited(SWEETENED):
        assert metrics(bench, "check", "won").code == 0
        assert metrics(bench, "check", "opportunity@1").code == 1
        unknown = metrics(bench, "check", "oportunity")
    assert unknown.code == 2
    assert "no metric 'oportunity'" in unknown.err
    assert "did you mean 'opportunity'?" in unknown.err


@pytest.mark.slow
def test_a_lock_that_is_refused_ends_with_2_and_writes_nothing(bench: Bench) -> None:
    before = (bench.root / "metrics.lock").read_bytes()
    with bench.edited(SWEETENED):
        done = metrics(bench, "lock")
    assert done.code == 2
    assert "opportunity@1 is released (active) and its definition and meaning changed" in done.err
    assert (bench.root / "metrics.lock").read_bytes() == before


def test_list_says_which_version_is_the_metric_today(bench: Bench) -> None:
    listed = metrics(bench, "list", "--json").json
    assert [(r["metric"], r["version"], r["status"], r["is_current"]) for r in listed] == [
        ("opportunity", 1, "active", True),
        ("won", 1, "active", True),
    ]
    assert all(r["locked_at"] and r["owner"] and r["description"] for r in listed)
    assert "opportunity" in metrics(bench, "list").out


def test_show_gives_a_definition_with_its_defaults_and_what_its_lock_rests_on(bench: Bench) -> None:
    shown = metrics(bench, "show", "won", "--json").json
    assert shown["definition"]["kind"] == "attempt"
    assert shown["definition"]["cohorts"]["grains"] == ["month", "quarter"]
    assert "metric_conversations" in shown["lock"]["models"]
    assert "outcome_stages" in shown["lock"]["seeds"]
    text = metrics(bench, "show", WON).out
    assert text.startswith("won@1 (active), vars.yml:")
    assert "half_life_days: 7.0" in text


def test_the_shipped_schema_is_the_one_that_the_command_prints() -> None:
    printed = convsql("metrics", "schema").out
    assert (ROOT / "convsql/metrics.schema.json").read_text(encoding="utf-8") == printed
    schema = json.loads(printed)
    definition = schema["$defs"]["MetricDefinition"]
    assert {"name", "version", "outcome", "window_days"} == set(definition["required"])
    assert all(field.get("description") for field in definition["properties"].values())


def test_a_project_without_metrics_has_nothing_to_check_or_lock(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: tiny\nversion: 1.0.0\nprofile: tiny\n")
    (tmp_path / "profiles.yml").write_text(
        "tiny:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: tiny.duckdb, schema: main, threads: 1}\n"
    )
    where = ("--project-dir", str(tmp_path))
    assert convsql("metrics", "check", *where).code == 0
    locked = convsql("metrics", "lock", *where)
    assert locked.code == 2
    assert "there is no metric to lock" in locked.err
