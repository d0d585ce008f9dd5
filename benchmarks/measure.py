"""Measuring other processes: wall time and peak memory of the whole process, medians, tables.

Keep what imports this light: on Linux a new process inherits the high-water mark of memory of the one
that started it.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
MIB = 1024 * 1024


class CommandFailed(Exception):
    """A measured command ended with an unexpected exit code."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: seconds of wall and of processor time, and the largest resident set in MiB."""

    wall: float
    peak: float
    output: str
    cpu: float


def run(command: Sequence[str], cwd: Path, log: Path, env: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end and measure it; its output goes to ``log``.

    Raises CommandFailed with the end of the output when the command does not succeed.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        began = time.perf_counter()
        process = subprocess.Popen(
            list(command), cwd=cwd, env={**os.environ, **(env or {})}, stdout=out, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    output = log.read_text(encoding="utf-8", errors="replace")
    if process.returncode != 0:
        raise CommandFailed(f"{' '.join(command)}\nexit code {process.returncode}\n{output[-3000:]}")
    return Run(wall, usage.ru_maxrss * 1024 / MIB, output, usage.ru_utime + usage.ru_stime)


def middle(runs: Sequence[Run]) -> Run:
    """The medians of several runs."""
    return Run(median(r.wall for r in runs), median(r.peak for r in runs), runs[-1].output, median(r.cpu for r in runs))


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up; all but the first to the right."""
    widths = [max(len(row[place]) for row in [header, *rows]) for place in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        pairs = list(zip(cells, widths, strict=True))
        padded = [pairs[0][0].ljust(pairs[0][1]), *(cell.rjust(width) for cell, width in pairs[1:])]
        return "| " + " | ".join(padded) + " |"

    rule = "|" + "|".join("-" * (width + 1) + ("-" if place == 0 else ":") for place, width in enumerate(widths)) + "|"
    return "\n".join([line(header), rule, *(line(row) for row in rows)])


def verdict(value: float, limit: float) -> str:
    """Whether a target is met."""
    return "met" if value <= limit else "MISSED"


def machine() -> str:
    """One line on what the figures were measured on."""
    model = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / MIB / 1024
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {model}; load {os.getloadavg()[0]:.1f}"
