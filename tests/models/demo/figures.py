"""Counts over the built demo, and the few statistics that hold a story."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any, NamedTuple

import duckdb
from statsmodels.stats.proportion import proportions_ztest

from tests.support.root import ROOT


class Counts(NamedTuple):
    """Matured conversations, or other trials, and those of them that converted."""

    converted: int
    matured: int

    @property
    def rate(self) -> float:
        return self.converted / self.matured


class Split(NamedTuple):
    """A change of a rate in its parts (Kitagawa), and the rate effect in its own standard errors."""

    before: float
    after: float
    rate_effect: float
    mix_effect: float
    z: float


DEFAULT_SEED = 7


@dataclass(frozen=True, slots=True)
class Built:
    """The demo of one seed after `convsql build`."""

    seed: int
    tables: duckdb.DuckDBPyConnection

    @property
    def least_z(self) -> float:
        """By how much a true effect must stand out: the default seed is the one that people see."""
        return 4.0 if self.seed == DEFAULT_SEED else 3.0

    def rows(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        return self.tables.execute(sql, list(parameters)).fetchall()

    def records(self, sql: str, *parameters: object) -> list[dict[str, Any]]:
        """The same rows, by the names of their columns."""
        answer = self.tables.execute(sql, list(parameters))
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def counts(self, metric: str, where: str) -> Counts:
        """Matured eligible conversations of the metric's active version (or its only one) for which ``where`` is true."""
        ((converted, matured),) = self.tables.execute(
            f"""
            select count(*) filter (judged.status = 'converted'), count(*)
            from metric_conversations as judged
            join conversations using (conversation_id)
            where judged.metric = $1 and judged.is_matured and ({where})
                and judged.metric_version = (select max(metric_version) from metric_definitions where metric = $1)
            """,
            [metric],
        ).fetchall()
        return Counts(converted, matured)

    def by_variant(self, metric: str, experiment: str) -> dict[str, Counts]:
        """Assigned contacts with a conversation anchored after their assignment, and how many of them converted."""
        rows = self.tables.execute(
            """
            with of_contact as (
                select variant, contact_id, max((status = 'converted')::int) as converted
                from metric_conversations
                join stg_experiment_assignments as assigned using (contact_id)
                where metric = $1 and experiment = $2 and is_matured and anchor_at >= assigned_at
                    and metric_version = (select max(metric_version) from metric_definitions where metric = $1)
                group by all
            )
            select variant, sum(converted), count(*) from of_contact group by all""",
            [metric, experiment],
        ).fetchall()
        return {variant: Counts(int(converted), matured) for variant, converted, matured in rows}


def z_of(first: Counts, second: Counts) -> float:
    """By how many standard errors the first rate is above the second, when one rate is true of both."""
    statistic, _ = proportions_ztest([first.converted, second.converted], [first.matured, second.matured])
    return float(statistic)


def split(before: dict[object, Counts], after: dict[object, Counts]) -> Split:
    """The change between two periods, by stratum; one that is absent on one side takes the other side's rate."""
    totals = [Counts(*map(sum, zip(*side.values(), strict=True))) for side in (before, after)]
    rate_effect = mix_effect = variance = 0.0
    for stratum in before.keys() | after.keys():
        first, last = before.get(stratum), after.get(stratum)
        r1, r2 = (first or last).rate, (last or first).rate  # type: ignore[union-attr]
        w1, w2 = (side.matured / t.matured if side else 0.0 for side, t in zip((first, last), totals, strict=True))
        rate_effect += (w1 + w2) / 2 * (r2 - r1)
        mix_effect += (r1 + r2) / 2 * (w2 - w1)
        if first and last:
            scatter = r1 * (1 - r1) / first.matured + r2 * (1 - r2) / last.matured
            variance += ((w1 + w2) / 2) ** 2 * scatter
    return Split(totals[0].rate, totals[1].rate, rate_effect, mix_effect, rate_effect / sqrt(variance))


def laney_lower_limit(earlier: list[Counts], matured: int) -> float:
    """The lower limit of a p' chart (Laney, 2002) for a cohort of this size, from the cohorts before it."""
    centre = sum(c.converted for c in earlier) / sum(c.matured for c in earlier)
    z = [(c.rate - centre) / sqrt(centre * (1 - centre) / c.matured) for c in earlier]
    ranges = [abs(b - a) for a, b in pairwise(z)]
    sigma = max(1.0, sum(ranges) / len(ranges) / 1.128)
    return centre - 3 * sigma * sqrt(centre * (1 - centre) / matured)


def benchmark(step: str) -> tuple[float, float]:
    """What the seed `benchmarks` says of a step of the funnel: low, high."""
    with (ROOT / "seeds" / "benchmarks.csv").open(encoding="utf-8") as file:
        (row,) = (r for r in csv.DictReader(file) if (r["benchmark"], r["step"]) == ("funnel", step))
    return float(row["low"]), float(row["high"])


def next_step_phrases() -> list[str]:
    with (ROOT / "seeds" / "next_step_phrases.csv").open(encoding="utf-8") as file:
        return [row["phrase"] for row in csv.DictReader(file)]
