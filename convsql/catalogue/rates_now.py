"""Where each metric version stands: its newest complete period, and all time, as readers see them."""

from __future__ import annotations

from convsql.api import Published
from convsql.definitions.metric_key import key_text
from convsql.rates.words import period_name

_GRAINS = ("month", "week", "quarter", "day", "year")
_NEEDED = ("metric", "metric_version", "cohort_grain", "cohort_by", "cohort_period", "conversion_rate", "rate_low", "rate_high", "matured", "is_complete")  # fmt: skip


def rates_now(published: Published) -> dict[str, str]:
    """`metric@version` → a sentence; versions without a matured conversation have none."""
    if not published.has("cohort_rates") or not set(_NEEDED) <= set(published.columns("cohort_rates")):
        return {}
    rows = published.ask(
        f"select {', '.join(_NEEDED)} from {published.name('cohort_rates')} where cohort_by = 'all' and conversion_rate is not null"
        " order by metric, metric_version, cohort_period"
    )
    found: dict[str, dict[str, list[dict[str, object]]]] = {}
    for row in rows:
        key = key_text(row["metric"], row["metric_version"])
        if row["is_complete"] or row["cohort_grain"] == "all":
            found.setdefault(key, {}).setdefault(str(row["cohort_grain"]), []).append(dict(row))
    return {key: _said(grains) for key, grains in found.items()}


def _said(grains: dict[str, list[dict[str, object]]]) -> str:
    parts = []
    grain = next((g for g in _GRAINS if g in grains), None)
    if grain is not None:
        last = grains[grain][-1]
        parts.append(f"{_rate(last)} in {period_name(last['cohort_period'], grain)}, its newest complete {grain}")  # type: ignore[arg-type]
    if "all" in grains:
        parts.append(f"{_rate(grains['all'][-1])} over all time")
    return "; ".join(parts)


def _rate(row: dict[str, object]) -> str:
    rate, low, high = (float(str(row[c])) * 100 for c in ("conversion_rate", "rate_low", "rate_high"))
    return f"{rate:.1f}% ({low:.1f} to {high:.1f}, n = {int(str(row['matured'])):,})"
