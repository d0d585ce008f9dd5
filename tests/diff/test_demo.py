"""Versions of one metric on the demo year: what the command says, against the reading by sets over the built tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.diff import brute
from tests.diff.project import DATABASE, write_package
from tests.support import convsql
from tests.support.root import ROOT

pytestmark = pytest.mark.slow  # test_code and test_versions are the quick ones

NAME = "conversation_to_opportunity"
OTHERS: list[dict[str, Any]] = [
    {"attribution": "first_touch"},
    {"attribution": "position_based", "eligible": {"channels": ["sms", "chat", "email"], "where": "not is_regulated"}},
    {"attribution": "last_touch", "anchor": "start", "repeat_outcomes": False, "window_days": 21, "unit": "account"},
    {"attribution": "last_touch", "kind": "sales_handled", "window_days": 45, "eligible": {}},
]


def definitions() -> list[dict[str, Any]]:
    """The demo's two versions of the metric, and further ones in which more than the window differs."""
    listed = yaml.safe_load((ROOT / "vars.yml").read_text(encoding="utf-8"))["vars"]["conversion_metrics"]
    first, second = (m for m in listed if m["name"] == NAME)
    return [first, second, *({**second, "version": n, **other} for n, other in enumerate(OTHERS, 3))]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, demo_raw: Path) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("demo_project")
    inputs = yaml.safe_load((ROOT / "vars.yml").read_text(encoding="utf-8"))["vars"]["inputs"]
    write_package(folder, definitions(), inputs=inputs, raw_path=str(demo_raw))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


@pytest.fixture(scope="module")
def built(project: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows of the tables that a comparison reads, built by one."""
    assert convsql("metrics", "diff", f"{NAME}@1", f"{NAME}@1").code == 0
    found = {}
    with duckdb.connect(str(project / DATABASE), read_only=True) as connection:
        for table in ("conversations", "metric_conversations", "attributed_outcomes"):
            ((relation,),) = connection.execute(
                "select table_name from duckdb_tables() where regexp_full_match(table_name, $1 || '__[0-9a-f]{16}')",
                [table],
            ).fetchall()
            rows = connection.execute(f'select * from _convsql_data."{relation}"')
            names = [d[0] for d in rows.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return found


def month(at: datetime) -> str:
    return at.date().replace(day=1).isoformat()


def seen(built: dict[str, list[dict[str, Any]]], version: int) -> tuple[brute.Side, list[dict[str, Any]]]:
    judged, touches = (
        [r for r in built[t] if (r["metric"], r["metric_version"]) == (NAME, version)]
        for t in ("metric_conversations", "attributed_outcomes")
    )
    return brute.side(built["conversations"], judged, touches, month), touches


@pytest.mark.parametrize(("first", "last"), [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 1)])
def test_the_comparison_is_that_of_the_reading(
    project: Path, built: dict[str, list[dict[str, Any]]], first: int, last: int
) -> None:
    done = convsql("metrics", "diff", f"{NAME}@{first}", f"{NAME}@{last}", "--json", "--exit-code")
    assert done.code == 1, done.err
    (metric,) = done.json["metrics"]
    (before, _), (after, touches) = seen(built, first), seen(built, last)
    rule = next(d for d in definitions() if d["version"] == first)["attribution"]
    brute.credit_by_rule(after, touches, rule)
    cells = {(c["from"], c["to"]): c["conversations"] for c in metric["total"]["matrix"]}
    assert cells == brute.matrix(before, after)
    assert sum(cells.values()) == len(built["conversations"])
    assert {c["cohort"]["period"] for c in metric["cohorts"]} == {s.cohort for s in [*before.values(), *after.values()]}
    for part in [metric["total"], *metric["cohorts"]]:
        cohort = ... if part["cohort"] is None else part["cohort"]["period"]
        for name in ("conversion_rate", "credited_rate"):
            wanted = brute.split(before, after, name, cohort)
            parts = list(part[name]["parts"].values())
            if wanted is None:
                assert parts == [None] * 4 and part[name]["change"] is None
            else:
                assert parts == [float(w) for w in wanted]
                assert abs(sum(parts) - (part[name]["after"] - part[name]["before"])) < 1e-12


def test_a_conversation_with_another_anchor_comes_from_another_cohort(
    project: Path, built: dict[str, list[dict[str, Any]]]
) -> None:
    (metric,) = convsql("metrics", "diff", f"{NAME}@4", f"{NAME}@5", "--json").json["metrics"]
    before, after = seen(built, 4)[0], seen(built, 5)[0]
    changed = sum(before[name].cohort != after[name].cohort for name in before)
    assert 0 < changed == metric["total"]["changed_cohort"]
    for place in ("from", "to"):
        assert changed == sum(
            cell["conversations"] for c in metric["cohorts"] for cell in c["matrix"] if cell[place] == "another cohort"
        )


def test_cohorts_by_channel_add_up_to_the_total(project: Path) -> None:
    (metric,) = convsql(
        "metrics", "diff", f"{NAME}@1", f"{NAME}@2", "--json", "--grain", "quarter", "--by", "channel"
    ).json["metrics"]
    assert len({c["cohort"]["channel"] for c in metric["cohorts"]}) > 3
    for side in ("before", "after"):
        for figure in ("conversations", "below_kind", "excluded", "eligible", "matured_converted", "matured_credited"):
            assert sum(c[side][figure] for c in metric["cohorts"]) == metric["total"][side][figure]


def test_the_figures_of_both_sides_are_those_of_cohort_rates(project: Path) -> None:
    assert convsql("build", "--select", "+cohort_rates", "--exclude", "test_type:data").code == 0
    (metric,) = convsql("metrics", "diff", f"{NAME}@1", f"{NAME}@2", "--json", "--by", "channel").json["metrics"]
    figures = [f for f in metric["total"]["before"] if f not in ("credit", "amount")]
    checked = 0
    with duckdb.connect(str(project / DATABASE), read_only=True) as connection:
        for side, version in (("before", 1), ("after", 2)):
            rows = connection.execute(
                f"select cohort_period, channel, conversion_rate, credited_rate, credit, amount, {', '.join(figures)}"
                " from cohort_rates where metric = $1 and metric_version = $2 and (cohort_grain, cohort_by) in"
                " (('month', 'channel'), ('all', 'all'))",
                [NAME, version],
            ).fetchall()
            parts = {(c["cohort"]["period"], c["cohort"]["channel"]): c for c in metric["cohorts"]}
            parts[None, None] = metric["total"]
            for period, channel, conversion_rate, credited_rate, credit, amount, *counts in rows:
                part = parts[period and period.isoformat(), channel]
                assert [part[side][f] for f in figures] == counts
                assert part["conversion_rate"][side] == conversion_rate
                assert part["credited_rate"][side] == credited_rate
                assert (part[side]["credit"], part[side]["amount"]) == (credit, amount)
                checked += 1
    assert checked == 2 * (len(metric["cohorts"]) + 1)
