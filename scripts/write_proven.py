"""Writes docs/proven.md, the table of what was compared on which engines, from the runs recorded in docs/proven.json.

`python scripts/write_proven.py`                                  the page again, from what is recorded
`python scripts/write_proven.py target/verified.json "a name"`    adds such a run first, in place of an earlier one of that name

A run is what `convsql verify` leaves in `target/verified.json`; only a run over all of a project that differs in nothing is taken.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[1] / "docs"
RECORDED = DOCS / "proven.json"
PAGE = DOCS / "proven.md"
WRITTEN = "<!-- Written by `python scripts/write_proven.py` from docs/proven.json; do not edit. -->"


def page(runs: Sequence[dict[str, Any]]) -> str:
    """The text of the page."""
    lines = [
        WRITTEN,
        "",
        "# What was proven",
        "",
        "Each line is a run of `convsql verify`: the project was built, tested and published on both engines, and every relation compared, all rows both ways",
        "([how](runner.md#the-same-rows-on-another-target)). Nothing else is claimed: an engine that is not here was not compared.",
        "",
        "| project | here | there | relations | rows | equal | convsql | when | command |",
        "|---|---|---|---:|---:|---:|---|---|---|",
    ]
    for run in runs:
        relations = run["relations"]
        rows = sum(relation["rows_here"] or 0 for relation in relations)
        equal = sum(relation["status"] == "equal" for relation in relations)
        cells = (
            run["name"], _engine(run["here"]), _engine(run["there"]), len(relations), f"{rows:,}", equal,
            run["convsql_version"], run["verified_at"][:10], f"`{run['command']}`",
        )  # fmt: skip
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    for run in runs:
        lines += ["", f"## {run['name']}: {_engine(run['here'])} and {_engine(run['there'])}", ""]
        lines += ["| relation | rows here | rows there | result |", "|---|---:|---:|---|"]
        lines += [
            f"| `{relation['name']}` | {relation['rows_here']:,} | {relation['rows_there']:,} | {relation['status']} |"
            for relation in sorted(run["relations"], key=lambda r: str(r["name"]))
        ]
    return "\n".join(lines) + "\n"


def _engine(side: dict[str, str]) -> str:
    return f"{side['engine']} {side['version']}"


def recorded() -> list[dict[str, Any]]:
    """The runs in docs/proven.json."""
    return list(json.loads(RECORDED.read_text(encoding="utf-8"))) if RECORDED.exists() else []


def add(run: dict[str, Any], name: str, runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The runs with one more, or with it in place of one between the same engines. Raises SystemExit for one that proves less."""
    unequal = [relation["name"] for relation in run["relations"] if relation["status"] != "equal"]
    if unequal or run["select"] or run["exclude"]:
        raise SystemExit(
            f"not taken: {', '.join(unequal[:5])} not equal" if unequal else "not taken: a part of the project"
        )
    new = {"name": name, **run}
    kept = [one for one in runs if _identity(one) != _identity(new)]
    return sorted([*kept, new], key=_identity)


def _identity(run: dict[str, Any]) -> tuple[str, str, str]:
    return run["name"], run["here"]["engine"], run["there"]["engine"]


def main(arguments: Sequence[str]) -> None:
    runs = recorded()
    if arguments:
        file, name = arguments
        runs = add(json.loads(Path(file).read_text(encoding="utf-8")), name, runs)
        RECORDED.write_text(json.dumps(runs, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(runs), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
