"""Kaplan-Meier and its log-log Greenwood limits against lifelines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from tests.spec.reference.survival import Watched, kaplan_meier, log_log_limits

watched = st.builds(
    Watched,
    st.integers(0, 12).map(lambda hours: timedelta(hours=hours * 6)),
    st.booleans(),
)


@given(seen=st.lists(watched, min_size=1, max_size=60), confidence=st.sampled_from((0.8, 0.95, 0.99)))
def test_kaplan_meier_is_that_of_lifelines(seen: list[Watched], confidence: float) -> None:
    fitter = KaplanMeierFitter(alpha=1 - confidence).fit(
        [each.time / timedelta(hours=1) for each in seen], [each.converted for each in seen]
    )
    survival, greenwood = kaplan_meier(seen)
    assert float(survival) == pytest.approx(fitter.survival_function_.iloc[-1, 0], abs=1e-12)
    limits = log_log_limits(float(survival), greenwood, confidence)
    if survival in (0, 1):
        assert limits is None
    else:
        want = fitter.confidence_interval_.iloc[-1]
        assert limits == pytest.approx((want.iloc[0], want.iloc[1]), abs=1e-9)


def test_events_come_before_censorings_of_the_same_time() -> None:
    day = timedelta(days=1)
    survival, _ = kaplan_meier([Watched(day, True), Watched(day, False)])
    assert survival == pytest.approx(0.5)


def test_an_event_at_once_counts() -> None:
    survival, _ = kaplan_meier([Watched(timedelta(), True), Watched(timedelta(days=1), False)])
    assert survival == pytest.approx(0.5)
