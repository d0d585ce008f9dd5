"""What a mark of a chart says when it is pointed at: its row in words, added to the rows as `tip`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from convsql.report.figure import shown

Values = Sequence[Mapping[str, Any]]


def tipped(values: Values, tip: Callable[[Mapping[str, Any]], str]) -> list[dict[str, Any]]:
    """The rows with what each says."""
    return [{**row, "tip": tip(row)} for row in values]


def rate(row: Mapping[str, Any]) -> str:
    """A period's rate, or where it is headed."""
    if row["rate"] is not None:
        return f"{row['period']}: {shown(row['rate'], 'share')}{_limits(row)}{_of(row)}{_event(row)}"
    headed = f", projected {shown(row['projected'], 'share')}" if row["projected"] is not None else ""
    return f"{row['period']}: open{headed}{_event(row)}"


def judged(row: Mapping[str, Any]) -> str:
    """A cohort beside its limits."""
    between = ""
    if row.get("lower") is not None and row.get("upper") is not None:
        between = f", limits {shown(row['lower'], 'share')} to {shown(row['upper'], 'share')}"
    signal = f", {row['what']}" if row.get("what") else ""
    matured = f", n = {int(row['matured']):,}" if row.get("matured") is not None else ""
    return f"{row['period']}: {shown(row['rate'], 'share')}{between}{signal}{matured}{_event(row)}"


def step(row: Mapping[str, Any]) -> str:
    """A bar by its label."""
    return f"{row['step']}: {row['label']}"


def dot(row: Mapping[str, Any]) -> str:
    """A value with its interval."""
    return f"{row['name']}: {shown(row['value'], 'share')}{_limits(row)}"


def cell(form: str) -> Callable[[Mapping[str, Any]], str]:
    """A cell of a heat map, of a form."""
    return lambda row: (
        f"{row['row']} {row['column']}:00: {shown(row['value'], form)}"
        + (f", n = {int(row['n']):,}" if row.get("n") is not None else "")
    )


def amount(row: Mapping[str, Any]) -> str:
    """What is credited to a conversation of a period."""
    still = "" if row["is_complete"] else ", still open"
    return f"{row['period']}: {row['each']:,.0f} per conversation{still}"


def _event(row: Mapping[str, Any]) -> str:
    return f" ({row['event']})" if row.get("event") else ""


def _limits(row: Mapping[str, Any]) -> str:
    if row.get("low") is None or row.get("high") is None:
        return ""
    return f" ({shown(row['low'], 'share')} to {shown(row['high'], 'share')})"


def _of(row: Mapping[str, Any]) -> str:
    if row.get("converted") is None or row.get("matured") is None:
        return ""
    return f", {int(row['converted']):,} of {int(row['matured']):,}"
