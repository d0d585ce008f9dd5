"""The tables built of the shared data: row by row as the reading has them, their rates as statsmodels and lifelines do."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

import pytest
from lifelines import KaplanMeierFitter
from statsmodels.stats.proportion import proportion_confint

from tests.spec.properties.compare import first_difference
from tests.spec.properties.harness import build
from tests.spec.reference.columns import INPUTS, Rows
from tests.spec.reference.metrics import metric_of
from tests.spec.reference.reading import read
from tests.spec.reference.shared import SHARED, twilio, world_of
from tests.spec.reference.world import World

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the shared data are not at {SHARED}")

CASES = (
    pytest.param("bpi2012_sample", None, marks=pytest.mark.slow),
    pytest.param("bpi2012_sample", "case", marks=pytest.mark.slow),
    pytest.param("ibm_twitter_care", None, marks=pytest.mark.slow),
    pytest.param("ibm_twitter_care", "gap_24h", marks=pytest.mark.slow),
    ("connectors", None),
)
SETS = (["persona"], ["response_band", "source"])
DAY = timedelta(days=1)


@cache
def world(folder: str, variant: str | None) -> World:
    """The world, its cohorts cut more finely than its own variables ask."""
    found = twilio() if folder == "connectors" else world_of(folder, variant)
    found.typed = folder != "connectors"
    for metric in found.metrics:
        metric["cohorts"] = {"grains": ["month"], "by": [[], *SETS]}
    return found


@cache
def tables(folder: str, variant: str | None) -> dict[str, Rows]:
    if folder == "connectors":
        return build(world(folder, variant))
    files = {name: SHARED / folder / f"{name}.parquet" for name in INPUTS}
    raw = {name: f"read_parquet('{path}')" for name, path in files.items() if path.exists()}
    return build(world(folder, variant), raw=raw)


@pytest.mark.parametrize(("folder", "variant"), CASES)
def test_every_row_is_that_of_the_reading(folder: str, variant: str | None) -> None:
    difference = first_difference(read(world(folder, variant)), tables(folder, variant))
    assert difference is None, str(difference)


@pytest.mark.parametrize(("folder", "variant"), CASES)
def test_limits_of_built_rates_are_those_of_statsmodels(folder: str, variant: str | None) -> None:
    for row in tables(folder, variant)["cohort_rates"]:
        if row["matured"]:
            want = proportion_confint(row["matured_converted"], row["matured"], alpha=0.05, method="wilson")
            assert (row["rate_low"], row["rate_high"]) == pytest.approx(want, abs=1e-12)
        else:
            assert (row["rate_low"], row["rate_high"]) == (None, None)


@pytest.mark.parametrize(("folder", "variant"), CASES[:4])
def test_built_projections_are_those_of_lifelines(folder: str, variant: str | None) -> None:
    built = tables(folder, variant)
    clocks = {row["outcome"]: row["complete_at"] for row in built["outcome_clocks"]}
    for metric in map(metric_of, world(folder, variant).metrics):
        complete_at = clocks[metric.outcome]
        seen = [
            lasted(row["anchor_at"], row["converted_at"], complete_at, metric.window)
            for row in built["metric_conversations"]
            if (row["metric"], row["metric_version"]) == (metric.name, metric.version)
            and row["eligibility"] == "eligible"
            and row["anchor_at"] < complete_at
        ]
        fitter = KaplanMeierFitter().fit([length / DAY for length, _ in seen], [event for _, event in seen])
        (row,) = (
            row
            for row in built["cohort_rates"]
            if (row["metric"], row["metric_version"]) == (metric.name, metric.version)
            and (row["cohort_grain"], row["cohort_by"]) == ("all", "all")
        )
        assert row["projected_rate"] == pytest.approx(1 - fitter.survival_function_.iloc[-1, 0], abs=1e-9)
        if row["projected_low"] is not None:
            high, low = 1 - fitter.confidence_interval_.iloc[-1]
            assert (row["projected_low"], row["projected_high"]) == pytest.approx((low, high), abs=1e-9)
        curve = [
            row
            for row in built["cohort_curves"]
            if (row["metric"], row["metric_version"], row["cohort_grain"]) == (metric.name, metric.version, "all")
        ]
        for row in curve:
            time = timedelta(microseconds=row["elapsed_us"]) / DAY
            assert row["converted_share"] == pytest.approx(1 - fitter.predict(time), abs=1e-9)
            events = fitter.event_table.loc[time]
            assert (row["at_risk"], row["converted"]) == (events["at_risk"], events["observed"])
            high, low = 1 - fitter.confidence_interval_.loc[time]
            if row["share_low"] is not None:
                assert (row["share_low"], row["share_high"]) == pytest.approx((low, high), abs=1e-9)
        assert {row["elapsed_us"] for row in curve} == {length // timedelta(microseconds=1) for length, _ in seen}


def lasted(
    anchor_at: datetime, converted_at: datetime | None, complete_at: datetime, window: timedelta
) -> tuple[timedelta, bool]:
    """How long a conversation was watched, and whether it converted then."""
    if converted_at is not None and converted_at <= complete_at:
        return converted_at - anchor_at, True
    return min(window, complete_at - anchor_at), False
