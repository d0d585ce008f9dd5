"""How the figures of a rate are said: shares as percentages, periods by name, whether a row can still change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

NOTHING = "-"
_NOT_OVER = "period not over"


def completeness(row: Mapping[str, Any]) -> str:
    """Whether a row of rates can still change: complete, or still open with what it waits for."""
    if row["is_complete"]:
        return "complete"
    if not row["eligible"]:
        return "none eligible"
    pending = int(row["pending"])
    if pending:
        return f"open, {pending:,} pending"
    return "nothing pending" if row["cohort_grain"] == "all" else _NOT_OVER


def why_open(rows: Sequence[Mapping[str, Any]], clocks: Sequence[Mapping[str, Any]]) -> str:
    """Which periods are not over though nothing of them is pending, and up to when each input has reported; empty where that explains nothing.

    `rows` are rates; `clocks` the inputs that the outcome rests on (input, latest_at in UTC), as `question.clocks_sql` has them.
    """
    periods = sorted({row["cohort_period"] for row in rows if completeness(row) == _NOT_OVER})
    if not periods or not clocks:
        return ""
    names = ", ".join(period_name(period, str(rows[0]["cohort_grain"])) for period in periods)
    reach = " and ".join(f"{row['input']} to {row['latest_at']:%Y-%m-%d %H:%M}" for row in clocks)
    return f"{names}: not over for this metric before every input that it rests on has reported past its end; the data reach, in UTC: {reach}."


def is_seen_whole(row: Mapping[str, Any], window_days: float) -> bool:
    """Whether the projection of a row reaches the end of the window of so many days; before, it is the least that the rate can become."""
    reach = row["projected_follow_up_days"]
    return reach is not None and float(reach) >= window_days


def projection(row: Mapping[str, Any], window_days: float) -> str:
    """The projected rate as a percentage; with ≥ while nobody has been followed to the end of the window."""
    if row["projected_rate"] is None:
        return NOTHING
    return ("" if is_seen_whole(row, window_days) else "≥ ") + percent(row["projected_rate"])


def month(period: object) -> str:
    """A month as in 2026-09."""
    return period.strftime("%Y-%m") if isinstance(period, date) else str(period)[:7]


def period_name(period: date | None, grain: str) -> str:
    """A period by its first day: 2026-09-14, 2026-09, 2026-Q3, 2026; `all time` for none."""
    if period is None:
        return "all time"
    if grain == "quarter":
        return f"{period.year}-Q{(period.month + 2) // 3}"
    return {"month": f"{period:%Y-%m}", "year": f"{period:%Y}"}.get(grain, f"{period:%Y-%m-%d}")


def percent(share: float) -> str:
    """A share of 1 as a percentage."""
    return f"{bare(share)}%"


def bare(share: float) -> str:
    """A share of 1 in per cent, without the sign, wide enough to stand below others."""
    return f"{share * 100:4.1f}"
