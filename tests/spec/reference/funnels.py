"""Funnels (section 4): `funnel_steps` and `funnel_rates`.

> `funnel_rates` (attempt → reached → two-way → …; step and cumulative rates; the bottleneck against benchmark and against the
> cohort's own history)

A step is reached at or after the one before and within its window, half open, from that or from the start; in a funnel that is
not strict at or after the start and within its window from there. Each is counted over the conversations that began long enough
before every clock it rests on.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor
from typing import Any

from tests.spec.reference.cohorts import DIMENSIONS, period_end, period_of, response_band, timing_window
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import newcombe, wilson
from tests.spec.reference.metrics import KIND_COLUMNS
from tests.spec.reference.values import days, seconds


@dataclass
class Walk:
    """One conversation's way through a funnel: when it reached each step, or null."""

    row: Row
    reached: list[datetime | None]


def walk(funnel: Row, row: Row, outcomes: Rows) -> Walk | None:
    """None where the conversation never began it."""
    is_strict = funnel.get("strict", True)
    unit = f"{funnel.get('unit', 'contact')}_id"
    began_at = row[KIND_COLUMNS[funnel["steps"][0]["kind"]]]
    if began_at is None:
        return None
    reached: list[datetime | None] = [began_at]
    for step in funnel["steps"][1:]:
        after = reached[-1] if is_strict else began_at
        if after is None:
            reached.append(None)
            continue
        is_from_start = step.get("from") == "start" or not is_strict
        ends_at = (began_at if is_from_start else after) + days(step.get("window_days", 30))
        if "kind" in step:
            times = [row[KIND_COLUMNS[step["kind"]]]]
        else:
            times = [
                each["occurred_at"]
                for each in outcomes
                if each["outcome"] == step["outcome"] and each[unit] is not None and each[unit] == row[unit]
            ]
        reached.append(min((at for at in times if at is not None and after <= at < ends_at), default=None))
    return Walk(row, reached)


def horizons(funnel: Row) -> list[timedelta]:
    """How long after the start each step can be reached at the latest."""
    found = [timedelta()]
    for step in funnel["steps"][1:]:
        window = days(step.get("window_days", 30))
        is_from_start = step.get("from") == "start" or not funnel.get("strict", True)
        found.append(max(found[-1], window) if is_from_start else found[-1] + window)
    return found


def known(funnel: Row, clocks: dict[str, datetime | None]) -> list[datetime | None]:
    """Up to when each step is known; `clocks` by outcome, and of messages under `messages`."""
    found: list[datetime | None] = []
    names = ["messages"]
    for step in funnel["steps"]:
        names += [step["outcome"]] if "outcome" in step else []
        each = [clocks.get(name) for name in names]
        found.append(None if None in each else min(at for at in each if at is not None))
    return found


def percentile(values: list[float], share: float) -> float | None:
    """Linear between the two nearest."""
    if not values:
        return None
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low, high = ordered[floor(at)], ordered[ceil(at)]
    return low + (high - low) * (at - floor(at))


def value_of(row: Row, name: str, zone: str) -> str:
    if name == "response_band":
        return response_band(row)
    if name == "timing_window":
        return timing_window(row["started_at"], zone)
    return "unknown" if row[name] is None else str(row[name])


def funnel_rates(
    funnel: Row, rows: Rows, outcomes: Rows, clocks: dict[str, datetime | None], ranges: dict[str, tuple[float, float]], zone: str, confidence: float
) -> Rows:  # fmt: skip
    """The rows of one funnel; `ranges` by name of the step."""
    walks = [found for row in rows if (found := walk(funnel, row, outcomes)) is not None]
    found_rows: Rows = []
    for names in sorted({tuple(sorted(set(each))) for each in funnel.get("by") or [[]]}):
        for grain in [*(funnel.get("grains") or ["month"]), "all"]:
            cohorts: dict[Any, list[Walk]] = defaultdict(list)
            for each in walks:
                began_at = each.reached[0]
                assert began_at is not None
                values = tuple(value_of(each.row, name, zone) for name in names)
                cohorts[period_of(began_at, grain, zone), values].append(each)
            history: dict[Any, tuple[int, int]] = {}
            for period, values in sorted(cohorts, key=lambda key: (str(key[0]), key[1])):
                key = {
                    "funnel": funnel["name"],
                    "cohort_grain": grain,
                    "cohort_period": period,
                    "cohort_by": "+".join(names) or "all",
                    **dict.fromkeys(DIMENSIONS),
                    **dict(zip(names, values, strict=True)),
                }
                steps = _steps(funnel, cohorts[period, values], clocks, confidence)
                for n, row in enumerate(steps):
                    at = known(funnel, clocks)[n]
                    row["is_complete"] = (
                        period is not None
                        and row["matured"] == row["conversations"]
                        and at is not None
                        and period_end(period, grain, zone) <= at
                    )
                    row |= _history(row, history.get((values, n)) if grain != "all" and n else None, confidence)
                    row |= _benchmark(row, ranges.get(row["step"].lower()) if n else None)
                    if row["is_complete"]:
                        entered, advanced = history.get((values, n), (0, 0))
                        history[values, n] = entered + row["entered"], advanced + row["advanced"]
                _bottlenecks(steps)
                found_rows += [{**key, **row} for row in steps]
    return found_rows


def _steps(funnel: Row, cohort: list[Walk], clocks: dict[str, datetime | None], confidence: float) -> Rows:
    rows: Rows = []
    for n, (step, horizon, known_at) in enumerate(
        zip(funnel["steps"], horizons(funnel), known(funnel, clocks), strict=True)
    ):
        matured = [
            each
            for each in cohort
            if known_at is not None and each.reached[0] is not None and each.reached[0] + horizon <= known_at
        ]
        entered = [each for each in matured if n == 0 or each.reached[n - 1] is not None]
        advanced = [each for each in entered if each.reached[n] is not None]
        reached = [each for each in matured if each.reached[n] is not None]
        of_step, of_all = (wilson(len(a), len(b), confidence) for a, b in ((advanced, entered), (reached, matured)))
        waits = [seconds(each.reached[n] - each.reached[n - 1]) for each in advanced] if n else []  # type: ignore[operator]
        long_waits = [seconds(each.reached[n] - each.reached[0]) for each in reached]  # type: ignore[operator]
        rows.append({
            "step_number": n + 1,
            "step": step["name"],
            "conversations": len(cohort),
            "matured": len(matured),
            "entered": len(entered),
            "advanced": len(advanced),
            "reached": len(reached),
            "step_rate": len(advanced) / len(entered) if entered else None,
            "step_low": of_step and of_step[0],
            "step_high": of_step and of_step[1],
            "cumulative_rate": len(reached) / len(matured) if matured else None,
            "cumulative_low": of_all and of_all[0],
            "cumulative_high": of_all and of_all[1],
            "median_seconds": percentile(waits, 0.5),
            "p90_seconds": percentile(waits, 0.9),
            "median_from_start_seconds": percentile(long_waits, 0.5),
            "p90_from_start_seconds": percentile(long_waits, 0.9),
            "is_small": len(entered) < 30,
        })  # fmt: skip
    return rows


def _history(row: Row, before: tuple[int, int] | None, confidence: float) -> Row:
    found: Row = dict.fromkeys(("history_entered", "history_rate", "history_change", "history_change_low", "history_change_high", "history_verdict"))  # fmt: skip
    if before is None:
        return found
    found["history_entered"] = before[0]
    if not before[0]:
        return found
    found["history_rate"] = before[1] / before[0]
    if row["entered"]:
        low, high = newcombe((row["advanced"], row["entered"]), (before[1], before[0]), confidence)
        found |= {
            "history_change": row["step_rate"] - found["history_rate"],
            "history_change_low": low,
            "history_change_high": high,
            "history_verdict": "worse" if high < 0 else "better" if low > 0 else "undecided",
        }
    return found


def _benchmark(row: Row, between: tuple[float, float] | None) -> Row:
    low, high = between or (None, None)
    verdict = None
    if low is not None and high is not None and row["entered"]:
        is_within = low <= row["step_low"] and row["step_high"] <= high
        verdict = "below" if row["step_high"] < low else "above" if row["step_low"] > high else "within" if is_within else "undecided"  # fmt: skip
    return {"benchmark_low": low, "benchmark_high": high, "benchmark_verdict": verdict}


def _bottlenecks(steps: Rows) -> None:
    for flag, verdict, word, base in (
        ("is_benchmark_bottleneck", "benchmark_verdict", "below", "benchmark_low"),
        ("is_history_bottleneck", "history_verdict", "worse", "history_rate"),
    ):
        failing = [row for row in steps if row[verdict] == word]
        worst = min(failing, key=lambda row: row["step_rate"] / row[base], default=None)
        for row in steps:
            row[flag] = row is worst
