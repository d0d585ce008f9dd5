"""A report over few rows written by hand: what is compared, what is named, and what is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

import pytest

import convsql
from convsql.base.durations import duration
from convsql.definitions.vocabulary import DIMENSIONS
from convsql.report.document import gather
from convsql.report.event_names import outside_events
from convsql.report.figure import Document, shown
from convsql.report.scope import Scope
from tests.support import Folder

Make = Callable[..., Folder]

DEFINITIONS = """\
select * from (values
    ('won', 1, 'active', true, 'They buy.', 'closed_won', 30.0, 'month, all', 'all', 'sales'),
    ('won', 2, 'draft', false, 'They buy soon.', 'closed_won', 7.0, 'month, all', 'all', 'sales')
) as t(metric, metric_version, status, is_current, description, outcome, window_days, cohort_grains, cohort_sets, owner)
"""
RATES = """\
select * from (values
    ('won', 1, 'month', date '2026-03-01', 'all', 100, 20, 0.2, 0.15, 0.25, 0.2, 30.0, 100, 0, true),
    ('won', 1, 'month', date '2026-04-01', 'all', 100, 40, 0.4, 0.34, 0.46, 0.4, 30.0, 100, 0, true),
    ('won', 1, 'month', date '2026-05-01', 'all', 10, 1, 0.1, 0.01, 0.4, 0.3, 30.0, 50, 40, false),
    ('won', 1, 'all', null, 'all', 210, 61, 0.29, 0.2, 0.4, 0.3, 30.0, 250, 40, false)
) as t(
    metric, metric_version, cohort_grain, cohort_period, cohort_by, matured, matured_converted, conversion_rate, rate_low, rate_high,
    projected_rate, projected_follow_up_days, eligible, pending, is_complete
)
"""
WINDOWS = """\
select * from (values
    ('won', 1, 'hour', 2, 10, null, 60, 0.5, 0.4, 0.6, 'better'),
    ('won', 1, 'hour', 5, 16, null, 60, 0.2, 0.1, 0.3, 'undecided'),
    ('won', 1, 'hour', 7, 3, null, 1, 1.0, 0.2, 1.0, 'too_few'),
    ('won', 1, 'frequency', null, null, '1_to_3', 80, 0.3, 0.2, 0.4, 'undecided'),
    ('won', 1, 'frequency', null, null, 'none', 40, 0.4, 0.3, 0.5, 'undecided')
) as t(metric, metric_version, cut_by, weekday, hour, frequency, matured, conversion_rate, rate_low, rate_high, verdict)
"""
FILES = {
    "models/clocks.sql": "select timestamp '2026-05-20 12:00:00' as as_of",
    "models/metric_definitions.sql": DEFINITIONS,
    "models/cohort_rates.sql": RATES,
}


def gathered(folder: Make, more: Mapping[str, str] | None = None) -> Document:
    files = {**FILES, **(more or {})}
    project = folder({path: re.sub(r"\b(\d+\.\d+)\b", r"\1e0", text) for path, text in files.items()})  # doubles
    here = convsql.Project(project.root)
    here.build()
    with here.published() as published:
        return gather(published, 1, None)


EVENTS = """\
select * from (values
    ('s', 'won', 1, 'month', date '2026-04-01', 'all', 'events', 'e', 'outage', date '2026-04-02', date '2026-04-03', null, 'The provider was down.'),
    ('s', 'won', 1, 'month', date '2026-04-01', 'all', 'changes', 'c', 'staffing', date '2026-04-01', date '2026-04-01', 'sms', 'Ann left'),
    ('s', 'won', 1, 'week', date '2026-03-30', 'all', 'events', 'e', 'outage', date '2026-04-02', date '2026-04-03', null, 'The provider was down.')
) as t(series_id, metric, metric_version, cohort_grain, cohort_period, cohort_by, event_source, event_id, kind, starts_on, ends_on, segment, description)
"""


def test_a_period_says_what_is_on_record_for_it_and_not_what_was_written_of_people(folder: Make) -> None:
    figure = gathered(folder, {"models/rate_events.sql": EVENTS}).headlines[0].figure
    assert [row["event"] for row in figure.rows] == ["", "staffing (sms); The provider was down", ""]
    assert figure.spec is not None and "rule" in str(figure.spec["layer"][0])


def test_the_why_names_events_of_others_near_the_change_and_their_days(folder: Make) -> None:
    here = convsql.Project(folder({**FILES, "models/rate_events.sql": EVENTS}).root)
    here.build()
    with here.published() as published:
        scope, metric = Scope(published, None, [], 0.95, "UTC"), {"metric": "won", "metric_version": 1}
        near = outside_events(scope, metric, date(2026, 3, 1), date(2026, 4, 3))
        far = outside_events(scope, metric, date(2026, 4, 4), date(2026, 6, 1))
    assert near == ["2026-04-02 to 2026-04-03: The provider was down"] and far == []


ALERTS = """\
select
    'won' as metric, 1 as metric_version, 'day' as cohort_grain, 'all' as cohort_by, 's' as series_id, cohort_period, 'below_limit' as signal,
    0.1 as conversion_rate, 0.2 as centre, 0.15 as lower_limit, 0.25 as upper_limit, 100 as matured, false as is_small, {dimensions}
from (values (date '2026-05-02'), (date '2026-05-03'), (date '2026-05-09'), (date '2026-05-10')) as t(cohort_period)
"""
SEASONS = """\
select 'won' as metric, metric_version, judged_by, no_season_because, plain_signal, signal from (values
    (1, 'season', null, 'below_limit', null), (1, 'season', null, 'below_limit', 'below_limit'), (1, 'nothing', 'holiday', 'below_limit', null),
    (1, 'level', 'too_short', 'below_limit', 'below_limit'), (1, 'nothing', 'too_short', 'below_limit', null), (2, 'season', null, 'below_limit', null)
) as t(metric_version, judged_by, no_season_because, plain_signal, signal)
"""


@pytest.mark.parametrize(
    ("seasons", "ends_with"),
    [
        (SEASONS, "2 of them are of a weekday, a month or a holiday as it always is (season_alerts)."),
        (f"select * from ({SEASONS}) as t where signal is not null", "in 2 episodes."),
    ],
    ids=["some", "none"],
)
def test_signals_say_how_many_of_them_are_only_the_season(folder: Make, seasons: str, ends_with: str) -> None:
    """Of the metric in force: what the season or a holiday takes back, and not what it leaves or cannot judge."""
    alerts = ALERTS.format(dimensions=", ".join(f"cast(null as varchar) as {name}" for name in DIMENSIONS))
    document = gathered(folder, {"models/rate_alerts.sql": alerts, "models/season_alerts.sql": seasons})
    (section,) = (each for each in document.sections if each.name == "alerts")
    assert section.figures[0].reading.startswith("4 signals in 1 series, in 2 episodes.")
    assert section.figures[0].reading.endswith(ends_with)


def test_the_newest_complete_month_is_compared_with_the_one_before(folder: Make) -> None:
    (headline,) = gathered(folder).headlines
    assert (str(headline.key), headline.period, headline.rate, headline.matured) == ("won@1", "2026-04", 0.4, 100)
    half_below = (0.06**2 + 0.05**2) ** 0.5
    assert (
        headline.change
        == f"up: +20.0 points on 2026-03 ({(0.2 - half_below) * 100:+.1f} to {(0.2 + half_below) * 100:+.1f})"
    )
    assert headline.has_moved
    assert headline.open_note == "still open: 2026-05 (40 pending, projected 30.0%)"


def test_each_open_period_has_its_own_pending_and_projection(folder: Make) -> None:
    june = "    ('won', 1, 'month', date '2026-06-01', 'all', 0, 0, null, null, null, 0.2, 2.0, 9, 9, false),\n"
    july = "    ('won', 1, 'month', date '2026-07-01', 'all', 0, 0, null, null, null, null, null, 3, 3, false),\n"
    august = "    ('won', 1, 'month', date '2026-08-01', 'all', 0, 0, null, null, null, null, null, 4, 4, false),\n"
    rates = RATES.replace("    ('won', 1, 'all'", f"{june}{july}{august}    ('won', 1, 'all'")
    limits = rates.replace("select *", "select *, projected_rate - 0.1 as projected_low, projected_rate + 0.1 as projected_high")  # fmt: skip
    (headline,) = gathered(folder, {"models/cohort_rates.sql": limits}).headlines
    assert headline.open_note == (
        "still open: 2026-06 (9 pending, projected 20.0% by day 2 of 30, 10.0% to 30.0%); 2026-07 (3 pending);"
        " 2026-08 (4 pending); and 1 earlier (40 pending)"
    )


def test_a_projection_that_nobody_has_been_followed_to_the_end_of_is_said_with_its_reach_and_not_drawn(
    folder: Make,
) -> None:
    short = RATES.replace("0.3, 30.0, 50, 40, false)", "0.3, 12.4, 50, 40, false)")
    (headline,) = gathered(folder, {"models/cohort_rates.sql": short}).headlines
    assert headline.open_note == "still open: 2026-05 (40 pending, projected 30.0% by day 12 of 30)"
    assert [row["projected"] for row in headline.figure.rows][-1] is None


def test_a_difference_within_chance_is_called_no_clear_change(folder: Make) -> None:
    (headline,) = gathered(
        folder, {"models/cohort_rates.sql": RATES.replace("0.4, 0.34, 0.46", "0.22, 0.16, 0.28")}
    ).headlines
    assert headline.change.startswith("no clear change: +2.0 points")
    assert not headline.has_moved


def test_without_two_complete_months_nothing_is_compared(folder: Make) -> None:
    (headline,) = gathered(folder, {"models/cohort_rates.sql": RATES.replace("0, true", "5, false")}).headlines
    assert (headline.rate, headline.matured, headline.period) == (0.29, 210, "no complete period yet")
    assert not headline.is_complete
    assert headline.change == "nothing to compare with yet"


def test_sections_without_tables_are_left_out_by_name(folder: Make) -> None:
    sections = {s.name: s for s in gathered(folder).sections}
    assert len(sections) > 8
    assert all(s.missing for s in sections.values())
    assert sections["send-windows"].missing == "the table send_windows is not published"
    assert sections["funnel"].missing == "the table funnel_rates is not published"


def test_hours_that_differ_by_more_than_chance_are_named(folder: Make) -> None:
    sections = {s.name: s for s in gathered(folder, {"models/send_windows.sql": WINDOWS}).sections}
    hours, frequencies = sections["send-windows"].figures
    assert hours.reading == "Tue 10:00 better (50.0%). Blank: fewer than 30 conversations."
    assert len(hours.rows) == 7 * 24
    assert [(r["row"], r["column"], r["value"], r["n"]) for r in hours.rows if r["n"]] == [
        ("Tue", "10", 0.5, 60),
        ("Fri", "16", 0.2, 60),
        ("Sun", "03", None, 1),
    ]
    assert [r["name"] for r in frequencies.rows] == ["none", "1 to 3"]


def test_an_empty_table_is_said_to_be_empty(folder: Make) -> None:
    empty = f"select * from ({WINDOWS}) as w where false"
    sections = {s.name: s for s in gathered(folder, {"models/send_windows.sql": empty}).sections}
    assert sections["send-windows"].missing == "nothing that we sent is in the data, or too little of it"


def test_a_table_of_another_shape_is_left_out(folder: Make) -> None:
    sections = {s.name: s for s in gathered(folder, {"models/send_windows.sql": "select 1 as other"}).sections}
    assert sections["send-windows"].missing


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (None, "share", "–"),
        (0.1234, "share", "12.3%"),
        (-0.02, "points", "-2.0 points"),
        (1234567, "count", "1,234,567"),
        (True, "text", "yes"),
        (5400, "minutes", "1.5 h"),
        (0.00012345, "number", "0.00012"),
        (0, "number", "0"),
        (3.446, "number", "3.45"),
        (29.4, "number", "29.4"),
        (13520.0, "number", "13,520"),
        (-0.0001, "points", "0.0 points"),
        ("", "text", "–"),
    ],
)
def test_cells_are_said_plainly(value: object, form: str, text: str) -> None:
    assert shown(value, form) == text


def test_durations_take_the_unit_that_reads_best() -> None:
    assert [duration(s) for s in (0, 59, 60, 720, 3600, 36_000, 86_400, 2_000_000)] == [
        "0 s", "59 s", "1.0 min", "12 min", "1.0 h", "10 h", "1.0 d", "23 d",
    ]  # fmt: skip
