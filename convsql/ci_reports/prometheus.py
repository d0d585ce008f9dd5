"""A run as a text file of Prometheus, for node_exporter's textfile collector: when, how long, how it ended, each model's seconds."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from convsql import __version__
from convsql.runs.journal import journal_of
from convsql.runs.reading import read_runs
from convsql.runs.recording import Ended, Recording

Sample = tuple[Mapping[str, str], float]


def prometheus(ended: Ended, recording: Recording) -> str:
    """The file's text. Times are seconds since 1970, in UTC; durations are seconds."""
    now = datetime.datetime.now(datetime.UTC).timestamp()
    target = recording.target
    run = {"project": recording.project.name, "environment": target.schema, "command": recording.command}
    info = {"target": target.name, "status": ended.status, "version": __version__}
    counts: dict[str, int] = {}
    for result in ended.results:
        counts[result.status] = counts.get(result.status, 0) + 1
    built = [
        ({**run, "node": r.node.name, "resource_type": r.node.kind, "status": r.status}, r.seconds)
        for r in ended.results
        if r.node.kind in ("model", "seed") and r.status in ("success", "error")
    ]
    published = ended.outcome.published if ended.outcome else None
    blocks = [
        _block("run_info", "What the last run was.", [({**run, **info}, 1)]),
        _block("run_exit_code", "The exit code of the last run.", [(run, ended.exit_code)]),
        _block("run_ended_timestamp_seconds", "When the last run ended.", [(run, now)]),
        _block("run_duration_seconds", "How long the last run took.", [(run, recording.seconds)]),
        _block("run_attempts", "How often the last run was tried.", [(run, max(recording.attempts, 1))]),
        _block(
            "run_nodes",
            "Nodes of the last run by what became of them.",
            [({**run, "status": s}, n) for s, n in sorted(counts.items())],
        ),
        _block("node_duration_seconds", "How long each model and seed took that the last run made.", built),
        _block(
            "published_build",
            "The number of the build that readers see.",
            [(run, published.sequence)] if published else [],
        ),
        _block("last_success_timestamp_seconds", "When a run last ended well.", _last_success(recording, run)),
    ]
    return "".join(blocks)


def _last_success(recording: Recording, run: Mapping[str, str]) -> Sequence[Sample]:
    journal = journal_of(recording.project, recording.target)
    runs = read_runs(journal, recording.project.name, recording.target.schema) if journal else []
    for each in runs:
        if each.ended_well and each.facts.get("command") == recording.command:
            return [(run, datetime.datetime.fromisoformat(str(each.facts["ended_at"])).timestamp())]
    return []


def _block(name: str, about: str, samples: Sequence[Sample]) -> str:
    if not samples:
        return ""
    lines = [f"# HELP convsql_{name} {about}", f"# TYPE convsql_{name} gauge"]
    for labels, value in samples:
        shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"convsql_{name}{{{shown}}} {value:.17g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
