"""What the last report knew, kept in `target/`: changes of definitions since then are news in the next one."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path

from convsql.api import Published
from convsql.base.errors import ConvsqlError, Where
from convsql.base.sealed_json import read_json
from convsql.base.whole_file import write_text

MEMORY = "report.json"


def news_since(given: str | None, memory: Path) -> datetime | None:
    """From when on (UTC, without a zone) changes of definitions are news: as given, else what the last report saw.

    Raises ConvsqlError for what is no time.
    """
    if given is not None:
        try:
            return (
                datetime.fromisoformat(given)
                if len(given) > 10
                else datetime.combine(date.fromisoformat(given), time())
            )
        except ValueError:
            raise ConvsqlError(
                f"'{given}' is not a time", Where("--since"), "write 2026-06-30 or '2026-06-30 12:00:00'"
            ) from None
    try:
        seen = datetime.fromisoformat(str((read_json(memory) or {}).get("definitions_seen_to")))
    except ValueError:
        return None
    return seen if seen.tzinfo is None else None


def latest_change(published: Published) -> datetime | None:
    """When a definition was last locked, as far as readers see."""
    if not published.has("metric_changes"):
        return None
    seen: datetime | None = published.ask(
        f"select max(locked_at) as seen from {published.name('metric_changes')}"
    )[0]["seen"]  # fmt: skip
    return seen


def remember(memory: Path, as_of: str, latest: datetime | None) -> None:
    """Write down what this report knew."""
    write_text(memory, json.dumps({"as_of": as_of, "definitions_seen_to": str(latest) if latest else None}))
