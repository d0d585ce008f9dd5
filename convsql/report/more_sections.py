"""Sections made each from one table: experiments, rates against mix, targets, answers in time, money, and what the data lack."""

from __future__ import annotations

from convsql.rates.words import period_name
from convsql.report import charts
from convsql.report.compared import target_of
from convsql.report.drill import drill
from convsql.report.event_names import events_of_metric
from convsql.report.figure import Figure, Row, Section, shown, slug
from convsql.report.headlines import complete_of, grain_of, periods_of
from convsql.report.labels import dimension_label, metric_label, value_label
from convsql.report.listed import Listed, Newest, newest
from convsql.report.scope import Scope, key_of, of_metric, of_metrics
from convsql.report.table_section import Columns, table_section

MOST_ROWS = 40
_VERDICTS = {
    "better": "better",
    "worse": "worse",
    "undecided": "no difference shown",
    "sample_ratio": "not valid: groups of the wrong size",
    "too_few": "too few",
    "negligible": "no difference that matters",
}


def _label_of(scope: Scope, row: Row) -> str:
    metric = next((m for m in scope.metrics if key_of(m) == key_of(row)), row)
    return metric_label(metric)


_EXPERIMENTS = ("experiment", "variant", "metric", "metric_version", "verdict", "difference", "difference_low", "difference_high", "matured", "control_matured", "adjusted_p", "other_change_names")  # fmt: skip


def experiments(scope: Scope) -> Section:
    """Every result by the versions in force."""
    columns: Columns = (
        ("experiment", "experiment", "text"), ("variant", "variant", "text"), ("name", "metric", "text"), ("verdict", "verdict", "text"),
        ("difference", "difference", "points"), ("difference_low", "lower limit", "points"), ("difference_high", "upper limit", "points"),
        ("matured", "variant (n)", "count"), ("control_matured", "control (n)", "count"), ("p", "p, adjusted", "text"),
        ("other_change_names", "also changed meanwhile", "prose"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        rows = scope.rows(
            f"select {', '.join(_EXPERIMENTS)} from {{experiment_results}} where {of_metrics(scope.metrics)} order by experiment, variant, adjusted_p, metric"
        )
        values = [{**r, "name": _label_of(scope, r), "verdict": _VERDICTS.get(r["verdict"], r["verdict"]), "p": _p(r["adjusted_p"])} for r in rows]  # fmt: skip
        n = sum(int(r["matured"] or 0) + int(r["control_matured"] or 0) for r in rows)
        footing = scope.footing("experiment_results", n, "matured conversations, once per metric")
        return [Figure("experiments", "Results", "", footing, columns, values), *_monitored(scope)] if rows else []

    return table_section(
        scope, "experiment-results", "Experiments", "What difference did each experiment make? p is adjusted for the number of metrics looked at.",
        "experiment_results", _EXPERIMENTS, figures, nothing="no experiment has a matured conversation",
    )  # fmt: skip


_MONITORED = ("experiment", "variant", "metric", "metric_version", "verdict", "adjusted_difference", "anytime_low", "anytime_high", "anytime_detectable_effect", "variance_reduction", "contacts", "control_contacts", "adjusted_p", "days_left")  # fmt: skip


def _monitored(scope: Scope) -> list[Figure]:
    """What may be said of each result however often the report was read before."""
    columns: Columns = (
        ("experiment", "experiment", "text"), ("variant", "variant", "text"), ("name", "metric", "text"), ("verdict", "verdict", "text"),
        ("adjusted_difference", "difference", "points"), ("anytime_low", "lower limit", "points"), ("anytime_high", "upper limit", "points"),
        ("anytime_detectable_effect", "detectable", "points"), ("contacts", "variant, contacts", "count"), ("control_contacts", "control, contacts", "count"),
        ("p", "p, adjusted", "text"), ("days_left", "days left", "count"),
    )  # fmt: skip
    if not scope.has("experiment_monitor", *_MONITORED):
        return []
    rows = scope.rows(
        f"select {', '.join(_MONITORED)} from {{experiment_monitor}} where {of_metrics(scope.metrics)} and verdict <> 'no_data' order by experiment, variant, adjusted_p nulls last, metric"
    )
    values = [{**r, "name": _label_of(scope, r), "verdict": _VERDICTS.get(r["verdict"], r["verdict"]), "p": _p(r["adjusted_p"])} for r in rows]  # fmt: skip
    reading = "These limits and p-values hold whenever you look, so they may be read every day; they are wider than those above, which hold for a single planned look."
    if explained := max((float(r["variance_reduction"] or 0) for r in rows), default=0.0):
        reading += f" What was known of people before narrows them: it explains up to {shown(explained, 'share')} of the scatter."
    n = sum(int(r["contacts"]) + int(r["control_contacts"]) for r in rows)
    footing = scope.footing("experiment_monitor", n, "contacts, once per metric")
    return [Figure("experiments-at-any-look", "Whenever you look", reading, footing, columns, values)] if rows else []


def _p(value: float | None) -> str:
    if value is None:
        return ""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


_CHANGES = (
    "cohort_grain",
    "cohort_period",
    "previous_period",
    "rate_before",
    "rate_after",
    "rate_effect",
    "mix_effect",
)


def changes(scope: Scope) -> Section:
    """Each metric's last changes, taken apart."""
    columns: Columns = (
        ("metric", "metric", "text"), ("period", "period", "text"), ("rate_before", "rate before", "share"), ("rate_after", "rate after", "share"),
        ("rate_effect", "by the rates", "points"), ("mix_effect", "by the mix", "points"), ("event", "on record", "prose"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        values: list[Row] = []
        for metric in scope.drawn:
            rows = scope.rows(
                f"select {', '.join(_CHANGES)} from {{rate_changes}} where {of_metric(metric)} and cohort_grain = '{grain_of(metric)}'"
                " order by cohort_period desc limit 12"
            )
            events = events_of_metric(scope, metric, grain_of(metric))
            values += [
                {
                    **r,
                    "event": events.get(r["cohort_period"], ""),
                    "metric": metric_label(metric),
                    "period": period_name(r["cohort_period"], r["cohort_grain"]),
                    "drill": drill(scope, metric, r["cohort_grain"], r["cohort_period"]),
                }
                for r in rows
            ]
        return [Figure("rates-or-mix", "From each period to the next", "", scope.footing("rate_changes"), columns, values)] if values else []  # fmt: skip

    return table_section(
        scope, "changes", "Rates or mix", "Did conversations of the same kind convert differently, or did the mix change? The two parts add up to the change.",
        "rate_changes", ("metric", *_CHANGES), figures, nothing="no metric with strata has two complete periods",
    )  # fmt: skip


def targets(scope: Scope) -> Section:
    """Each metric that has one beside its newest complete period."""
    section = Section("targets", "Targets", "Where does each metric stand against its target?")
    if not scope.has("targets", "metric", "period_start", "target"):
        section.missing = "the seed targets is not published"
        return section
    values: list[Row] = []
    for metric in scope.metrics:
        complete = complete_of(periods_of(scope, metric))
        target = target_of(scope, metric, complete[-1]["cohort_period"]) if complete else None
        if target is None:
            continue
        last = complete[-1]
        is_share = target <= 1
        values.append(
            {
                "metric": metric_label(metric),
                "period": period_name(last["cohort_period"], grain_of(metric)),
                "reached": shown(last["conversion_rate"], "share") if is_share else shown(last["converted"], "count"),
                "target": shown(target, "share") if is_share else shown(target, "count"),
                "low": last["rate_low"] if is_share else None,
                "high": last["rate_high"] if is_share else None,
                "matured": last["matured"],
                "drill": drill(scope, metric, grain_of(metric), last["cohort_period"]),
            }
        )
    columns: Columns = (
        ("metric", "metric", "text"), ("period", "period", "text"), ("reached", "reached", "text"), ("target", "target", "text"),
        ("low", "lower limit", "share"), ("high", "upper limit", "share"), ("matured", "matured (n)", "count"),
    )  # fmt: skip
    if values:
        section.figures.append(Figure("targets-reached", "Reached and targeted", "", scope.footing("targets"), columns, values))  # fmt: skip
    else:
        section.missing = (
            "no target is set for a metric with a complete period (seed targets: metric, period_start, target)"
        )
    return section


def _words(target: object) -> str:
    return str(target).replace("_", " ").capitalize()


def _cut_of(row: Row) -> str:
    if row["cut_by"] == "all":
        return "all"
    return f"{dimension_label(row['cut_by'])} {value_label(row['cut_by'], row['cut_value'])}"


def _value_of(row: Row) -> str:
    return "all" if row["cut_by"] == "all" else str(row["cut_value"])


def _who_was_due(scope: Scope) -> Newest:
    """The newest conversations in which a target was missed, by target, cut and value."""
    if not scope.has("sla_waits", "is_due", "is_in_time"):
        return {}
    cuts = " union all ".join(f"select '{cut}' as cut_by" for cut in ("all", "channel", "owner_team"))
    missed = (
        "(select target, cut_by, case cut_by when 'channel' then channel when 'owner_team' then owner_team else 'all' end as cut_value,"
        f" conversation_id, opened_at from {{sla_waits}} cross join ({cuts}) as cuts where is_due and not is_in_time) as missed"
    )
    return newest(scope.rows, missed, ["target", "cut_by", "cut_value"], "opened_at")


_SLA = ("target", "clock", "target_minutes", "period_grain", "cut_by", "cut_value", "due", "in_time", "compliance_rate", "rate_low", "rate_high")  # fmt: skip


def answers_in_time(scope: Scope) -> Section:
    """Each target of answering, over all and by team and channel."""
    columns: Columns = (
        ("name", "who", "text"), ("value", "answered in time", "share"), ("low", "lower limit", "share"), ("high", "upper limit", "share"),
        ("in_time", "in time", "count"), ("missed", "missed", "count"), ("due", "due (n)", "count"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        rows = scope.rows(
            f"select {', '.join(_SLA)} from {{sla_compliance}} where period_grain = 'all' and due > 0 and cut_by in ('all', 'owner_team', 'channel')"
            " order by target, case cut_by when 'all' then 0 else 1 end, cut_by, cut_value"
        )
        found = []
        who = _who_was_due(scope)
        for target in dict.fromkeys(r["target"] for r in rows):
            own = [r for r in rows if r["target"] == target][:MOST_ROWS]
            values = [
                {
                    **r,
                    "name": _cut_of(r),
                    "value": r["compliance_rate"], "low": r["rate_low"], "high": r["rate_high"],
                    "missed": int(r["due"]) - int(r["in_time"]),
                    "drill": scope.lists.add(
                        f"in-time:{target}:{r['cut_by']}:{_value_of(r)}",
                        Listed(f"{_words(target)}: {_cut_of(r)}, late", "late or never answered", int(r["due"]) - int(r["in_time"]), who.get((target, r["cut_by"], _value_of(r)), []), r["cut_by"] == "all"),
                    ),
                }
                for r in own
            ]  # fmt: skip
            minutes = f"{own[0]['target_minutes']:g} {own[0]['clock']} minutes"
            n = next((int(r["due"]) for r in own if r["cut_by"] == "all"), 0)
            found.append(
                Figure(slug("in-time", target), f"{_words(target)}: within {minutes}", "", scope.footing("sla_compliance, all time", n, "waits due"),
                       columns, values, charts.dots(values))
            )  # fmt: skip
        return found

    return table_section(
        scope, "in-time", "Answered in time", "Of the contacts who were due an answer, how many got one in time?", "sla_compliance", _SLA, figures,
        nothing="no response target is declared (sla_targets), or nobody was due an answer",
    )  # fmt: skip
