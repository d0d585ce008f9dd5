"""With the four required tables alone every KPI builds: empty, or with what it can't know marked; and the scorecard says what to bring next."""

from __future__ import annotations

import pytest

from tests.spec.edges.small_worlds import from_rep, message, won, world
from tests.spec.properties.harness import OnDemand
from tests.spec.reference.columns import Rows
from tests.support.root import ROOT

MODELS = sorted(file.stem for file in (ROOT / "models" / "kpis").glob("*.sql"))
EMPTY = {
    "disposition_audit",
    "disposition_sample",
    "audited_rates",
    "sentiment_cells",
    "sentiment_rates",
    "rep_spans",
    "staffing_signal",
    "reminder_effect",
    "failure_reasons",
}
"""Tables that rest on nothing but what is not there."""


@pytest.fixture(scope="module")
def built() -> OnDemand:
    talk = [message("a", 0, body="What is the price?"), from_rep("b", 2), message("c", 3), message("d", 50)]
    return OnDemand(world(talk, [won(4)], until=999))


@pytest.mark.parametrize("model", MODELS)
def test_every_kpi_builds(built: OnDemand, model: str) -> None:
    rows: Rows = built[model]
    assert not rows or model not in EMPTY


def test_what_needs_only_the_required_tables_is_there(built: OnDemand) -> None:
    for model in ("agent_performance", "drop_off_reasons", "customer_value", "maturity_scorecard"):
        assert built[model], model


def test_what_is_not_known_is_null_and_not_nothing(built: OnDemand) -> None:
    (rep,) = (
        row for row in built["agent_performance"] if row["agent_kind"] == "human" and row["period_grain"] == "all"
    )
    assert (rep["team"], rep["pause_count"], rep["pause_seconds"]) == ("unknown", None, None)
    dark = {row["reason"] for row in built["drop_off_reasons"] if not row["is_instrumented"]}
    assert {"incorrect_routing", "not_actionable"} <= dark


def test_the_scorecard_says_what_to_instrument_next(built: OnDemand) -> None:
    rows = {row["dimension"]: row for row in built["maturity_scorecard"]}
    own = rows["instrumentation"]
    assert own["stage"] < 3
    missing = {row["check_id"] for row in built["maturity_evidence"] if row["verdict"] == "missing"}
    assert {"stage_covered", "disposition_covered", "reps_known"} <= missing
    assert own["next_check_id"] in missing and "Bring the input" in own["next_step"]
