"""The lock's history: the seed `metric_locks`, one row per event, from which the model `metric_changes` is made."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from convsql.base.whole_file import write_whole
from convsql.compiling.project import Compiled
from convsql.definitions.metric_key import key_text
from convsql.project.nodes import Node

SEED = "metric_locks"


@dataclass(frozen=True, slots=True)
class Event:
    """One locking of one version; `locked_at` in UTC, `reason` empty where none was needed."""

    metric: str
    metric_version: int
    locked_at: str
    status: str
    definition_digest: str
    meaning_digest: str
    reason: str


def _seed(compiled: Compiled) -> Node | None:
    return next((n for n in compiled.graph.of("seed") if n.name == SEED and not n.file), None)


def log_file(compiled: Compiled) -> Path | None:
    """The seed's file; None for a project without it."""
    seed = _seed(compiled)
    return compiled.project.root / seed.path if seed else None


def last_events(compiled: Compiled) -> dict[str, tuple[str, str, str]] | None:
    """`metric@version` → definition digest, meaning digest and status of its last event; None without the seed."""
    file = log_file(compiled)
    if file is None:
        return None
    found: dict[str, tuple[str, str, str]] = {}
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            found[key_text(row["metric"], row["metric_version"])] = (
                row["definition_digest"],
                row["meaning_digest"],
                row["status"],
            )
    return found


def append_events(file: Path, events: Iterable[Event]) -> None:
    """Add events at the end of the log. Raises OSError, ConvsqlError where the file is a link that leads out of the project."""
    rows = [astuple(e) for e in events]
    if not rows:
        return
    known = file.read_bytes() if file.is_file() else b""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if not known.strip():
        known = b""
        writer.writerow([f.name for f in fields(Event)])
    writer.writerows(rows)
    whole = known if not known or known.endswith(b"\n") else known + b"\n"
    write_whole(file, whole + out.getvalue().encode())
