"""With the four required tables alone what rests on other inputs builds too: with the columns of its contract, and empty or marked."""

from __future__ import annotations

import pytest

from tests.models.comparisons.alone import columns_of
from tests.spec.edges.small_worlds import from_rep, message, won, world
from tests.spec.properties.harness import OnDemand

EMPTY = (
    "conversion_survival",
    "target_attainment",
    "rate_events",
    "handover_rates",
    "pipeline_stages",
    "pipeline_coverage",
    "won_forecast",
    "experiment_monitor",
    "worth_of_a_point",
    "coaching_conversations",
    "reminder_effect",
    "staffing_need",
    "staffing_signal",
    "sending_rules",
    "failure_reasons",
)
"""What has nothing to say of one conversation without seeds, funnels, experiments, states of reps or rules."""
MARKED = {
    "removal_credit": ("verdict", {"too_few"}),
    "season_alerts": ("signal", {None}),
    "coaching_agents": ("verdict", {"too_few"}),
    "rep_ramp": ("verdict", {None, "too_few"}),
    "response_curve": ("trend", {None}),
    "sales_velocity": ("win_rate_change", {None}),
    "contact_centre": ("occupancy", {None}),
}
"""What has rows, and a column that says that nothing can be told."""


@pytest.fixture(scope="module")
def built() -> OnDemand:
    talk = [message("a", 0, body="What is the price?"), from_rep("b", 2), message("c", 3), message("d", 50)]
    return OnDemand(world(talk, [won(4)], until=999))


@pytest.mark.slow
@pytest.mark.parametrize("model", EMPTY)
def test_what_is_not_there_gives_an_empty_table_of_its_columns(built: OnDemand, model: str) -> None:
    assert built[model] == []
    found = {name: kind.lower() for name, kind in built.columns(model).items()}
    assert found == columns_of(model)


@pytest.mark.slow
@pytest.mark.parametrize("model", MARKED)
def test_what_cannot_be_told_is_marked(built: OnDemand, model: str) -> None:
    column, unknown = MARKED[model]
    assert built[model] and {row[column] for row in built[model]} <= unknown
    if model == "contact_centre":
        assert all("states of reps" in row["not_instrumented"] for row in built[model])
