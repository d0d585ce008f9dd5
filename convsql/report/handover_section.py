"""What becomes of what one team hands to another."""

from __future__ import annotations

from convsql.report.figure import Figure, Row, Section, shown, slug
from convsql.report.labels import in_words
from convsql.report.scope import Scope, said
from convsql.report.table_section import Columns, table_section

MOST_FUNNELS = 4
_NEEDED = (
    "funnel",
    "step",
    "is_handover",
    "handing_team",
    "taking_team",
    "entered",
    "advanced",
    "step_rate",
    "verdict",
)
_COLUMNS: Columns = (
    ("step", "step", "text"), ("handing_team", "hands over", "text"), ("taking_team", "takes", "text"), ("step_rate", "rate", "share"),
    ("step_low", "lower limit", "share"), ("step_high", "upper limit", "share"), ("advanced", "got there", "count"), ("entered", "from the step before (n)", "count"),
    ("rest_rate", "all other pairs", "share"), ("verdict", "beside them", "text"), ("median_seconds", "median time", "minutes"),
)  # fmt: skip


def handover_section(scope: Scope) -> Section:
    """One figure per funnel over all time; left out where everything stays in one team."""

    def figures() -> list[Figure]:
        names = scope.rows("select funnel from {handover_rates} where not is_one_team group by funnel order by funnel")
        return [_figure(scope, str(row["funnel"])) for row in names[:MOST_FUNNELS]]

    return table_section(
        scope, "handovers", "From team to team", "What becomes of the deals that one team hands over to another?", "handover_rates", _NEEDED, figures,
        nothing="no strict funnel goes from one team's conversations to another's deals",
        caption="At the step that hands over, n is all that the team brought there; at later steps, what both teams share.",
    )  # fmt: skip


def _figure(scope: Scope, funnel: str) -> Figure:
    rows = scope.rows(
        "select * from {handover_rates}"
        f" where funnel = {said(funnel)} and period_grain = 'all' order by step_number, handing_team, taking_team"
    )
    values: list[Row] = [{**r, "step": in_words(str(r["step"])), "verdict": str(r["verdict"] or "").replace("_", " ")} for r in rows]  # fmt: skip
    begun = {r["handing_team"]: int(r["entered"]) for r in rows if r["is_handover"]}
    footing = scope.footing("handover_rates, all time", sum(begun.values()), "conversations before the handover")
    return Figure(slug("handovers", funnel), in_words(funnel), _reading(values), footing, _COLUMNS, values)


def _reading(values: list[Row]) -> str:
    judged = [r for r in values if r["verdict"] in ("better", "worse")]
    if not judged:
        return "No pair of teams stands out from the others at any later step."
    worst = min(judged, key=lambda r: r["rate_difference"])
    return f"{worst['handing_team']} to {worst['taking_team']}, {str(worst['step']).lower()}: {shown(worst['step_rate'], 'share')}, all other pairs {shown(worst['rest_rate'], 'share')}."
