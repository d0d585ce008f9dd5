"""The rate by the length of the window (section 4): `window_sensitivity`.

> `window_sensitivity` (the rate at 7, 14, 30, 60, 90 days over conversations matured for the longest)

The windows are those of the variable `sensitivity_windows`; eligibility stays what the metric makes it.
"""

from __future__ import annotations

from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson
from tests.spec.reference.rates import Measured
from tests.spec.reference.values import days
from tests.spec.reference.world import World


def window_sensitivity(world: World, measured: Measured) -> Rows:
    """The rows of one metric version, one a window."""
    windows = sorted({float(each) for each in world.setting("sensitivity_windows", [7, 14, 30, 60, 90])})
    complete_at = measured.complete_at
    waits = [
        None if each.next_outcome_at is None else each.next_outcome_at - each.anchor_at
        for each in measured.subjects
        if each.is_eligible
        and each.anchor_at is not None
        and complete_at is not None
        and each.anchor_at + days(windows[-1]) <= complete_at
    ]
    counts = [sum(wait is not None and wait < days(window) for wait in waits) for window in windows]
    rows: Rows = []
    for n, (window, converted) in enumerate(zip(windows, counts, strict=True)):
        limits = wilson(converted, len(waits), world.confidence)
        row: Row = {
            "metric": measured.metric.name,
            "metric_version": measured.metric.version,
            "window_days": window,
            "metric_window_days": measured.metric.window / days(1),
            "is_own_window": measured.metric.window == days(window),
            "matured": len(waits),
            "converted": converted,
            "added_converted": converted - (counts[n - 1] if n else 0),
            "conversion_rate": converted / len(waits) if waits else None,
            "rate_low": limits and limits[0],
            "rate_high": limits and limits[1],
            "share_of_longest": converted / counts[-1] if counts[-1] else None,
            "is_small": len(waits) < 30,
        }
        rows.append(row)
    return rows
