"""Times with a zone, shown where pytz is not installed: DuckDB's Python client wants it, and convsql does not depend on it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

from tests.support import Folder

Make = Callable[..., Folder]
WITHOUT_PYTZ = "import sys; sys.modules['pytz'] = None; from convsql.cli.main import run; sys.exit(run(sys.argv[1:]))"
ZONED = (
    "select timestamptz '2026-01-01 00:00:00.5+00' as t, timestamptz 'infinity' as never, null::timestamptz as none,"
    " [timestamptz '2026-01-01 00:00+00'] as listed, timetz '10:00:00+01' as clock, 1 as t2"
)


def alone(project: Folder, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_PYTZ, *arguments, "--project-dir", str(project.root)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_way_of_showing_rows_does_without_pytz(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": ZONED,
            "tests/t.sql": "{{ config(severity='warn') }} select * from {{ ref('a') }}",
            "models/u.yml": "unit_tests: [{name: u, model: a, given: [], expect: {rows: [{t2: 2, t: '2026-01-01 00:00:00.5+00'}]}}]",
        }
    )
    built = alone(project, "build", "--json")
    unit, failing = (next(r for r in json.loads(built.stdout)["results"] if r["name"] == name) for name in ("u", "a"))
    assert (unit["status"], failing["status"]) == ("fail", "skipped")
    assert "2026-01-01 00:00:00.500000+00:00 | 1" in unit["message"]
    project.remove("models/u.yml")
    built = alone(project, "build", "--json")
    assert built.returncode == 0, built.stderr
    warned = next(r for r in json.loads(built.stdout)["results"] if r["name"] == "t")
    shown = alone(project, "show", "a", "--json")
    assert shown.returncode == 0, shown.stderr
    row = json.loads(shown.stdout)["rows"][0]
    assert row == [
        "2026-01-01T00:00:00.500000+00:00",
        "infinity",
        None,
        "['2026-01-01 00:00:00+00']",
        "10:00:00+01:00",
        1,
    ]
    assert list(warned["failing_rows"][0].values()) == row
    assert "2026-01-01 00:00:00.500000+00:00" in alone(project, "show", "a").stdout
