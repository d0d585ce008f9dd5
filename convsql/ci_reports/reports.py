"""Which reports of a run are wanted, and writing them. What can't be written is told, and changes nothing about the run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from convsql.base.errors import ConvsqlError, Where
from convsql.base.whole_file import write_text

if TYPE_CHECKING:
    from convsql.runs.recording import Ended, Recording

GITHUB, NONE = "github", "none"


@dataclass(frozen=True, slots=True)
class Reports:
    """Files to write, and whether findings are said as annotations (`github`, `none`; None: where GitHub runs this)."""

    junit: Path | None = None
    sarif: Path | None = None
    code_quality: Path | None = None
    annotations: str | None = None
    prometheus: Path | None = None

    @property
    def annotates(self) -> bool:
        if self.annotations not in (None, GITHUB, NONE):
            raise ConvsqlError(
                f"'{self.annotations}' is not a kind of annotations", Where("--annotations"), "github or none"
            )
        return (self.annotations or (GITHUB if os.environ.get("GITHUB_ACTIONS") == "true" else NONE)) == GITHUB

    @property
    def are_wanted(self) -> bool:
        return self.annotates or any((self.junit, self.sarif, self.code_quality, self.prometheus))


def write_reports(
    reports: Reports,
    ended: Ended,
    command: str,
    root: Path,
    seconds: float,
    say: Callable[[str], None],
    recording: Recording | None = None,
) -> None:
    """Write what is wanted of a run that ended; `say` tells what GitHub and people are to read; `recording`: of one that was recorded."""
    if not reports.are_wanted:
        return
    from convsql.ci_reports.annotations import workflow_commands
    from convsql.ci_reports.code_quality import code_quality
    from convsql.ci_reports.findings import findings, prefix_of
    from convsql.ci_reports.junit import junit
    from convsql.ci_reports.prometheus import prometheus
    from convsql.ci_reports.sarif import sarif

    found = findings(ended, root)
    if reports.annotates:
        for line in workflow_commands(found):
            say(line)
    wanted: list[tuple[Path | None, Callable[[], str]]] = [
        (reports.junit, lambda: junit(ended, found, command, prefix_of(root), seconds)),
        (reports.sarif, lambda: json.dumps(sarif(found, ended.exit_code), indent=1)),
        (reports.code_quality, lambda: json.dumps(code_quality(found), indent=1)),
        (reports.prometheus if recording else None, lambda: prometheus(ended, recording) if recording else ""),
    ]
    if reports.prometheus and recording is None:
        say("note: nothing was run, and nothing is written for Prometheus")
    for file, text in wanted:
        if file is not None:
            try:
                write_text(file, text())
            except (ConvsqlError, OSError) as error:
                say(f"note: {file} could not be written: {getattr(error, 'reason', None) or error}")
