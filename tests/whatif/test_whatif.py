"""`convsql whatif`: what a supposed definition would give is what a built one gives."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.support import convsql
from tests.support.demo import copy_demo

METRIC = "conversation_to_opportunity"
COLUMNS = "matured matured_converted conversion_rate rate_low rate_high eligible converted pending is_complete is_small".split()


def asked(project: Path, *arguments: str) -> Any:
    done = convsql("whatif", *arguments, "--json", "--project-dir", str(project))
    assert done.code == 0, done.err
    return done.json


def published(project: Path, version: int, by: str = "", grain: str = "month") -> dict[tuple[str, ...], dict[str, Any]]:
    names = "".join(f"{name}, " for name in by.split(",") if name)
    with duckdb.connect(str(project / "convsql.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            f"select cast(cohort_period as varchar), {names}{', '.join(COLUMNS)} from cohort_rates where metric = '{METRIC}'"
            f" and metric_version = {version} and cohort_grain = '{grain}' and cohort_by = '{'+'.join(sorted(by.split(','))) or 'all'}'"
        ).fetchall()
    keys = len(rows[0]) - len(COLUMNS)
    return {row[:keys]: dict(zip(COLUMNS, row[keys:], strict=True)) for row in rows}


def side(found: Any, name: str) -> dict[tuple[str, ...], dict[str, Any]]:
    return {(c["period"], *c["cut"].values()): c[name] for c in found["cohorts"] if c[name]}


@pytest.mark.slow
def test_a_supposed_version_is_the_one_that_is_built_and_the_other_side_what_is_published(demo_project: Path) -> None:
    """Versions 1 and 2 of the demo's metric differ by their window alone."""
    found = asked(demo_project, METRIC, "--change", "window_days=14", "--by", "channel")
    assert side(found, "after") == published(demo_project, 1, "channel")
    assert side(found, "before") == published(demo_project, 2, "channel")
    back = asked(demo_project, f"{METRIC}@1", "--change", "window_days=30")
    assert side(back, "after") == published(demo_project, 2)
    assert back["changes"] == [{"key": "window_days", "before": 14.0, "after": 30.0}]


def test_who_moves_is_who_moves_between_the_versions(demo_project: Path) -> None:
    found = asked(demo_project, METRIC, "--change", "window_days=14")
    with duckdb.connect(str(demo_project / "convsql.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select b.status, a.status, count(*) from rate_members as b inner join rate_members as a using (conversation_id)"
            f" where b.metric = '{METRIC}' and a.metric = b.metric and b.metric_version = 2 and a.metric_version = 1"
            " and b.status <> a.status group by all"
        ).fetchall()
    assert {(m["before"], m["after"], m["conversations"]) for m in found["moves"]} == set(rows)
    assert found["moved"] == sum(count for *_, count in rows) > 0


def test_people_see_rates_moves_and_that_nothing_was_published(demo_project: Path) -> None:
    database = demo_project / "convsql.duckdb"
    before = hashlib.sha256(database.read_bytes()).digest()
    done = convsql("whatif", METRIC, "--change", "window_days=21", "--last", "3", "--project-dir", str(demo_project))
    assert done.code == 0
    assert "window_days: 30 → 21" in done.out
    assert "converted → not converted" in done.out
    assert "Nothing was built or published." in done.out
    assert sum(line.strip().startswith("2026-") for line in done.out.splitlines()) == 3
    assert hashlib.sha256(database.read_bytes()).digest() == before


@pytest.mark.slow
def test_a_target_that_would_be_met_otherwise_is_named(demo_project: Path, tmp_path: Path) -> None:
    project = copy_demo(demo_project, tmp_path / "demo")
    now = published(demo_project, 2)[("2026-05-01",)]["conversion_rate"]
    then = published(demo_project, 1)[("2026-05-01",)]["conversion_rate"]
    (project / "seeds" / "targets.csv").write_text(
        f"metric,period_start,target\n{METRIC},2026-05-01,{(now + then) / 2:.4f}\n{METRIC},2026-06-01,0.01\n",
        encoding="utf-8",
    )
    assert convsql("build", "--select", "targets", "--project-dir", str(project)).code == 0
    found = asked(project, METRIC, "--change", "window_days=14")
    met = {t["period"]: (t["was_met"], t["would_be_met"]) for t in found["targets"]}
    assert met["2026-05-01"] == (True, False)
    assert set(met) == {f"2026-0{month}-01" for month in (5, 6, 7, 8)}, (
        "the one of June stands on, for complete periods"
    )
    assert all(met[f"2026-0{month}-01"] == (True, True) for month in (6, 7, 8))
    text = convsql("whatif", METRIC, "--change", "window_days=14", "--project-dir", str(project)).out
    assert "for the period from 2026-05-01 would be missed." in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--change: nothing is changed"),
        (["--change", "window_days"], "'window_days' is not key=value"),
        (["--change", "window=21"], "'window' is not a key that changes what is counted\n  hint: did you mean 'window_days'?"),
        (["--change", "owner=me"], "'owner' is not a key that changes what is counted"),
        (["--change", "window_days=0"], "window_days"),
        (["--change", "window_days=21", "--change", "window_days=22"], "window_days is given twice"),
        (["--change", "window_days=30"], f"this is what {METRIC}@2 says already"),
        (["--change", "attribution=time_decay", "--change", "half_life_days=0"], "half_life_days: input should be greater than or equal to"),
        (["--change", "half_life_days=3"], "'half_life_days' is not a key that changes what is counted"),
        (["--change", "eligible.channels=sms"], "eligible.channels: must be a list\n  hint: write [sms]"),
        (["--change", "repeat_outcomes=maybe"], "repeat_outcomes: must be true or false"),
        (["--change", "kind=twoway"], "did you mean 'two_way'?"),
        (["--change", "outcome=closed_one"], "no stage is mapped to the outcome 'closed_one'\n  hint: did you mean 'closed_won'?"),
        (["--change", "eligible.where=message_count > 3"], "where reads 'message_count', which is known only later than the anchor"),
        (["--change", "eligible.where=(select 1)"], "where"),
        (["--change", "eligible.where=nonsense = 1"], "reads 'nonsense'"),
        (["--change", "window_days=21", "--by", "chanel"], "did you mean 'channel'?"),
    ],
)  # fmt: skip
def test_a_supposed_definition_is_held_to_what_a_real_one_is(
    demo_project: Path, arguments: list[str], said: str
) -> None:
    done = convsql("whatif", METRIC, *arguments, "--project-dir", str(demo_project))
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


CHANGES = [
    ["eligible.channels=[email, voice]"],
    ["eligible.handled_by=null", "kind=sales_handled"],
    ["unit=account", "anchor=start"],
    ["repeat_outcomes=false"],
    ["eligible.where=initiated_by = 'rep'"],
    ["outcome=closed_won", "window_days=90", "eligible.exclude_dispositions=[]"],
]


@pytest.mark.slow
def test_every_kind_of_change_gives_what_a_build_with_that_version_gives(demo_project: Path, tmp_path: Path) -> None:
    project = copy_demo(demo_project, tmp_path / "demo")
    variables = yaml.safe_load((project / "vars.yml").read_text(encoding="utf-8"))
    listed = variables["vars"]["conversion_metrics"]
    one = next(item for item in listed if (item["name"], item["version"]) == (METRIC, 2))
    for number, changes in enumerate(CHANGES, 10):
        item = {**one, "version": number, "status": "draft", "eligible": dict(one["eligible"])}
        for key in ("effective_from", "review_by"):
            item.pop(key, None)
        for change in changes:
            key, _, value = change.partition("=")
            into, name = (
                (item["eligible"], key.removeprefix("eligible.")) if key.startswith("eligible.") else (item, key)
            )
            into[name] = yaml.safe_load(value) if name != "where" else value
        item["cohorts"] = {"grains": ["month"], "by": [[], ["channel"]]}
        listed.append(item)
    text = json.dumps(variables, default=str)  # YAML too, and without aliases
    (project / "vars.yml").write_text(text, encoding="utf-8")
    done = convsql("build", "--select", "+cohort_rates", "--project-dir", str(project))
    assert done.code == 0, done.err
    for number, changes in enumerate(CHANGES, 10):
        options = [part for change in changes for part in ("--change", change)]
        found = asked(demo_project, METRIC, *options, "--by", "channel")
        assert side(found, "after") == published(project, number, "channel"), changes
