"""The day of the commands."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """The day by which reviews are due: UTC's."""
    return datetime.now(UTC).date()
