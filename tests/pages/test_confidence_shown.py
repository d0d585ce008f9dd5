"""The confidence that is shown with published intervals is that of their build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from statsmodels.stats.proportion import proportion_confint

from convsql.rates.confidence import confidence_of
from tests.support import convsql


def row(hits: int, n: int, confidence: float) -> dict[str, Any]:
    low, high = proportion_confint(hits, n, alpha=1 - confidence, method="wilson") if n else (None, None)
    return {"matured": n, "matured_converted": hits, "rate_low": low, "rate_high": high}


@pytest.mark.parametrize("confidence", [0.001, 0.5, 0.8, 0.95, 0.999, 0.999999])
@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (1, 2), (13, 100), (0, 40), (40, 40), (600, 12_345)])
def test_intervals_tell_their_own_confidence(hits: int, n: int, confidence: float) -> None:
    rows = [row(0, 0, confidence), row(hits, n, confidence)]
    for setting in (confidence, None, 0.9):
        assert confidence_of(rows, setting) == pytest.approx(confidence, abs=2e-6)
    assert confidence_of(rows, confidence) == confidence  # as it is written


def test_the_setting_stands_where_no_rate_has_an_interval() -> None:
    assert confidence_of([row(0, 0, 0.5)], 0.8) == 0.8
    assert confidence_of([], None) == 0.95


@pytest.mark.parametrize("command", ["rates", "explain"])
@pytest.mark.parametrize("setting", ["null", "0.5"])
def test_a_setting_that_was_changed_after_the_build_does_not_rename_its_intervals(
    demo_project: Path, command: str, setting: str
) -> None:
    """Blank is the default, as everywhere; it was an unforeseen error."""
    given = ("--vars", f"{{confidence: {setting}}}", "--project-dir", str(demo_project))
    done = convsql(command, "conversation_to_opportunity", *given)
    assert (done.code, "95% interval" in done.out) == (0, True), done.err
