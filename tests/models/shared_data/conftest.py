"""Real inputs, built once per variant by the command line in a copy of the project."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from convsql.cli.main import run
from tests.spec.reference.shared import SHARED, expected, vars_of
from tests.support.demo import once
from tests.support.root import ROOT

VARIANTS = [
    ("bpi2012_sample", "default"),
    ("bpi2012_sample", "case"),
    ("ibm_twitter_care", "default"),
    ("ibm_twitter_care", "gap_24h"),
]
QUICK = VARIANTS[:1]  # the others are slow
DIMENSIONS = {"by_channel": "channel", "by_persona": "persona", "by_source": "source"}
PARTS = ["models", "macros", "tests/governance", "dbt_project.yml", "profiles.yml"]


@dataclass(frozen=True)
class Built:
    """A published build of one variant, and what its folder says must come out."""

    connection: duckdb.DuckDBPyConnection
    expected: dict[str, Any]
    variant: str

    def rows(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        result = self.connection.execute(query, list(parameters))
        names = [d[0] for d in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def one(self, query: str, *parameters: object) -> dict[str, Any]:
        rows = self.rows(query, *parameters)
        assert len(rows) == 1, f"{len(rows)} rows: {query} {parameters}"
        return rows[0]


def copy_project(folder: Path, settings: Path) -> None:
    """The project with a data set's own seeds and variables in place of the demo's."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("unit_tests"))
        else:
            shutil.copy(source, folder / part)
    (folder / "seeds").mkdir()
    for own in (
        "_seeds.yml",
        "currency_rates.csv",
        "failure_codes.csv",
        "messaging_rules.csv",
        "undecided_values.csv",
        "zone_offsets.csv",
    ):  # what is nobody's mapping
        shutil.copy(ROOT / "seeds" / own, folder / "seeds")
    for of_demo in ("amount_targets.csv", "events.csv", "metric_locks.csv"):  # nothing of it is locked yet
        header = (ROOT / "seeds" / of_demo).read_text(encoding="utf-8").splitlines()[0]
        (folder / "seeds" / of_demo).write_text(f"{header}\n", encoding="utf-8")
    for seed in sorted((settings / "seeds").glob("*.csv")):
        shutil.copy(seed, folder / "seeds")
    shutil.copy(settings / "vars.yml", folder / "vars.yml")


def publish(folder: Path, name: str, variant: str, *arguments: str) -> int:
    """Build a variant of a shared data set with the cohorts that its figures are of; returns the exit code."""
    data = SHARED / name
    if not data.is_dir():
        pytest.skip(f"the shared data set {name} is not on this machine")
    settings = data if variant == "default" else data / "variants" / variant
    copy_project(folder, settings)
    metrics = vars_of(settings / "vars.yml")["conversion_metrics"]
    figures = expected(name)
    for metric, figure in zip(metrics, figures["metrics"][variant], strict=True):
        metric["cohorts"]["by"] += [
            [d] for key, d in DIMENSIONS.items() if key in figure and [d] not in metric["cohorts"]["by"]
        ]
    targets = [
        {"name": each, "minutes": float(each.removeprefix("sla.").removesuffix("min")), "clock": "calendar"}
        for each in figures.get("answered_within", {})
    ]
    overrides = json.dumps({"raw_path": str(data), "conversion_metrics": metrics, "sla_targets": targets})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return run(["build", "--project-dir", str(folder), "--vars", overrides, "--quiet", *arguments])


@pytest.fixture(
    scope="session",
    params=[pytest.param(v, id="-".join(v), marks=[] if v in QUICK else pytest.mark.slow) for v in VARIANTS],
)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    name, variant = request.param
    if not (SHARED / name).is_dir():
        pytest.skip(f"the shared data set {name} is not on this machine")
    # what holds of every build is asked of each data set once here, and of its variants by test_data_tests.py
    spared = [] if variant == "default" else ["--exclude", "test_type:data"]

    def make(folder: Path) -> None:
        assert publish(folder, name, variant, *spared) == 0

    folder = once(tmp_path_factory, f"{name}-{variant}", make)
    connection = duckdb.connect(str(folder / "convsql.duckdb"), read_only=True)
    yield Built(connection, expected(name), variant)
    connection.close()
