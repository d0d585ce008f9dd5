"""The table of docs/runner.md: what a build survives.

    python -m tests.runner.faults.table FOLDER

breaks builds in FOLDER, about 1,200 of them, which takes a quarter of an hour and more, and writes the table. Ends with 1 where something was lost.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.root import ROOT

PAGE = ROOT / "docs/runner.md"
HEAD = "| what goes wrong | where | builds broken | of them published, exit 0 | half-built, mixed or lost |\n|---|---|---:|---:|---:|\n"
RIVALS = 8  # a second builder is a process that starts from nothing: every so many statements
BYTES = 211  # of a log between two cuts
# Fault → its step, what goes wrong, and where; what kills is never published with exit 0.
ROWS: dict[str, tuple[int, str, str]] = {
    "error": (2, "a statement is refused by the engine", "every second statement"),
    "memory": (5, "no memory is left at a statement", "every fifth statement"),
    "kill": (2, "the process is killed before a statement", "every second statement"),
    "killed": (5, "the process is killed after a statement", "every fifth statement"),
    "cut": (
        1,
        "the process is killed before a write, flush, truncation, move or removal of the system's",
        "every one below the project",
    ),
    "half": (1, "the process is killed when half of that is written", "every one"),
    "no space": (1, "no space is left at that", "every one"),
    "no flush": (1, "the disk fails at that", "every one"),
    "full": (
        1,
        "no space is left for a file, or it can't be moved or removed",
        "every file that Python opens or moves",
    ),
    "lost": (1, "the process is killed before that", "every file"),
    "room": (1, "no file can grow past a size, the database's copy included", "every KiB"),
    "torn log of the copy": (
        BYTES,
        "the log that a killed build left is cut, or ends in zeros",
        f"every {BYTES} bytes, after several statements",
    ),
    "torn log of the file": (
        BYTES,
        "the log that another program left is cut, or ends in zeros",
        f"every {BYTES} bytes",
    ),
    "rival": (RIVALS, "another process builds the same project meanwhile", "every eighth statement"),
    "clock": (RIVALS, "the clock is set back by a day", "every eighth statement"),
}
KILLING = ("kill", "killed", "cut", "half", "lost")


def run(folder: Path) -> Iterator[dict[str, object]]:
    """What came of each kind of fault."""
    for fault, (step, _, _) in ROWS.items():
        if fault == "torn log of the file":
            continue
        torn = fault.startswith("torn")
        module = (
            ["torn", folder / "torn", step] if torn else ["everywhere", folder / fault.replace(" ", "_"), fault, step]
        )
        done = subprocess.run(
            [sys.executable, "-m", f"tests.runner.faults.{module[0]}", *map(str, module[1:])],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{fault}: {done.stderr}")
        for line in done.stdout.splitlines():
            print(line, flush=True)
            yield json.loads(line)


def table(found: list[dict[str, object]]) -> str:
    """The table in Markdown."""
    lines, total, wrong = [], 0, 0
    for fault, (_, what, where) in ROWS.items():
        mine = [t for t in found if t["fault"] == fault]
        tried, published = (sum(int(str(t[key])) for t in mine) for key in ("tried", "published"))
        broken = sum(len(t["broken"]) for t in mine)  # type: ignore[arg-type]
        total, wrong = total + tried, wrong + broken
        shown = "–" if fault in KILLING or fault.startswith("torn") else str(published)
        lines.append(f"| {what} | {where} | {tried:,} | {shown} | {broken} |")
    return HEAD + "\n".join([*lines, f"| all | | {total:,} | | {wrong} |", ""])


def main(folder: Path) -> int:
    """Run all, write the table, and say whether all is well."""
    found = list(run(folder))
    page = PAGE.read_text(encoding="utf-8")
    written = re.sub(re.escape(HEAD) + r"(?:\|.*\n)+", lambda _: table(found), page)
    PAGE.write_text(written, encoding="utf-8")
    return int(any(t["broken"] for t in found))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
