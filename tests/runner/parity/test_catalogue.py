"""The catalogue of generated definitions under both: texts, digests and dates as Python has them, and a history of locks."""

from __future__ import annotations

import csv
import hashlib
import shutil
from typing import Any

import duckdb
import pytest
import yaml

from convsql.definitions.identity import definition_digest, definition_text
from convsql.definitions.metric_schema import MetricDefinition
from tests.runner.parity.both import Both
from tests.spec.properties.definitions import definition
from tests.support.root import ROOT

pytestmark = pytest.mark.slow  # run in CI
PROJECT = {"name": "catalogue", "version": "1.0.0", "profile": "convsql", "config-version": 2}
NUMBERS = range(45)
LOCKS = ("metric", "metric_version", "locked_at", "status", "definition_digest", "meaning_digest", "reason")


def locks(found: MetricDefinition, number: int) -> list[dict[str, Any]]:
    """Of three versions one was never locked, one is as it was locked, one is not."""
    old = {"metric": found.name, "metric_version": found.version, "status": "draft", "reason": 'was "odd", é'}
    digests = {"definition_digest": hashlib.md5(b"old").hexdigest(), "meaning_digest": "old"}
    first = {**old, **digests, "locked_at": "2024-05-01 10:00:00.000001"}
    second = {**first, "locked_at": "2024-05-01 10:00:01", "status": found.status, "reason": ""}
    return [[], [{**second, "definition_digest": definition_digest(found), "meaning_digest": ""}, first], [second]][
        number % 3
    ]


@pytest.fixture(scope="module")
def found() -> list[MetricDefinition]:
    return [MetricDefinition.model_validate(definition(number)) for number in NUMBERS]


@pytest.fixture(scope="module")
def both(found: list[MetricDefinition], tmp_path_factory: pytest.TempPathFactory) -> Both:
    root = tmp_path_factory.mktemp("catalogue")
    source = root / "source"
    shutil.copytree(ROOT / "macros", source / "macros")
    shutil.copy(ROOT / "profiles.yml", source)
    for folder in ("models", "seeds"):
        (source / folder).mkdir()
    for name in ("metric_definitions", "metric_changes", "metric_versions"):
        for file in (ROOT / "models").glob(f"**/{name}.*"):
            shutil.copy(file, source / "models")
    (source / "models" / "clocks.sql").write_text("select timestamp '2024-08-01 12:00:00' as as_of", encoding="utf-8")
    (source / "dbt_project.yml").write_text(yaml.safe_dump(PROJECT), encoding="utf-8")
    variables = {"conversion_metrics": [definition(number) for number in NUMBERS]}
    (source / "vars.yml").write_text(yaml.safe_dump({"vars": variables}), encoding="utf-8")
    declared = yaml.safe_load((ROOT / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))["seeds"]
    seed = next(each for each in declared if each["name"] == "metric_locks")
    (source / "seeds" / "_seeds.yml").write_text(yaml.safe_dump({"seeds": [seed]}), encoding="utf-8")
    with (source / "seeds" / "metric_locks.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, LOCKS)
        writer.writeheader()
        for number, each in enumerate(found):
            writer.writerows(locks(each, number))
    made = Both(root, source)
    mine, theirs = made.build()
    assert mine.found == theirs.found
    assert theirs.failing == []
    return made


def rows(both: Both, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(both.root / "dbt.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_both_make_the_same_rows(both: Both) -> None:
    assert both.differences() == []


def test_texts_digests_and_dates_are_those_of_python(both: Both, found: list[MetricDefinition]) -> None:
    columns = "metric, metric_version, definition_text, definition_digest, effective_from, retired_on, review_by"
    made = {row[:2]: row[2:] for row in rows(both, f"select {columns} from main.metric_definitions")}
    assert made == {
        (d.name, d.version): (definition_text(d), definition_digest(d), d.effective_from, d.retired_on, d.review_by)
        for d in found
    }


def test_the_history_of_the_locks_is_read_from_the_seed(both: Both, found: list[MetricDefinition]) -> None:
    states = dict(rows(both, "select metric, lock_state from main.metric_definitions"))
    assert [states[d.name] for d in found] == [("unlocked", "locked", "changed")[n % 3] for n in NUMBERS]
    made = rows(both, "select metric, event_number, change, meaning_digest, reason from main.metric_changes")
    wanted = []
    for number, each in enumerate(found):
        events = sorted(locks(each, number), key=lambda event: str(event["locked_at"]))
        for place, event in enumerate(events):
            second = "definition and meaning" if each.status == "draft" else "released"
            wanted.append((
                each.name, place + 1, second if place else "locked", event["meaning_digest"] or None, event["reason"] or None
            ))  # fmt: skip
    assert sorted(made, key=repr) == sorted(wanted, key=repr)
