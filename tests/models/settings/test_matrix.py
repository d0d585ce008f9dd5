"""Under every legal setting the package's build is published: all its data tests and unit tests pass."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from convsql.definitions.metric_checks import VARIABLE
from convsql.definitions.metric_schema import MetricDefinition
from convsql.definitions.settings_schema import PackageSettings
from tests.models.settings.choices import BUILDS, CHOICES, ELSEWHERE, METRICS, OPTIONAL, ZONES, mixed
from tests.support import Run, convsql
from tests.support.demo import copy_package

ALL = {**PackageSettings.model_fields, VARIABLE: None}
RAW = {
    "messages": "message_id,contact_id,channel,direction,sent_at\n"
    "m1,c1,sms,outbound,2026-01-01 10:00:00\nm2,c1,sms,inbound,2026-01-01 10:05:00\n"
    "m3,c2,voice,inbound,2026-03-08 06:59:59.999999\nm4,c2,sms,outbound,2026-03-08 07:00:00\n",
    "contacts": "contact_id,created_at\nc1,2026-01-01\nc2,2026-01-01\n",
    "deals": "deal_id,contact_id,created_at,amount\nd1,c1,2026-01-03,10\n",
    "deal_stages": "deal_id,stage,entered_at\nd1,closed_won,2026-01-05\n",
}


def test_every_variable_has_unusual_values_or_is_tried_elsewhere() -> None:
    lacking = sorted(ALL.keys() - CHOICES.keys() - ELSEWHERE.keys())
    assert not lacking, (
        f"{', '.join(lacking)}: new variables need an entry in CHOICES of tests/models/settings/choices.py: a tuple of the least, the greatest "
        "and the oddest values that the schema takes (or one in ELSEWHERE, with the tests that try it)"
    )
    assert CHOICES.keys() | ELSEWHERE.keys() == ALL.keys(), (
        "tests/models/settings/choices.py names a variable that is gone"
    )


@pytest.mark.parametrize("name", sorted(CHOICES.keys() - {VARIABLE}))
def test_the_schema_takes_each_value(name: str) -> None:
    for value in CHOICES[name]:
        PackageSettings.model_validate({name: value})


def test_every_field_of_a_metric_and_each_of_its_words_is_tried() -> None:
    tried = [MetricDefinition.model_validate(each) for metrics in METRICS for each in metrics]
    for name, field in MetricDefinition.model_fields.items():
        values = {json.dumps(each.model_dump(mode="json")[name], sort_keys=True) for each in tried}
        assert len(values) > 1, (
            f"{name}: give a metric in METRICS of tests/models/settings/choices.py another value of it"
        )
        words = getattr(field.annotation, "__args__", ())
        if words and all(isinstance(word, str) for word in words):
            assert {f'"{word}"' for word in words} == values, name


def test_every_value_stands_in_some_build() -> None:
    built = [mixed(number) for number in range(BUILDS)]
    for name, values in CHOICES.items():
        missing = [v for v in values if all(b[name] != v for b in built)] if name != "capacity_targets" else []
        assert not missing, (name, missing)


def test_zones_reach_from_one_end_of_the_world_to_the_other_in_quarters_of_hours() -> None:
    offsets = {ZoneInfo(zone).utcoffset(datetime(2026, 1, 15, tzinfo=UTC)) for zone in ZONES}
    assert timedelta(hours=-11) in offsets and timedelta(hours=14) in offsets
    assert {o.seconds % 3600 for o in offsets if o is not None} >= {0, 1800, 2700}


def failing(done: Run) -> list[tuple[str, str, str]]:
    if done.code == 2:
        return [("error", str(e["path"]), e["reason"]) for e in done.json["errors"]]
    return [
        (r["status"], r["name"], r["message"] or "") for r in done.json["results"] if r["status"] in ("fail", "error")
    ]


def build(folder: Path, raw: Path, variables: dict[str, Any], *options: str) -> Run:
    """A build of the package in its own repository, with business hours of the zone at night, too."""
    copy_package(folder)
    zone = variables.get("timezone") or "UTC"
    with (folder / "seeds/business_hours.csv").open("a", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(
            ["night", day, "22:15", "06:00:30", zone] for day in range(1, 8)
        )
    given = json.dumps({**variables, "raw_path": str(raw)}, ensure_ascii=False)
    return convsql("build", "--project-dir", str(folder), "--json", "--vars", given, *options)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(BUILDS))
def test_the_package_is_published_under_mixed_settings(number: int, part_of_demo_raw: Path, tmp_path: Path) -> None:
    done = build(tmp_path, part_of_demo_raw, mixed(number))
    assert (failing(done), done.code) == ([], 0), mixed(number)
    assert any(r["resource_type"] == "unit_test" for r in done.json["results"])


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    for name, text in RAW.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "zone", [pytest.param(zone, marks=pytest.mark.slow) for zone in dict.fromkeys(("America/New_York", *ZONES[1:]))]
)
def test_a_project_begun_in_a_zone_is_published_with_nothing_edited(zone: str, raw: Path, tmp_path: Path) -> None:
    project = tmp_path / "begun"
    assert convsql("init", str(project), "--from", str(raw), "--timezone", zone, "--name", "begun", "--yes").code == 0
    done = convsql("build", "--project-dir", str(project), "--json")
    assert (failing(done), done.code) == ([], 0)
    with duckdb.connect(str(project / "begun.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select distinct cohort_period from cohort_rates where cohort_grain = 'month'"
        ).fetchall()
    first_month = datetime(2026, 1, 1, 10, tzinfo=UTC).astimezone(ZoneInfo(zone)).date().replace(day=1)
    assert first_month in {row[0] for row in found}


@pytest.mark.slow
def test_settings_at_their_oddest_are_published_over_a_handful_of_rows(raw: Path, tmp_path: Path) -> None:
    variables = {**mixed(3), "raw_format": "csv", "inputs": []}
    done = build(tmp_path / "package", raw, variables, "--exclude", "test_type:unit")
    assert (failing(done), done.code) == ([], 0), variables


def test_no_input_is_left_untried() -> None:
    tried = {tuple(each) for each in CHOICES["inputs"]}
    assert all(
        (name,) in tried and any(name not in t and len(t) == len(OPTIONAL) - 1 for t in tried) for name in OPTIONAL
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("zone", "years", "test", "remedy"),
    [
        ("America/New_York", ("2010", "2012"), "zone_offsets_cover_the_data", "convsql zones --from 2010 --to 2026"),
        pytest.param(
            "America/Nowhere",
            ("2025", "2026"),
            "business_hours_readable",
            "make the seed zone_offsets anew: convsql zones",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_business_hours_of_a_clock_that_is_not_known_say_what_to_run(
    zone: str, years: tuple[str, str], test: str, remedy: str, raw: Path, tmp_path: Path
) -> None:
    package = tmp_path / "package"
    copy_package(package)
    assert convsql("zones", "--project-dir", str(package), "--from", years[0], "--to", years[1]).code == 0
    hours = package / "seeds/business_hours.csv"
    hours.write_text(f"calendar,weekday,opens,closes,timezone\ndefault,1,09:00,17:00,{zone}\n", encoding="utf-8")
    chosen = ("--select", "+business_openings", "--exclude", "test_type:unit", "resource_type:source")
    done = convsql(
        "build",
        "--project-dir",
        str(package),
        *chosen,
        "--vars",
        json.dumps({"raw_path": str(raw), "raw_format": "csv", "inputs": []}),
    )
    assert done.code == 1
    assert f"FAIL  test {test} " in done.out + done.err
    assert remedy in done.out + done.err
