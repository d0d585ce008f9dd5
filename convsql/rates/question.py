"""A question for rates, checked against what is published: names that do not exist are answered with the nearest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convsql.base.errors import ConvsqlError, did_you_mean
from convsql.base.quoting import literal, quote
from convsql.definitions.metric_key import MetricKey, find, parse

Ask = Callable[[str], list[Mapping[str, Any]]]
Name = Callable[[str], str]

# What a rate never travels without, in the order in which it is read.
MEASURES = (
    "conversations",
    "below_kind",
    "excluded",
    "eligible",
    "converted",
    "pending",
    "not_converted",
    "matured",
    "matured_converted",
    "conversion_rate",
    "rate_low",
    "rate_high",
    "observed_rate",
    "projected_rate",
    "projected_low",
    "projected_high",
    "projected_follow_up_days",
    "credited",
    "matured_credited",
    "credited_rate",
    "credit",
    "amount",
    "outcomes",
    "deals",
    "long_wait_rate",
    "abandonment_rate",
    "is_complete",
    "is_small",
    "uses_late_facts",
)
KEY = ("metric", "metric_version", "cohort_grain", "cohort_period", "cohort_by")


@dataclass(frozen=True, slots=True)
class Question:
    """One version of a metric, cut by some dimensions over the periods of one grain."""

    metric: str
    version: int
    window_days: float
    by: tuple[str, ...] = ()
    grain: str = "month"

    @property
    def key(self) -> str:
        """`metric@version`."""
        return str(MetricKey(self.metric, self.version))


def named(by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Dimensions as given, `"persona,channel"` or a list, sorted; none for `None`, `""` and `"all"`."""
    words = by.replace("+", ",").split(",") if isinstance(by, str) else list(by or ())
    return tuple(sorted({w.strip() for w in words} - {"", "all"}))


def checked(
    ask: Ask,
    name: Name,
    metric: str,
    version: int | None,
    by: str | Sequence[str] | None,
    grain: str,
    is_table: Callable[[str], bool],
) -> Question:
    """The question, once every name in it is known to be published.

    `metric` may be `metric@version`; without a version it is the one that is the metric on the day of as_of.
    `ask` runs a query, `name` gives the full name of a published relation, `is_table` tells whether there is one.
    Raises ConvsqlError naming what there is, where `metric` is empty too.
    """
    metric, written = parse(metric) if metric else ("", None)
    known = ask(
        f"select metric, metric_version, status, is_current, window_days, cohort_grains, cohort_sets"
        f" from {name('metric_definitions')} order by metric, metric_version"
    )
    versions = {MetricKey(str(d["metric"]), int(d["metric_version"])): d for d in known}
    if not metric:
        there = ", ".join(sorted({key.name for key in versions}))
        raise ConvsqlError("no metric is named", hint=f"there are {there}" if there else "none is defined yet")
    if is_table(metric) and metric not in {key.name for key in versions}:
        hint = f"`convsql show {metric}` shows its rows; `convsql rates` lists the metrics"
        raise ConvsqlError(f"'{metric}' is a table, not a metric", hint=hint)
    current = {key for key, d in versions.items() if d["is_current"]}
    statuses = {key: str(d["status"]) for key, d in versions.items()}
    key = find(statuses, metric, version if written is None else written, current)
    one = versions[key]
    question = Question(key.name, key.version, float(one["window_days"]), named(by), grain)
    _check_grain(question, [g.strip() for g in str(one["cohort_grains"]).split(",")])
    _check_by(question, [s.strip() for s in str(one["cohort_sets"]).split(",")])
    return question


def _check_grain(question: Question, grains: list[str]) -> None:
    if question.grain not in grains:
        hint = did_you_mean(question.grain, grains) or f"there are {', '.join(grains)}"
        raise ConvsqlError(f"{question.key} has no rates by '{question.grain}'", hint=hint)


def _check_by(question: Question, sets: list[str]) -> None:
    wanted = "+".join(question.by) or "all"
    if wanted not in sets:
        hint = did_you_mean(wanted, sets) or f"there are {', '.join(sets)}"
        raise ConvsqlError(
            f"{question.key} is not cut by '{wanted}'", hint=f"{hint}; cohorts.by of the metric in vars.yml adds more"
        )


def clocks_sql(question: Question, name: Name) -> str:
    """The query for the inputs that a metric rests on, and the time up to which each has reported, the one that lags most first."""
    return (
        f"select i.input, i.latest_at\nfrom {name('input_clocks')} as i\nwhere i.input = 'messages' or i.input in (\n"
        f"  select o.source from {name('outcome_clocks')} as o inner join {name('metric_definitions')} as d on o.outcome = d.outcome\n"
        f"  where d.metric = {literal(question.metric)} and d.metric_version = {question.version}\n)\norder by i.latest_at, i.input"
    )


def rates_sql(question: Question, name: Name) -> str:
    """The query whose rows answer a question: key, dimensions, measures and the `as_of` they were true at."""
    columns = ", ".join(f"r.{quote(c)}" for c in (*KEY, *question.by, *MEASURES))
    order = ", ".join(f"r.{quote(c)}" for c in ("cohort_period", *question.by))
    return (
        f"select {columns}, c.as_of\nfrom {name('cohort_rates')} as r\ncross join {name('clocks')} as c\n"
        f"where r.metric = {literal(question.metric)} and r.metric_version = {question.version}\n"
        f"  and r.cohort_grain = {literal(question.grain)} and r.cohort_by = {literal('+'.join(question.by) or 'all')}\n"
        f"order by {order}"
    )
