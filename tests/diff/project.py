"""The package over nine conversations, in a git repository: small enough to work every figure out by hand (docs/diff.md does).

Each contact sends one message, Ann two, so that every message is a conversation:

| who | channel, day | won | version 1: 7 days, linear | version 2: 14 days, SMS only, first touch |
|---|---|---|---|---|
| ann | sms, 1 and 2 January | 3 January | both converted, half the credit each | both converted, the first holds all credit |
| ben | sms, 1 January | 11 January | not converted | converted |
| cat | chat, 1 January | 2 January | converted | excluded: channel |
| dan | chat, 2 January | | not converted | excluded: channel |
| eve, fay | sms, 1 and 2 February | | not converted | not converted |
| gil | sms, 20 March | | not converted | pending |
| hal | sms, 21 March | 25 March | converted | converted, window open |

All sources have reported up to 30 March.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.spec.reference.columns import INPUTS, NUMBER, TIME, Row, Rows
from tests.support import Run, convsql
from tests.support.root import ROOT

DATABASE = "convsql.duckdb"
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "tester@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}

SAID = [
    ("ann", "sms", "2024-01-01"),
    ("ann", "sms", "2024-01-02"),
    ("ben", "sms", "2024-01-01"),
    ("cat", "chat", "2024-01-01"),
    ("dan", "chat", "2024-01-02"),
    ("eve", "sms", "2024-02-01"),
    ("fay", "sms", "2024-02-02"),
    ("gil", "sms", "2024-03-20"),
    ("hal", "sms", "2024-03-21"),
]
WON = {"ann": "2024-01-03", "ben": "2024-01-11", "cat": "2024-01-02", "hal": "2024-03-25"}
CLOCK = "2024-03-30"
VERSION_1: Row = {
    "name": "sms_to_won",
    "version": 1,
    "status": "deprecated",
    "outcome": "closed_won",
    "kind": "attempt",
    "window_days": 7,
}
VERSION_2: Row = {
    **VERSION_1,
    "version": 2,
    "status": "active",
    "window_days": 14,
    "attribution": "first_touch",
    "eligible": {"channels": ["sms"]},
}


def _at(day: str, hours: float = 9) -> datetime:
    return datetime.fromisoformat(day) + timedelta(hours=hours)


def tables() -> dict[str, Rows]:
    """The raw tables of the nine conversations."""
    messages = [
        {
            "message_id": f"{who}-{day}",
            "contact_id": who,
            "channel": channel,
            "direction": "inbound",
            "sent_at": _at(day, 12 if day.endswith("02") else 9),  # more than 24 h after the day before
        }
        for who, channel, day in SAID
    ]
    clock = {"message_id": "~clock", "contact_id": "~nobody", "channel": "sms", "direction": "outbound"}
    messages.append({**clock, "sent_at": _at(CLOCK), "status": "failed"})
    stages = [{"deal_id": f"deal-{who}", "stage": "closed_won", "entered_at": _at(day, 15)} for who, day in WON.items()]
    stages.append({"deal_id": "~none", "stage": "~clock", "entered_at": _at(CLOCK)})
    return {
        "messages": messages,
        "contacts": [{"contact_id": who} for who in dict.fromkeys(who for who, _, _ in SAID)],
        "deals": [
            {"deal_id": f"deal-{who}", "contact_id": who, "amount": 100.0, "created_at": _at("2024-01-01")}
            for who in WON
        ],
        "deal_stages": stages,
    }


def write_raw(folder: Path, rows: dict[str, Rows]) -> None:
    """Parquet files of raw tables."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {TIME: "timestamp", NUMBER: "double"}
    with duckdb.connect() as connection:
        for name, listed in rows.items():
            types = INPUTS[name].types
            columns = ", ".join(f"{c} {kinds.get(kind, 'varchar')}" for c, kind in types.items())
            connection.execute(f"create or replace table raw ({columns})")
            holes = ", ".join("?" for _ in types)
            connection.executemany(f"insert into raw values ({holes})", [[r.get(c) for c in types] for r in listed])
            connection.execute(f"copy raw to '{folder / name}.parquet' (format parquet)")


# No metric rests on what compares or explains its rates.
LEFT_OUT = shutil.ignore_patterns("unit_tests", "comparisons", "kpis")


def write_package(folder: Path, metrics: Rows, **variables: Any) -> None:
    """The package's own files, without its tests, and a vars.yml."""
    for part in ("models", "macros", "seeds"):
        shutil.copytree(ROOT / part, folder / part, ignore=LEFT_OUT if part == "models" else None)
    for part in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / part, folder / part)
    write_vars(folder, metrics, **variables)


def write_vars(folder: Path, metrics: Rows, **variables: Any) -> None:
    """A vars.yml without aliases, which are refused."""
    content = {"raw_path": "raw", "inputs": [], **variables, "conversion_metrics": metrics}
    (folder / "vars.yml").write_text(
        yaml.safe_dump({"vars": json.loads(json.dumps(content, default=str))}), encoding="utf-8"
    )


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False, env={**os.environ, **GIT}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Repository:
    """A project in a git repository (in its folder `inside`), with one commit that is tagged `start`."""

    def __init__(self, root: Path, inside: str = "") -> None:
        self.root = root
        self.project = root / inside
        self.project.mkdir(parents=True, exist_ok=True)
        write_package(self.project, [VERSION_1, VERSION_2])
        (self.project / ".gitignore").write_text("target/\nraw/\n*.duckdb*\n", encoding="utf-8")
        write_raw(self.project / "raw", tables())
        git(root, "init", "--quiet", "--initial-branch", "main")
        self.commit("start")

    def commit(self, tag: str) -> None:
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--message", tag)
        git(self.root, "tag", "--force", tag)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace text that must be there in a file of the project."""
        file = self.project / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def metrics(self, *metrics: Row, **variables: Any) -> None:
        write_vars(self.project, list(metrics), **variables)

    def diff(self, *arguments: str) -> Run:
        return convsql("metrics", "diff", *arguments, "--project-dir", str(self.project))

    def json(self, *arguments: str, code: int = 0) -> Any:
        """The document of a diff that must end with this exit code."""
        done = self.diff(*arguments, "--json")
        assert done.code == code, done.err + done.out
        return done.json

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.project / DATABASE), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def total(document: Any, metric: int = 0) -> Any:
    return document["metrics"][metric]["total"]


def moves(part: Any) -> dict[tuple[str, str], int]:
    """The cells off the diagonal."""
    return {(m["from"], m["to"]): m["conversations"] for m in part["matrix"] if m["from"] != m["to"]}
