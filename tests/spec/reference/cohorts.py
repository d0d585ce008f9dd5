"""Cohort keys (section 4): dimensions and periods.

> `cohort_period` (a date, of `anchor_at`, below-kind ones of `started_at`, in the variable `timezone`; weeks start
> on Monday), `cohort_by` (names sorted and joined by `+`, or `all`), and the dimension columns (a value the
> conversation lacks is `unknown`; a dimension not in the set is null).
> handled_by (as it stood at the anchor; for below-kind ones at the end), response_band (of
> `first_response_seconds`, lower limits included: …), timing_window (start's weekday and four-hour block in
> `timezone`: `mon_08`).

Every set has the grain `all` too, whatever grains a metric lists.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.spec.reference.columns import Row
from tests.spec.reference.metrics import Metric, Subject

DIMENSIONS = (
    "channel",
    "persona",
    "industry",
    "is_regulated",
    "lifecycle_stage_at_start",
    "deal_stage_at_start",
    "owner_id",
    "owner_team",
    "owner_territory",
    "source",
    "territory",
    "campaign_id",
    "initiated_by",
    "handled_by",
    "response_band",
    "timing_window",
)
LATE_DIMENSIONS = ("owner_id", "owner_team", "owner_territory", "response_band")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BANDS = ((300, "under_5m"), (3_600, "5m_to_1h"), (86_400, "1h_to_24h"))


def local(at: datetime, zone: str) -> datetime:
    """An instant on the clock of a zone."""
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def period_of(at: datetime, grain: str, zone: str) -> date | None:
    """The first day of the period an instant lies in; null for `all`."""
    day = local(at, zone).date()
    if grain == "all":
        return None
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1)


def period_end(period: date, grain: str, zone: str) -> datetime:
    """The instant at which a period is over: the midnight that begins the next."""
    day = period + timedelta(days=1)
    while period_of_day(day, grain) == period:
        day += timedelta(days=1)
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return midnight.astimezone(UTC).replace(tzinfo=None)


def period_of_day(day: date, grain: str) -> date | None:
    return period_of(datetime(day.year, day.month, day.day), grain, "UTC")


def response_band(row: Row) -> str:
    if row["wait_count"] == 0:
        return "none"
    length = row["first_response_seconds"]
    if length is None:
        return "waiting"
    return next((band for limit, band in BANDS if length < limit), "over_24h")


def timing_window(started_at: datetime, zone: str) -> str:
    start = local(started_at, zone)
    return f"{WEEKDAYS[start.weekday()]}_{start.hour // 4 * 4:02d}"


def dimension(subject: Subject, name: str, zone: str) -> str:
    """The value of a dimension, as text."""
    row = subject.conversation.row
    if name == "handled_by":
        return subject.handled_by
    if name == "response_band":
        return response_band(row)
    if name == "timing_window":
        return timing_window(row["started_at"], zone)
    value = row[name]
    if value is None:
        return "unknown"
    return str(value).lower() if isinstance(value, bool) else str(value)


def sets_of(metric: Metric) -> list[tuple[str, ...]]:
    """The cohort sets, each once."""
    return sorted({tuple(sorted(set(names))) for names in metric.by})


def grains_of(metric: Metric) -> list[str]:
    return [*sorted(set(metric.grains) - {"all"}), "all"]


def uses_late_facts(metric: Metric, names: tuple[str, ...]) -> bool:
    return bool(metric.exclude_dispositions) or any(each in LATE_DIMENSIONS for each in names)


def key_row(metric: Metric, names: tuple[str, ...], grain: str, period: date | None) -> Row:
    """The key columns of a rate row but the values of its dimensions."""
    return {
        "metric": metric.name,
        "metric_version": metric.version,
        "cohort_grain": grain,
        "cohort_period": period,
        "cohort_by": "+".join(names) or "all",
        **dict.fromkeys(DIMENSIONS),
    }
