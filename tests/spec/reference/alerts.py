"""Signals on complete cohorts (section 4): `rate_alerts`.

> `rate_alerts` (p-chart limits from earlier complete cohorts only, Laney's correction where overdispersed, exact binomial where n
> is small; an `operational_changes` row restarts the baseline)

The baseline is the last `alert_baseline_cohorts` cohorts before; fewer than `alert_minimum_cohorts` give no limits. A cohort with
a change inside its period is of no regime. n is small where fewer than five conversions or failures are expected; the exact
test adds half a hit and half a miss to the baseline, and its limits are the least and the greatest share that is no signal.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from math import pi, sqrt
from statistics import fmean

from scipy.stats import binom

from tests.spec.reference.cohorts import DIMENSIONS, local, period_end
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.world import World

KEY = ("metric", "metric_version", "cohort_grain", "cohort_by", *DIMENSIONS)
TAIL = 0.00135


def rate_alerts(world: World, rates: Rows, metrics: set[str], changes: Rows) -> Rows:
    """Every judged cohort, of rows of cohort_rates; `metrics` are the names of all metrics."""
    series: dict[tuple[object, ...], Rows] = defaultdict(list)
    for row in sorted(rates, key=lambda row: str(row["cohort_period"])):
        if row["cohort_grain"] != "all" and row["is_complete"] and row["matured"]:
            series[tuple(row.get(name) for name in KEY)].append(row)
    named: dict[tuple[object, ...], set[object]] = defaultdict(set)
    for key in series:
        named[key[:2] + key[3:4]].update(key[4:])
    found: Rows = []
    for key, points in series.items():
        own = [each for each in changes if _applies(each, key, metrics, named[key[:2] + key[3:4]])]
        found += _judged(world, points, own)
    return found


def _applies(change: Row, key: tuple[object, ...], metrics: set[str], named: set[object]) -> bool:
    scope = change["scope"]
    if scope is None:
        return True
    if scope in metrics and scope != key[0]:
        return False
    return scope in key[4:] or scope not in named


def _judged(world: World, points: Rows, changes: Rows) -> Rows:
    regimes: dict[int, Rows] = defaultdict(list)
    found: Rows = []
    before: str | None = None
    for point in points:
        row, regime, is_mixed = _placed(world, point, changes)
        baseline = [] if is_mixed else regimes[regime][-world.setting("alert_baseline_cohorts", 25) :]
        row["baseline_cohorts"] = len(baseline)
        row |= dict.fromkeys(("no_limits_because", "centre", "sigma_z", "method", "lower_limit", "upper_limit", "lower_tail", "upper_tail", "signal"))  # fmt: skip
        row["side"] = None
        if is_mixed:
            row["no_limits_because"] = "change_inside"
        elif len(baseline) < world.setting("alert_minimum_cohorts", 8):
            row["no_limits_because"] = "too_few_cohorts"
        else:
            row |= _limits(point, baseline)
            row["signal"] = _signal(world, point, row, regimes[regime])
        if not is_mixed:
            regimes[regime].append(row)
        row["is_new_signal"] = row["signal"] is not None and row["signal"] != before
        row["asks_for_rebenchmark"] = row["change_ids"] is not None and row["centre"] is None
        before = row["signal"]
        found.append(row)
    return [{name: value for name, value in row.items() if name != "side"} for row in found]


def _placed(world: World, point: Row, changes: Rows) -> tuple[Row, int, bool]:
    zone = world.timezone
    period = point["cohort_period"]
    starts_at = datetime(period.year, period.month, period.day)
    ends_at = local(period_end(period, point["cohort_grain"], zone), zone)
    at = {each["change_id"]: local(each["effective_at"], zone) for each in changes}
    past = {name: when for name, when in at.items() if when < ends_at}
    last = max(past.values(), default=None)
    row = {
        "cohort_id": point["cohort_id"],
        "matured": point["matured"],
        "matured_converted": point["matured_converted"],
    }
    row["change_ids"] = ", ".join(sorted(name for name, when in past.items() if when == last)) or None
    return row, len(past), last is not None and last > starts_at


def _limits(point: Row, baseline: Rows) -> Row:
    hits, trials = (sum(each[name] for each in baseline) for name in ("matured_converted", "matured"))
    centre = Fraction(hits, trials)
    n, k = point["matured"], point["matured_converted"]
    row: Row = {"centre": float(centre), "side": (Fraction(k, n) > centre) - (Fraction(k, n) < centre)}
    sigma = None
    if 0 < centre < 1 and len(baseline) > 1:
        spread = float(centre * (1 - centre))
        scores = [
            (each["matured_converted"] / each["matured"] - float(centre)) / sqrt(spread / each["matured"])
            for each in baseline
        ]
        sigma = fmean(abs(late - early) for early, late in pairwise(scores)) / (2 / sqrt(pi))
    row["sigma_z"] = sigma
    if min(centre, 1 - centre) * n < 5:
        chance = (hits + 0.5) / (trials + 1)
        row["method"] = "exact_binomial"
        row["lower_tail"] = float(binom.cdf(k, n, chance))
        row["upper_tail"] = float(binom.sf(k - 1, n, chance))
        row["lower_limit"] = next(count for count in range(n + 1) if binom.cdf(count, n, chance) >= TAIL) / n
        row["upper_limit"] = next(count for count in range(n, -1, -1) if binom.sf(count - 1, n, chance) >= TAIL) / n
        return row
    row["method"] = "laney" if sigma is not None and sigma > 1 else "p_chart"
    half = 3 * max(1.0, sigma or 1.0) * sqrt(float(centre * (1 - centre)) / n)
    row["lower_limit"], row["upper_limit"] = max(0.0, float(centre) - half), min(1.0, float(centre) + half)
    return row


def _signal(world: World, point: Row, row: Row, regime: Rows) -> str | None:
    rate = point["matured_converted"] / point["matured"]
    if row["method"] == "exact_binomial":
        beyond = (row["upper_tail"] < TAIL) - (row["lower_tail"] < TAIL)
    else:
        beyond = (rate > row["upper_limit"]) - (rate < row["lower_limit"])
    if beyond:
        return "above_limit" if beyond > 0 else "below_limit"
    length = world.setting("alert_run_length", 9)
    sides = [each["side"] for each in [*regime, row]][-length:]
    if len(sides) == length and set(sides) in ({1}, {-1}):
        return "run_above" if sides[0] > 0 else "run_below"
    return None
