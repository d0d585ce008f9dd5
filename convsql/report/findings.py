"""What else stands out, each in a line: experiments, steps that fell, teams, campaigns, hours, and mixes that hide a change."""

from __future__ import annotations

from collections.abc import Sequence

from convsql.base.durations import duration
from convsql.report.figure import Row, Sentence, shown, slug
from convsql.report.headlines import grain_of
from convsql.report.labels import in_words, metric_label, period_label
from convsql.report.noted import wrong_persons
from convsql.report.scope import Scope, campaign_name, of_metric, said
from convsql.report.week_sections import DAYS

MOST = 12
FEW = 3  # so many names are counted, and not listed
_LARGE = 0.02  # of a rate: smaller effects of the mix hide nothing


def findings(scope: Scope, told: Sequence[Sentence] = ()) -> list[Sentence]:
    """At most MOST of them; what the story has `told` of a funnel is not said again."""
    found: list[Sentence] = []
    for look in (_experiments, _fallen_steps, _slow_team, _routing, _campaigns, _hours, _hidden, _noted):
        found += look(scope)
    known = {name for sentence in told for words, name in sentence.evidence if words == "funnel"}
    return [f for f in found if not known & {name for _, name in f.evidence}][:MOST]


def _experiments(scope: Scope) -> list[Sentence]:
    if not scope.has("experiment_results", "verdict", "is_ratio_off", "other_change_names"):
        return []
    current = ", ".join(f"({said(m['metric'])}, {int(m['metric_version'])})" for m in scope.metrics)
    rows = scope.rows(
        "select experiment, variant, metric, metric_version, verdict, difference, difference_low, difference_high, is_ratio_off, sample_ratio_p, other_change_names"
        f" from {{experiment_results}} where (metric, metric_version) in ({current or '(null, null)'}) order by experiment, variant, adjusted_p, metric"
    )
    told: dict[str, list[str]] = {}
    for name in dict.fromkeys((r["experiment"], r["variant"]) for r in rows):
        verdict = _verdict([r for r in rows if (r["experiment"], r["variant"]) == name])
        told.setdefault(verdict, []).append(f"“{name[0]}”")
    return [
        Sentence(
            f"Experiment{'s' if len(names) > 1 else ''} {_listed(', '.join(names))}",
            verdict,
            (("experiments", "experiments"),),
        )
        for verdict, names in told.items()
    ]


def _listed(names: str) -> str:
    """Names with commas between them, the last two with `and`."""
    first, _, last = names.rpartition(", ")
    return f"{first} and {last}" if first else last


def _verdict(rows: list[Row]) -> str:
    if any(r["is_ratio_off"] for r in rows):
        others = next((str(r["other_change_names"]) for r in rows if r["other_change_names"]), "")
        many = others.count(",") + 1
        also = (
            f"; {_listed(others) if many < FEW else f'{many} other changes and experiments'} overlapped with it"
            if others
            else ""
        )
        return f"cannot be evaluated: its groups do not have the planned sizes{also}."
    decided = [r for r in rows if r["verdict"] in ("better", "worse")]
    if not decided:
        return "showed no difference in any metric."
    best = decided[0]
    limits = f"{best['difference_low'] * 100:+.1f} to {best['difference_high'] * 100:+.1f}"
    word = "worked" if best["verdict"] == "better" else "did harm"
    return f"{word}: {metric_label(best)} {shown(best['difference'], 'points')} ({limits})."


def _fallen_steps(scope: Scope) -> list[Sentence]:
    if not scope.has("funnel_rates", "is_history_bottleneck", "history_rate"):
        return []
    rows = scope.rows(
        "select funnel, step, cohort_grain, cohort_period, step_rate, history_rate from {funnel_rates} where cohort_by = 'all'"
        " and is_history_bottleneck and is_complete and not is_small and history_rate > 0 order by cohort_period desc, funnel, step_number"
    )
    if not rows:
        return []
    deepest = min(rows, key=lambda r: (r["step_rate"] / r["history_rate"], str(r["cohort_period"])))
    text = (
        f"the funnel lost most at {in_words(str(deepest['step'])).lower()}: {shown(deepest['step_rate'], 'share')} of those at the previous step"
        f" got there, compared with {shown(deepest['history_rate'], 'share')} in earlier periods."
    )
    lead = f"In {period_label(deepest['cohort_period'], deepest['cohort_grain'])},"
    return [Sentence(lead, text, (("funnel", slug("funnel", deepest["funnel"])),))]


def _slow_team(scope: Scope) -> list[Sentence]:
    if not scope.has("response_kpis", "cut_by", "cut_value", "responder", "measure", "median_business_seconds"):
        return []
    rows = scope.rows(
        "select cut_value, coalesce(median_business_seconds, median_seconds) as median, answered from {response_kpis} where period_grain = 'all'"
        " and measure = 'first_response' and cut_by = 'owner_team' and responder = 'human' and answered >= 30 and cut_value <> 'unknown'"
        " order by median desc, cut_value"
    )
    if len(rows) < 3 or rows[0]["median"] < 3 * rows[1]["median"]:
        return []
    slow = rows[0]
    text = f"takes {duration(float(slow['median']))} to send a first answer (median, business hours); the next slowest team takes {duration(float(rows[1]['median']))}."
    return [Sentence(f"Team {slow['cut_value']}", text, (("first answers", "first-response"),))]


def _shares(scope: Scope, metric: Row, reason: str, by: str) -> list[Row]:
    rows = scope.rows(
        f"select cut_value, sum(case when reason = '{reason}' then affected else 0 end) as shown_by, sum(affected) as all_of"
        f" from {{drop_off_reasons}} where {of_metric(metric)} and cut_by = '{by}' and period_grain = 'all' and cut_value <> 'unknown'"
        " group by cut_value order by cut_value"
    )
    return [{**r, "share": r["shown_by"] / r["all_of"]} for r in rows if r["all_of"] >= 30]


def _standing_out(scope: Scope, reason: str, by: str, most: float) -> Row | None:
    """The one value that shows a reason far more often than any other; of the metric that rests on most."""
    if not scope.metrics or not scope.has("drop_off_reasons", "cut_by", "cut_value", "affected"):
        return None
    rows = sorted(_shares(scope, scope.metrics[0], reason, by), key=lambda r: -r["share"])
    if len(rows) < 3 or rows[0]["share"] < most or rows[0]["share"] < 2 * rows[1]["share"]:
        return None
    return rows[0]


def _routing(scope: Scope) -> list[Sentence]:
    row = _standing_out(scope, "incorrect_routing", "territory", 0.3)
    if row is None:
        return []
    text = f"{int(row['shown_by']):,} of its {int(row['all_of']):,} conversations ({row['share'] * 100:.0f}%) are led by reps of another territory."
    return [Sentence(f"Territory {row['cut_value']}", text, (("reasons", "drop-off"),))]


def _campaigns(scope: Scope) -> list[Sentence]:
    row = _standing_out(scope, "no_next_step", "campaign_id", 0.3)
    if row is None:
        return []
    name = campaign_name(scope, row["cut_value"])
    text = f"{int(row['shown_by']):,} of its {int(row['all_of']):,} conversations ({row['share'] * 100:.0f}%) begin without a next step."
    return [Sentence(f"Campaign {name}", text, (("reasons", "drop-off"),))]


def _hours(scope: Scope) -> list[Sentence]:
    if not scope.has("send_windows", "weekday", "hour", "verdict", "adjusted_p") or not scope.tells_hours:
        return []
    for metric in scope.drawn:
        rows = scope.rows(
            f"select weekday, hour, conversion_rate, matured from {{send_windows}} where {of_metric(metric)} and cut_by = 'hour'"
            " and verdict = 'better' order by adjusted_p, weekday, hour limit 1"
        )
        if rows:
            row = rows[0]
            when = f"{DAYS[int(row['weekday']) - 1]} {int(row['hour'])}–{int(row['hour']) + 1} h"
            text = f"is the best hour for a first message: {shown(row['conversion_rate'], 'share')} of {int(row['matured']):,} convert ({metric_label(metric)})."
            return [Sentence(when, text, (("when to write", slug("send-hours", metric["metric"])),))]
    return []


def _hidden(scope: Scope) -> list[Sentence]:
    """The largest move of the rates that a change of the mix hid."""
    if not scope.has("rate_changes", "rate_effect", "mix_effect", "rate_effect_low"):
        return []
    found: list[tuple[float, Row, Row]] = []
    for metric in scope.drawn:
        rows = scope.rows(
            "select cohort_period, rate_before, rate_after, rate_effect, mix_effect from {rate_changes}"
            f" where {of_metric(metric)} and cohort_grain = '{grain_of(metric)}' and rate_effect * mix_effect < 0"
            f" and rate_effect_low * rate_effect_high > 0 and abs(mix_effect) > {_LARGE} and abs(rate_effect) > {_LARGE}"
            " order by cohort_period"
        )
        found += [(min(abs(row["rate_effect"]), abs(row["mix_effect"])), metric, row) for row in rows]
    if not found:
        return []
    # what is hidden in one period shows again in the next, the other way round: the first of the large ones is the one that happened
    largest = max(size for size, _, _ in found)
    _, metric, row = min((each for each in found if each[0] > 0.8 * largest), key=lambda each: each[2]["cohort_period"])
    way = "more" if row["rate_effect"] > 0 else "less"
    text = (
        f"conversations of the same kind converted {way} often ({shown(row['rate_effect'], 'points')}), and a change of the mix hid it"
        f" ({shown(row['mix_effect'], 'points')}): {metric_label(metric)} went from {shown(row['rate_before'], 'share')} to {shown(row['rate_after'], 'share')}."
    )
    return [Sentence(f"In {period_label(row['cohort_period'], grain_of(metric))},", text, (("rates or mix", "rates-or-mix"),))]  # fmt: skip


def _noted(scope: Scope) -> list[Sentence]:
    """Reps who note the wrong person far more often than the others do: what they note so, metrics may leave out."""
    rows = wrong_persons(scope)
    often = [r for r in rows if r["stands_out"]]
    if not often:
        return []
    rest = [r for r in rows if not r["stands_out"]]
    names = " and ".join(str(r["name"]) for r in often[:2]) + (f" and {len(often) - 2} more" if len(often) > 2 else "")
    mine, others = (sum(r["wrong"] for r in each) / sum(r["noted"] for r in each) for each in (often, rest))
    text = f"put “wrong person” in {mine * 100:.0f}% of their notes, others in {others * 100:.0f}%. Metrics may leave these out: read some again."
    return [Sentence(f"Reps {names}" if len(often) > 1 else f"Rep {names}", text, (("notes", "wrong-person"),))]
