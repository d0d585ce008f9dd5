"""Rates compared like with like (section 4, second half): `standardised_rates` and `rate_changes`.

> `standardised_rates` (direct standardisation over the metric's strata, the pooled matured mix as the standard, share of the
> standard covered: crude_rate, standardised_rate, coverage), `rate_changes` (Kitagawa between a period whose `all` row is
> complete with matured > 0 and the next such one: …; rate effect Σ (w₁+w₂)/2·(r₂−r₁) + mix effect Σ (r₁+r₂)/2·(w₂−w₁) = the
> change, exactly; a stratum absent on one side takes the other side's rate; neither table has rows for grain `all` or a
> metric without strata)

The standard is pooled over all of the metric version, so that any two rows can be compared. Limits are by variance
recovery from Wilson's. The definition effect is read against the greatest lower version.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from math import sqrt

from tests.spec.reference.cohorts import DIMENSIONS, LATE_DIMENSIONS, dimension, period_of
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import newcombe, wilson
from tests.spec.reference.metrics import Subject
from tests.spec.reference.rates import Measured
from tests.spec.reference.world import World

Counts = dict[tuple[str, ...], tuple[int, int]]
"""Stratum → matured, converted of them."""


def counts(world: World, measured: Measured, found: list[Subject]) -> Counts:
    strata: dict[tuple[str, ...], list[Subject]] = defaultdict(list)
    for each in found:
        if each.is_matured:
            names = sorted(set(measured.metric.strata))
            strata[tuple(dimension(each, name, world.timezone) for name in names)].append(each)
    return {key: (len(of), sum(each.status == "converted" for each in of)) for key, of in strata.items()}


def rate(count: tuple[int, int]) -> Fraction:
    return Fraction(count[1], count[0])


def distance(world: World, weight: Fraction, count: tuple[int, int], side: int) -> float:
    """The square of a weighted Wilson half width: side 0 below, 1 above."""
    limits = wilson(count[1], count[0], world.confidence)
    assert limits is not None
    return float(weight**2) * (float(rate(count)) - limits[side]) ** 2


def of_cohort(world: World, measured: Measured, row: Row) -> list[Subject]:
    """The eligible conversations of a row of cohort_rates."""
    names = [name for name in DIMENSIONS if row[name] is not None]
    return [
        each
        for each in measured.subjects
        if each.is_eligible
        and each.anchor_at is not None
        and period_of(each.anchor_at, row["cohort_grain"], world.timezone) == row["cohort_period"]
        and all(dimension(each, name, world.timezone) == row[name] for name in names)
    ]


def _uses_late_facts(measured: Measured, row: Row) -> bool:
    return row["uses_late_facts"] or any(name in LATE_DIMENSIONS for name in measured.metric.strata)


def standardised_rates(world: World, measured: Measured, rates: Rows) -> Rows:
    """The rows of `standardised_rates` of one metric version, of its rows of cohort_rates."""
    if not measured.metric.strata:
        return []
    standard = {key: count[0] for key, count in counts(world, measured, measured.subjects).items()}
    rows: Rows = []
    for row in rates:
        if row["cohort_grain"] == "all":
            continue
        own = counts(world, measured, of_cohort(world, measured, row))
        covered = sum(standard[key] for key in own)
        coverage = Fraction(covered, sum(standard.values())) if standard else None
        found: Row = {"crude_rate": row["conversion_rate"], "coverage": None if coverage is None else float(coverage)}
        found |= dict.fromkeys(("standardised_rate", "standardised_low", "standardised_high"))
        if own:
            mean = float(sum((standard[key] * rate(count) for key, count in own.items()), Fraction(0)) / covered)
            below, above = (
                sqrt(sum(distance(world, Fraction(standard[key], covered), own[key], side) for key in own))
                for side in (0, 1)
            )
            found |= {
                "standardised_rate": mean,
                "standardised_low": mean - below,
                "standardised_high": mean + above,
            }
        found["refusal"] = _refusal(world, row, coverage)
        found["is_comparable"] = found["refusal"] is None
        kept = {name: row[name] for name in (*_KEY, "matured", "matured_converted", "is_complete", "is_small")}
        rows.append({**kept, **found, "uses_late_facts": _uses_late_facts(measured, row)})
    return rows


_KEY = ("metric", "metric_version", "cohort_grain", "cohort_period", "cohort_by", *DIMENSIONS)


def _refusal(world: World, row: Row, coverage: Fraction | None) -> str | None:
    if not row["matured"]:
        return "nothing_matured"
    if not row["is_complete"]:
        return "incomplete"
    minimum = world.setting("minimum_coverage", 0.8)
    return "coverage" if coverage is None or float(coverage) < minimum else None


def comparable(rates: Rows) -> Rows:
    """The `all` rows that are complete and have a matured conversation."""
    return [
        row
        for row in rates
        if row["cohort_by"] == "all" and row["cohort_grain"] != "all" and row["is_complete"] and row["matured"]
    ]


def rate_changes(world: World, measured: Measured, rates: Rows, versions: dict[int, Rows]) -> Rows:
    """The rows of `rate_changes` of one metric version; `versions` has the rows of cohort_rates of each version of the metric."""
    if not measured.metric.strata:
        return []
    lower = [version for version in versions if version < measured.metric.version]
    previous_version = max(lower, default=None)
    by_grain: dict[str, Rows] = defaultdict(list)
    for row in sorted(comparable(rates), key=lambda row: row["cohort_period"]):
        by_grain[row["cohort_grain"]].append(row)
    rows: Rows = []
    for of_grain in by_grain.values():
        for before, after in pairwise(of_grain):
            earlier = [
                row["conversion_rate"]
                for row in comparable(versions.get(previous_version or 0, []))
                if (row["cohort_grain"], row["cohort_period"]) == (before["cohort_grain"], before["cohort_period"])
            ]
            rows.append({
                "metric": after["metric"],
                "metric_version": after["metric_version"],
                "cohort_grain": after["cohort_grain"],
                "cohort_period": after["cohort_period"],
                "previous_period": before["cohort_period"],
                "previous_version": previous_version,
                "matured_before": before["matured"],
                "matured_after": after["matured"],
                **_change(world, before, after),
                **_effects(world, measured, before, after),
                "rate_before_by_previous_version": earlier[0] if earlier else None,
                "definition_effect": before["conversion_rate"] - earlier[0] if earlier else None,
                "uses_late_facts": _uses_late_facts(measured, after),
            })  # fmt: skip
    return rows


def _change(world: World, before: Row, after: Row) -> Row:
    limits = newcombe(
        (after["matured_converted"], after["matured"]),
        (before["matured_converted"], before["matured"]),
        world.confidence,
    )
    return {
        "rate_before": before["conversion_rate"],
        "rate_after": after["conversion_rate"],
        "rate_change": after["conversion_rate"] - before["conversion_rate"],
        "change_low": limits[0],
        "change_high": limits[1],
    }


def _effects(world: World, measured: Measured, before: Row, after: Row) -> Row:
    early, late = (counts(world, measured, of_cohort(world, measured, row)) for row in (before, after))
    rate_effect = mix_effect = Fraction(0)
    below = above = 0.0
    for key in {**early, **late}:
        one, two = early.get(key), late.get(key)
        w1 = Fraction(one[0] if one else 0, before["matured"])
        w2 = Fraction(two[0] if two else 0, after["matured"])
        r1, r2 = rate(one or two or (1, 0)), rate(two or one or (1, 0))
        weight = (w1 + w2) / 2
        rate_effect += weight * (r2 - r1)
        mix_effect += (r1 + r2) / 2 * (w2 - w1)
        if one and two:
            below += distance(world, weight, one, 1) + distance(world, weight, two, 0)
            above += distance(world, weight, one, 0) + distance(world, weight, two, 1)
    return {
        "rate_effect": float(rate_effect),
        "rate_effect_low": float(rate_effect) - sqrt(below),
        "rate_effect_high": float(rate_effect) + sqrt(above),
        "mix_effect": float(mix_effect),
        "strata": len({**early, **late}),
        "one_sided_strata": len(set(early) ^ set(late)),
    }
