"""How fast deals become money, and which lever moved it."""

from __future__ import annotations

from convsql.rates.words import period_name
from convsql.report.figure import Figure, Section, shown
from convsql.report.scope import Scope
from convsql.report.table_section import Columns, table_section

MOST_PERIODS = 12
_LEVERS = {
    "opportunities_effect": "the number of deals",
    "win_rate_effect": "the win rate",
    "amount_effect": "the amount",
    "cycle_effect": "the cycle",
}
_NEEDED = ("period_grain", "period_start", "cut_by", "velocity", "velocity_change", "is_complete", *_LEVERS)
_GRAINS = "case period_grain when 'month' then 1 when 'quarter' then 2 when 'week' then 3 when 'year' then 4 else 5 end"


def velocity_section(scope: Scope) -> Section:
    """One figure: the complete periods of one grain, all deals."""
    unit = f" ({scope.currency})" if scope.currency else ""
    columns: Columns = (
        ("period", "period", "text"), ("velocity", f"velocity{unit}", "count"), ("velocity_change", "change", "count"),
        ("opportunities_effect", "by the number of deals", "count"), ("win_rate_effect", "by the win rate", "count"), ("amount_effect", "by the amount", "count"), ("cycle_effect", "by the cycle", "count"),
        ("opportunities", "decided (n)", "count"), ("won", "won", "count"), ("win_rate", "win rate", "share"), ("average_amount", f"average amount{unit}", "count"), ("cycle_days", "cycle in days", "number"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        rows = scope.rows(
            f"select *, {_GRAINS} as place from {{sales_velocity}} where cut_by = 'all' and period_grain <> 'all' and is_complete order by place, period_start"
        )
        own = [r for r in rows if r["period_grain"] == rows[0]["period_grain"]][-MOST_PERIODS:]
        if not own:
            return []
        values = [{**r, "period": period_name(r["period_start"], r["period_grain"])} for r in own]
        reading, last = "", own[-1]
        if last["velocity_change"]:
            most = max(_LEVERS, key=lambda name: abs(last[name] or 0))
            reading = (
                f"In {values[-1]['period']} the velocity was {shown(last['velocity'], 'count')}, a change of {last['velocity_change']:+,.0f};"
                f" the largest part of it, {last[most] or 0:+,.0f}, comes from {_LEVERS[most]}."
            )
        footing = scope.footing("sales_velocity", sum(int(r["opportunities"]) for r in own), "decided deals")
        return [Figure("sales-velocity", "Sales velocity", reading, footing, columns, values)]

    return table_section(
        scope, "velocity", "What moved the money", "Deals decided × win rate × average amount ÷ length of the sales cycle: which of the four moved?", "sales_velocity", _NEEDED, figures,
        nothing="no period in which deals were decided is over",
        caption="The effects add up to the change. They say which lever moved, not why.",
    )  # fmt: skip
