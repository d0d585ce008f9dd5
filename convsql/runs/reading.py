"""Runs as the journal tells them: begun, ended, killed; and what their durations say."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from convsql.base.processes import is_alive
from convsql.runs.journal import Journal
from convsql.runs.recording import host

BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Run:
    """One recorded run; `status` is `running` or `killed` where its end was never noted, `unknown` where another host began it."""

    facts: dict[str, Any]
    status: str

    def __getattr__(self, name: str) -> Any:
        return self.facts.get(name)

    @property
    def counts(self) -> dict[str, int]:
        """Status of nodes → how many."""
        found = self.facts.get("counts")
        return found if isinstance(found, dict) else {}

    def count(self, *statuses: str) -> int:
        return sum(int(self.counts.get(s, 0)) for s in statuses)

    @property
    def ended_well(self) -> bool:
        return self.status in ("published", "nothing to do", "passed", "done")

    def to_json(self) -> dict[str, Any]:
        """For machines: all that was noted."""
        facts = {k: v for k, v in self.facts.items() if k not in ("event", "at", "status")}
        return {"run": self.facts["run"], "status": self.status, **{k: v for k, v in facts.items() if k != "run"}}


def read_runs(journal: Journal, project: str, environment: str) -> list[Run]:
    """The runs of one project in one environment, newest first."""
    by_id: dict[str, dict[str, Any]] = {}
    for entry in journal.entries():
        if entry.get("event") == "begin":
            by_id[entry["run"]] = {**entry, "started_at": entry.get("at")}
        elif entry["run"] in by_id:
            by_id[entry["run"]] |= {**entry, "ended_at": entry.get("at")}
    found = (f for f in by_id.values() if (f.get("project"), f.get("environment")) == (project, environment))
    return [Run(facts, _status(facts)) for facts in reversed(list(found))]


def _status(facts: dict[str, Any]) -> str:
    if facts.get("event") == "end":
        return str(facts.get("status"))
    if facts.get("host") != host():
        return "unknown"
    pid = facts.get("pid")
    goes_on = isinstance(pid, int) and pid > 0 and os.name != "nt" and is_alive(pid)
    return "running" if goes_on else "killed"


def trend(runs: Sequence[Run], most: int = 20) -> tuple[list[float], float] | None:
    """Seconds of the last builds that were published, oldest first, and their median; None for fewer than three."""
    seconds = [float(r.facts["seconds"]) for r in runs if r.status == "published" and r.facts.get("seconds")]
    chosen = seconds[:most][::-1]
    return (chosen, median(chosen)) if len(chosen) >= 3 else None


def bars(values: Sequence[float]) -> str:
    """A row of small bars, the greatest value a full one."""
    top = max(values, default=0.0) or 1.0
    return "".join(BARS[min(len(BARS) - 1, int(value / top * (len(BARS) - 1) + 0.5))] for value in values)
