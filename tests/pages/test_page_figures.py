"""Every figure of the report's page is what its table says: the page is read as a reader would, and the tables are asked by other SQL."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

import convsql
from convsql.report.document import gather
from convsql.report.page import report_page
from tests.pages.test_report import ask

Table = dict[str, list[str]]  # heading → cells
METRICS = {"conversation-to-meeting": "conversation_to_meeting", "handled-to-proposal": "handled_to_proposal"}


@pytest.fixture(scope="module")
def page(demo_project: Path) -> str:
    with convsql.Project(demo_project).published() as published:
        return report_page(gather(published, 1, None), False)


def text_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).replace("\u00a0", " ").strip()


def table(page: str, name: str) -> Table:
    """The table of a figure, as it stands on the page."""
    (article,) = re.findall(rf'<article[^>]* id="{name}".*?</article>', page, re.S)
    heads = [text_of(h) for h in re.findall(r"<th [^>]*>(.*?)</th>", article, re.S)]
    rows = [[text_of(c) for c in re.findall(r"<td[^>]*>(.*?)</td>", r, re.S)] for r in re.findall(r"<tr>(<td.*?)</tr>", article, re.S)]  # fmt: skip
    assert rows, name
    return {head: [row[place] for row in rows] for place, head in enumerate(heads)}


def share(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f}%"


def points(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:+.1f}"


def count(value: float | None) -> str:
    return "–" if value is None else f"{int(value):,}"


RATES = """
select strftime(cohort_period, '%Y-%m'), case when is_complete then conversion_rate end, case when is_complete then rate_low end,
    case when is_complete then rate_high end, matured_converted, matured, pending
from cohort_rates
where metric = '{metric}' and metric_version = 1 and cohort_grain = 'month' and cohort_by = 'all' order by cohort_period"""
FUNNEL = """
select matured, reached, cumulative_rate, cumulative_low, cumulative_high, step_rate from funnel_rates
where funnel = 'sales' and cohort_grain = 'all' and cohort_by = 'all' order by step_number"""
CHANGES = """
select rate_before, rate_after, rate_effect, mix_effect from rate_changes
where metric = 'conversation_to_meeting' and cohort_grain = 'month' order by cohort_period desc"""
EXPERIMENTS = """
select r.difference, r.difference_low, r.difference_high, r.matured, r.control_matured from experiment_results as r
join metric_definitions as d using (metric, metric_version) where d.is_current
order by r.experiment, r.variant, r.adjusted_p, r.metric"""
REASONS = """
select unconverted, unconverted_share, affected, affected_rate, affected_low, affected_high, absent_rate from drop_off_reasons
where metric = '{metric}' and period_grain = 'all' and cut_by = 'all' and affected > 0 order by unconverted desc, reason"""
IN_TIME = """
select compliance_rate, rate_low, rate_high, in_time, late + unanswered, due from sla_compliance
where target = 'everyone' and period_grain = 'all' and due > 0 and cut_by in ('all', 'owner_team', 'channel')
order by cut_by <> 'all', cut_by, cut_value"""
COVERAGE = "select coverage, covered_count, conversation_count, threshold from instrumentation_coverage order by fact"
SET_ASIDE = "select row_count from staging_set_aside where row_count > 0 order by row_count desc, input, reason"
NOTES = """
select wrong / noted, wrong, noted from (
    select rep_id, count(*) as noted, count(*) filter (category = 'wrong_person') as wrong from stg_dispositions where rep_id is not null group by rep_id
) where noted >= 30 order by wrong / noted desc, rep_id"""
STAGES = "select met_count, missing_count, unknown_count from maturity_scorecard order by dimension_number"
LIMITS = ("lower limit", "upper limit")
FIGURES: dict[str, tuple[str, tuple[str, ...], tuple[Any, ...]]] = {
    **{
        f"rate-{name}": (
            RATES.format(metric=metric), ("period", "rate", *LIMITS, "converted", "matured (n)", "pending"),
            (str, share, share, share, count, count, count),
        )
        for name, metric in METRICS.items()
    },
    **{
        f"drop-off-{name}": (
            REASONS.format(metric=metric),
            ("not converted", "of all not converted", "show it (n)", "their rate", *LIMITS, "rate of like ones without"),
            (count, share, count, share, share, share, share),
        )
        for name, metric in METRICS.items()
    },
    "funnel-sales": (FUNNEL, ("matured (n)", "reached", "of all that began", *LIMITS, "of the step before"), (count, count, share, share, share, share)),
    "rates-or-mix": (CHANGES, ("rate before", "rate after", "by the rates (points)", "by the mix (points)"), (share, share, points, points)),
    "experiments": (
        EXPERIMENTS, ("difference (points)", "lower limit (points)", "upper limit (points)", "variant (n)", "control (n)"),
        (points, points, points, count, count),
    ),
    "in-time-everyone": (IN_TIME, ("answered in time", *LIMITS, "in time", "missed", "due (n)"), (share, share, share, count, count, count)),
    "coverage": (COVERAGE, ("recorded", "with it", "could have it (n)", "threshold"), (share, count, count, share)),
    "set-aside": (SET_ASIDE, ("rows",), (count,)),
    "wrong-person": (NOTES, ("noted so", "“wrong person”", "all notes (n)"), (share, count, count)),
    "scorecard": (STAGES, ("checks met", "missing", "not known"), (count, count, count)),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_equals_its_table(demo_project: Path, page: str, name: str) -> None:
    sql, heads, forms = FIGURES[name]
    expected = [tuple(form(value) for form, value in zip(forms, row, strict=True)) for row in ask(demo_project, sql)]
    shown = table(page, name)
    found = list(zip(*(shown[head] for head in heads), strict=True))
    if name == "rates-or-mix":  # of all metrics, the first one's rows first
        found = found[: len(expected)]
    assert found == expected


def test_the_cards_say_what_the_newest_complete_row_says(demo_project: Path, page: str) -> None:
    for name, metric in METRICS.items():
        (row,) = ask(
            demo_project,
            "select conversion_rate, rate_low, rate_high, matured_converted, matured, strftime(cohort_period, '%Y-%m') from cohort_rates"
            f" where metric = '{metric}' and cohort_grain = 'month' and cohort_by = 'all' and is_complete order by cohort_period desc limit 1",
        )
        (card,) = re.findall(rf'<article class="card" id="rate-{name}".*?</article>', page, re.S)
        said = text_of(card)
        assert f"{share(row[0])}{share(row[1])} to {share(row[2])}" in said
        assert f"{row[3]:,} of {row[4]:,} matured · {row[5]} · complete" in said


def period_of(day: int, grain: str) -> str:
    """The first day of a period, as the page's script cuts days since 2000."""
    found = date(2000, 1, 1) + timedelta(days=day)
    if grain == "week":
        return str(found - timedelta(days=found.weekday()))
    month = {"year": 1, "quarter": found.month - (found.month - 1) % 3}.get(grain, found.month)
    return str(date(found.year, month, found.day if grain == "day" else 1))


def links(page: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """(figure, question, row) of each first cell that leads to the list."""
    for name, article in re.findall(r'<article[^>]* id="([^"]+)"(.*?)</article>', page, re.S):
        for row in re.findall(r"<tr>(<td.*?)</tr>", article, re.S):
            if found := re.search(r'href="#conversations\?([^"]+)"', row):
                yield name, {k: v[0] for k, v in parse_qs(html.unescape(found[1])).items()}, row


@pytest.mark.slow
def test_what_a_row_leads_to_counts_as_the_row_does(page: str) -> None:
    """By the page's own data: of the list that a row leads to, as many are matured, and as many of them converted."""
    (data,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    held = json.loads(data)
    dimensions = {d["name"]: d for d in held["dimensions"]}
    metrics = {m["key"]: m for m in held["metrics"]}
    compared: dict[str, int] = {}
    for name, asked, row in links(page):
        if "list" in asked:
            continue
        metric = metrics[asked["metric"]]
        rows = list(enumerate(metric["rows"]))
        by = [] if asked["by"] == "all" else asked["by"].split("+")
        for place, dimension in enumerate(by, 1):
            d = dimensions[dimension]
            wanted = d["values"].index(asked["value" if place == 1 else f"value{place}"])
            of = d["of"] or metric["own"][dimension]
            rows = [(n, r) for n, r in rows if (of[r[0]] if d["of"] else of[n]) == wanted]
        if "from" in asked:
            rows = [(n, r) for n, r in rows if period_of(r[1], asked["grain"]) == asked["from"]]
        statuses = [r[2] for _, r in rows]
        matured, converted = sum(s in (0, 1) for s in statuses), statuses.count(0)
        cells = [text_of(c) for c in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]
        kind = name.split("-")[0]
        if kind in ("rate", "segments", "alert", "signals"):
            assert count(matured) in cells, (name, asked)
        if kind in ("rate", "rates", "alert", "signals", "segments") and matured and "–" not in cells[1:3]:
            assert share(converted / matured) in cells, (name, asked)
        if kind == "money":
            assert count(len(rows)) in cells, (name, asked)
        compared[kind] = compared.get(kind, 0) + 1
    assert all(compared[kind] > 4 for kind in ("rate", "rates", "segments", "alert", "signals", "money", "curve")), compared  # fmt: skip


@pytest.mark.slow
def test_a_list_has_as_many_as_its_figure_says(page: str) -> None:
    """Its rows are found by a question of their own: where they are not cut, there are as many as the figure counts."""
    (data,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    held = json.loads(data)
    lists = {each["key"]: each for each in held["lists"]}
    led = [(name, asked["list"], row) for name, asked, row in links(page) if "list" in asked]
    for name, key, row in led:
        cells = [text_of(c) for c in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]
        assert count(lists[key]["count"]) in cells, (name, key)
    most = {"funnel": 200, "waits": 50, "drop-off": 200, "agents": 100, "in-time": 200}
    for key, each in lists.items():
        assert len(each["rows"]) == min(each["count"], most[key.split(":")[0]]), key
        days = [day for _, day in each["rows"]]
        assert days == sorted(days, reverse=True), key
        assert all(0 <= place < len(held["ids"]) for place, _ in each["rows"])
    uncut = {key.split(":")[0] for key, each in lists.items() if each["count"] == len(each["rows"])}
    assert uncut == most.keys()
    assert {key for _, key, _ in led} == lists.keys()


def test_no_id_stands_twice_on_the_page(page: str) -> None:
    """Of two figures of one id a link would lead to the first."""
    ids = re.findall(r'<(?:article|section|h\d|a|div|details)[^>]* id="([^"]+)"', page.partition("<script")[0])
    assert len(ids) > 20
    assert sorted(ids) == sorted(set(ids))
