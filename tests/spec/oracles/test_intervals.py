"""Wilson's interval against statsmodels, and the worked figure of section 8."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from tests.spec.reference.intervals import wilson

CONFIDENCES = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


def test_wilson_of_13_in_100() -> None:
    assert wilson(13, 100, 0.95) == pytest.approx((0.077572, 0.209804), abs=5e-7)


def test_wilson_of_nothing_is_nothing() -> None:
    assert wilson(0, 0, 0.95) is None


@given(trials=st.integers(1, 5_000), share=st.floats(0, 1), confidence=st.sampled_from(CONFIDENCES))
def test_wilson_is_that_of_statsmodels(trials: int, share: float, confidence: float) -> None:
    successes = round(trials * share)
    found = wilson(successes, trials, confidence)
    assert found is not None
    want = proportion_confint(successes, trials, alpha=1 - confidence, method="wilson")
    assert found == pytest.approx(want, abs=1e-12)
    assert 0 <= found[0] <= successes / trials <= found[1] <= 1
