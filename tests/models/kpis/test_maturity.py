"""Stages of maturity, from generated verdicts and from evidence worked by hand."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.comparisons.alone import Alone
from tests.spec.properties.harness import templates
from tests.spec.reference.columns import Row, Rows
from tests.support.examples import examples
from tests.support.root import ROOT

SCORECARD = Alone("maturity_scorecard")
DIMENSIONS = ["definition", "instrumentation", "attribution", "actionability", "governance"]


def checks() -> Rows:
    found: Rows = templates().call("maturity_checks")
    return found


@examples(100)
@given(
    verdicts=st.lists(st.sampled_from(("met", "missing", "unknown")), min_size=len(checks()), max_size=len(checks()))
)
def test_a_stage_is_reached_when_nothing_up_to_it_is_missing(verdicts: list[str]) -> None:
    evidence = [
        {"check_id": each["id"], "dimension": each["dimension"], "check_number": n, "needed_for_stage": each["stage"], "verdict": verdict, "next_step": each["next_step"]}
        for n, (each, verdict) in enumerate(zip(checks(), verdicts, strict=True), 1)
    ]  # fmt: skip
    rows = sorted(SCORECARD.build(maturity_evidence=evidence), key=lambda row: row["dimension_number"])
    assert [row["dimension"] for row in rows] == DIMENSIONS
    for row in rows:
        own = [each for each in evidence if each["dimension"] == row["dimension"]]
        missing = sorted((each["needed_for_stage"], each["check_number"], each["check_id"], each["next_step"]) for each in own if each["verdict"] == "missing")  # fmt: skip
        assert row["stage"] == (missing[0][0] - 1 if missing else 3)
        assert (row["next_check_id"], row["next_step"]) == (missing[0][2:] if missing else (None, None))
        assert row["met_count"] + row["missing_count"] + row["unknown_count"] == len(own)


def test_every_dimension_has_checks_for_both_stages() -> None:
    assert {(each["dimension"], each["stage"]) for each in checks()} == {
        (name, n) for name in DIMENSIONS for n in (2, 3)
    }


WHOLE: dict[str, Rows] = {
    "metric_definitions": [{"metric": "m", "metric_version": 1, "owner": "o", "description": "d", "change_note": "c", "outcome": "won", "strata": "channel", "lock_state": "locked", "review_by": date(2024, 2, 1), "is_current": True}],
    "clocks": [{"as_of": datetime(2024, 2, 1, 23)}],
    "instrumentation_coverage": [{"fact": fact, "coverage": 0.5, "threshold": 0.5} for fact in ("owner", "stage", "disposition", "reply_time")],
    "outcomes": [{"outcome_id": "1", "outcome": "won"}],
    "drop_off_cells": [{"metric": "m", "metric_version": 1, "matured": 1}],
    "window_sensitivity": [{"metric": "m", "metric_version": 1, "matured": 1}],
    "drop_off_reasons": [{"cut_by": "all", "period_grain": "all", "reason": "no_reply", "unconverted": 5}, {"cut_by": "all", "period_grain": "all", "reason": "unexplained", "unconverted": 5}],
    "stg_dispositions": [{"code": "busy"}],
    "map_disposition_categories": [{"code": "busy", "category": "no_answer"}],
    "disposition_audit": [{"category": "all", "reviewed": 30}],
    "targets": [{"metric": "m", "target": 1}],
    "won_forecast": [{"forecast_id": "1", "metric": "m", "backtests": 5, "coverage_95": 0.8}],
    "events": [{"event_id": "e"}],
}  # fmt: skip
FUNNEL: Row = {"name": "f", "steps": [{"name": "a", "kind": "attempt"}, {"name": "b", "kind": "reached"}]}
EVIDENCE = Alone("maturity_evidence", inputs=["reps"], funnels=[FUNNEL], slow_follow_up_minutes=5)


def verdicts(model: Alone = EVIDENCE, **changed: Rows) -> dict[str, str]:
    found = model.build(**{**WHOLE, **changed})
    assert [row["check_id"] for row in sorted(found, key=lambda row: row["check_number"])] == [
        c["id"] for c in checks()
    ]
    return {row["check_id"]: row["verdict"] for row in found}


def test_evidence_for_everything_but_what_only_the_runner_knows() -> None:
    found = verdicts()
    assert {name for name, verdict in found.items() if verdict != "met"} == {"assertions_run", "restatements_recorded"}
    assert {found["assertions_run"], found["restatements_recorded"]} == {"unknown"}


def definition(**columns: object) -> Rows:
    return [{**WHOLE["metric_definitions"][0], **columns}]


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"metric_definitions": definition(owner=None)}, {"definitions_explained"}),
        ({"metric_definitions": definition(lock_state="unlocked")}, {"definitions_locked"}),
        ({"metric_definitions": definition(lock_state="changed")}, {"definitions_locked", "definitions_unchanged"}),
        ({"metric_definitions": definition(review_by=None)}, {"definitions_reviewed"}),
        ({"metric_definitions": definition(review_by=date(2024, 1, 31))}, {"definitions_reviewed"}),
        ({"metric_definitions": definition(strata=None)}, {"strata_declared"}),
        ({"outcomes": []}, {"outcomes_seen"}),
        ({"drop_off_cells": []}, {"conversations_matured"}),
        ({"window_sensitivity": [{"metric": "m", "metric_version": 1, "matured": 0}]}, {"windows_compared"}),
        ({"map_disposition_categories": []}, {"codes_mapped"}),
        ({"disposition_audit": [{"category": "all", "reviewed": 29}]}, {"dispositions_audited"}),
        ({"targets": []}, {"targets_set"}),
        ({"targets": [], "amount_targets": [{"period_grain": "month", "amount": 1}]}, set()),
        ({"won_forecast": [{"forecast_id": "1", "metric": "m", "backtests": 5, "coverage_95": 0.8}, {"forecast_id": "2", "metric": "n", "backtests": 5, "coverage_95": 0.79}]}, {"forecast_tried"}),
        ({"events": []}, {"events_recorded"}),
        ({"events": [], "stg_operational_changes": [{"change_id": "c"}]}, set()),
        ({"drop_off_reasons": [{"cut_by": "all", "period_grain": "all", "reason": "unexplained", "unconverted": 1}]}, {"drop_off_explained"}),
        ({"instrumentation_coverage": [*WHOLE["instrumentation_coverage"][:3], {"fact": "reply_time", "coverage": 0.49, "threshold": 0.5}]}, {"reply_time_covered"}),
        ({"instrumentation_coverage": [*WHOLE["instrumentation_coverage"][1:], {"fact": "owner", "coverage": 1.0, "threshold": None}]}, {"owner_covered"}),
    ],
)  # fmt: skip
def test_what_is_taken_away_is_missing(changed: dict[str, Rows], missing: set[str]) -> None:
    assert {name for name, verdict in verdicts(**changed).items() if verdict == "missing"} == missing


def test_where_there_is_nothing_to_judge_by_no_step_is_asked_for() -> None:
    nothing = [{**each, "coverage": None} for each in WHOLE["instrumentation_coverage"]]
    found = verdicts(stg_dispositions=[], disposition_audit=[], instrumentation_coverage=nothing, won_forecast=[{"forecast_id": "1", "metric": "m", "backtests": 0}])  # fmt: skip
    assert [name for name, verdict in found.items() if verdict == "missing"] == []
    for name in ("codes_mapped", "dispositions_audited", "reply_time_covered", "disposition_covered", "forecast_tried"):
        assert found[name] == "unknown"


@pytest.mark.parametrize(("inputs", "asks"), [([], True), (["lifecycle_stages", "dispositions"], False)])
def test_an_input_is_asked_for_where_it_is_not_there(inputs: list[str], asks: bool) -> None:
    with Alone("maturity_evidence", inputs=inputs) as model:
        steps = {row["check_id"]: row["next_step"] for row in model.build(**WHOLE)}
    for name in ("stage_covered", "disposition_covered"):
        assert steps[name].startswith("Bring the input") is asks


def test_variables_are_evidence_too() -> None:
    with Alone("maturity_evidence", capacity_targets=[{"name": "t"}]) as model:
        found = verdicts(model, targets=[])
    missing = {name for name, verdict in found.items() if verdict == "missing"}
    assert missing == {"reps_known", "funnel_declared", "response_target_set"}


def test_the_page_names_every_check() -> None:
    page = (ROOT / "docs/kpis/maturity_scorecard.md").read_text(encoding="utf-8")
    for each in checks():
        assert f"`{each['id']}`" in page
