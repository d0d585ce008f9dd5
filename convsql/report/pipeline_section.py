"""What is open, how often such deals are won, and whether it is enough for what is to be won."""

from __future__ import annotations

from convsql.rates.words import period_name
from convsql.report.figure import Figure, Row, Section, shown
from convsql.report.labels import in_words
from convsql.report.scope import Scope
from convsql.report.table_section import Columns, table_section

MOST_PERIODS = 12
_NEEDED = ("stage", "age_number", "from_days", "open_deals", "open_amount", "decided", "win_rate", "weighted_amount", "weighted_low", "weighted_high")  # fmt: skip
_COVERAGE = ("period_grain", "period_start", "target_amount", "won_amount", "missing_amount", "coverage", "weighted_coverage", "verdict")  # fmt: skip
_VERDICTS = {"too_little": "too little", "not_known": "not all loaded yet"}


def pipeline_section(scope: Scope) -> Section:
    """Targets of amounts beside the pipeline where there are any, and the open deals by stage and age."""

    def figures() -> list[Figure]:
        return [f for f in (_coverage(scope), _stages(scope)) if f is not None]

    return table_section(
        scope, "pipeline", "Enough in the pipeline?", "What is open today, how often are such deals won, and is it enough for the target?", "pipeline_stages", _NEEDED, figures,
        nothing="no deal is in a stage that is mapped to an outcome",
        caption="Weighted: each amount times the win rate of deals that had been in the stage as long. It says what would be won in the end, not by when.",
    )  # fmt: skip


def _unit(scope: Scope) -> str:
    return f" ({scope.currency})" if scope.currency else ""


def _coverage(scope: Scope) -> Figure | None:
    if not scope.has("pipeline_coverage", *_COVERAGE):
        return None
    rows = scope.rows("select * from {pipeline_coverage} order by period_start desc, period_grain")[:MOST_PERIODS][::-1]
    if not rows:
        return None
    columns: Columns = (
        ("period", "period", "text"), ("target_amount", f"target{_unit(scope)}", "count"), ("won_amount", "won", "count"), ("missing_amount", "missing", "count"),
        ("open_amount", "open", "count"), ("coverage", "open / missing", "number"), ("weighted_coverage", "weighted / missing", "number"),
        ("weighted_coverage_low", "lower limit", "number"), ("weighted_coverage_high", "upper limit", "number"), ("verdict", "so", "text"),
    )  # fmt: skip
    values: list[Row] = [{**r, "period": period_name(r["period_start"], r["period_grain"]), "verdict": _VERDICTS.get(r["verdict"], r["verdict"])} for r in rows]  # fmt: skip
    footing = scope.footing("pipeline_coverage", int(rows[-1]["won_deals"]), "won in the last of them")
    return Figure("pipeline-coverage", "Targets and what is open", _enough(values[-1]), footing, columns, values)


def _enough(last: Row) -> str:
    """What the newest period says, where something is still to be won in it."""
    if last["coverage"] is None or last["weighted_coverage"] is None:
        return ""
    return (
        f"For {last['period']} {last['coverage']:.1f} times what is missing is open; with each amount weighted by how often such deals"
        f" are won it is {last['weighted_coverage']:.1f} times: {last['verdict']}."
    )


def _stages(scope: Scope) -> Figure | None:
    rows = scope.rows("select * from {pipeline_stages} where open_deals > 0 order by stage, age_number")
    if not rows:
        return None
    columns: Columns = (
        ("stage", "stage", "text"), ("age", "days in it", "text"), ("open_deals", "open (n)", "count"), ("open_amount", f"amount{_unit(scope)}", "count"),
        ("win_rate", "win rate of such deals", "share"), ("decided", "decided", "count"), ("weighted_amount", "weighted", "count"), ("weighted_low", "lower limit", "count"), ("weighted_high", "upper limit", "count"),
    )  # fmt: skip
    values: list[Row] = [{**r, "stage": in_words(str(r["stage"])), "age": _age(r)} for r in rows]
    whole, open_deals = sum(float(r["open_amount"]) for r in rows), sum(int(r["open_deals"]) for r in rows)
    weighted = [r["weighted_amount"] for r in rows]
    reading = f"{shown(whole, 'count')}{f' {scope.currency}' if scope.currency else ''} in {open_deals:,} open deals"
    reading += "." if None in weighted else f"; weighted {shown(sum(map(float, weighted)), 'count')}."
    return Figure("pipeline-stages", "Open deals", reading, scope.footing("pipeline_stages", open_deals, "open deals"), columns, values)  # fmt: skip


def _age(row: Row) -> str:
    return f"{row['from_days']:g} or more" if row["to_days"] is None else f"{row['from_days']:g} to {row['to_days']:g}"
