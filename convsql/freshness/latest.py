"""The latest time in some rows, by the clock on the wall."""

from __future__ import annotations

import datetime

from convsql.engines.session import Session
from convsql.freshness.ages import now

TOLERANCE = datetime.timedelta(days=1)  # that clocks of tools may be ahead


def latest_time(session: Session, expression: str, rows: str) -> tuple[datetime.datetime | None, int]:
    """The greatest value of an SQL expression over `rows` (what stands behind `from`), and how many are more than a day ahead.

    Those prove nothing and are left out. A time without a zone is one of UTC, as everywhere: sessions are in UTC. Raises EngineError.
    """
    limit = (now() + TOLERANCE).strftime("timestamp '%Y-%m-%d %H:%M:%S'")
    query = (
        f"select cast(max(case when moment <= {limit} then moment end) as varchar), count(case when moment > {limit} then 1 end)"
        f" from (select cast(cast((\n{expression}\n) as timestamptz) at time zone 'UTC' as timestamp) as moment from {rows}) as dates"
    )
    ((latest, ahead),) = session.fetch(query)
    found = datetime.datetime.fromisoformat(str(latest)).replace(tzinfo=datetime.UTC) if latest is not None else None
    return found, int(ahead)
