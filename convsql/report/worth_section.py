"""What a lift of one step of a funnel is worth at its end."""

from __future__ import annotations

from convsql.report.figure import Figure, Row, Section, shown, slug
from convsql.report.labels import in_words
from convsql.report.scope import Scope, said
from convsql.report.table_section import Columns, table_section

MOST_FUNNELS = 4
_NEEDED = ("funnel", "step", "lift_unit", "lift", "more_deals", "more_deals_low", "more_deals_high", "more_amount", "compounded_multiplier")  # fmt: skip


def worth_section(scope: Scope) -> Section:
    """One figure per funnel over all time, for the least lift in points and in per cent."""
    unit = f" ({scope.currency})" if scope.currency else ""
    columns: Columns = (
        ("step", "step", "text"), ("step_rate", "rate", "share"), ("lift", "improved by", "text"), ("more_conversations", "more conversations at the end", "number"),
        ("more_deals", "more outcomes", "number"), ("more_deals_low", "lower limit", "number"), ("more_deals_high", "upper limit", "number"),
        ("more_amount", f"amount{unit}", "count"), ("compounded_multiplier", "multiplier with all earlier steps", "number"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        names = scope.rows("select funnel from {worth_of_a_point} group by funnel order by funnel")
        found = [_figure(scope, str(row["funnel"]), columns) for row in names[:MOST_FUNNELS]]
        return [figure for figure in found if figure is not None]

    return table_section(
        scope, "worth", "What a point is worth", "How many more would reach the end if one step were a little better and the others stayed the same?",
        "worth_of_a_point", _NEEDED, figures, nothing="no strict funnel has a rate at each of its steps",
        caption="This assumes that additional conversations continue like the others, and says nothing about the effort. A point is always worth most where the rate is lowest.",
    )  # fmt: skip


def _figure(scope: Scope, funnel: str, columns: Columns) -> Figure | None:
    rows = scope.rows(
        "select * from {worth_of_a_point}"
        f" where funnel = {said(funnel)} and cohort_grain = 'all' and cohort_by = 'all' order by lift_unit desc, lift, step_number"
    )
    least = {unit: min(r["lift"] for r in rows if r["lift_unit"] == unit) for unit in {r["lift_unit"] for r in rows}}
    values: list[Row] = [
        {**r, "step": in_words(str(r["step"])), "lift": _lift(r)} for r in rows if r["lift"] == least[r["lift_unit"]]
    ]
    if not values:
        return None
    best = max(values, key=lambda r: (r["lift_unit"] == "points", r["more_conversations"]))
    reading = f"{best['lift']} at {str(best['step']).lower()} would bring {shown(best['more_conversations'], 'number')} more conversations to the end."
    footing = scope.footing("worth_of_a_point, all time", int(rows[0]["conversations"]), "conversations that began")
    return Figure(slug("worth", funnel), in_words(funnel), reading, footing, columns, values)


def _lift(row: Row) -> str:
    size = f"{row['lift'] * 100:g}"
    return f"{size}%" if row["lift_unit"] == "percent" else f"{size} point{'' if size == '1' else 's'}"
