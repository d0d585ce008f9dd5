"""What the report says happened: read from the tables, named with its time and size, each sentence with its evidence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import convsql
from convsql.demo.stories import STORIES
from convsql.report.document import gather
from convsql.report.figure import Document, Sentence
from convsql.report.markdown import report_markdown
from convsql.report.page import report_page
from convsql.report.shift import shift, trailing
from tests.pages.test_report import ask
from tests.pages.test_small_report import FILES, gathered
from tests.support import Folder

Make = Callable[..., Folder]


@pytest.fixture(scope="module")
def document(demo_project: Path) -> Document:
    with convsql.Project(demo_project).published() as published:
        return gather(published, 1, None)


@pytest.fixture(scope="module")
def markdown(document: Document) -> str:
    return report_markdown(document)


def months(*counts: tuple[int, int]) -> list[dict[str, Any]]:
    return [
        {"cohort_period": date(2025 + n // 12, n % 12 + 1, 1), "matured_converted": k, "matured": m}
        for n, (k, m) in enumerate(counts)
    ]


def test_a_level_that_was_left_is_found_with_its_first_period() -> None:
    moved = shift(months((20, 100), (22, 100), (19, 100), (21, 100), (5, 100), (6, 100)))
    assert moved is not None
    assert moved.starts == date(2025, 5, 1)
    assert (moved.before.converted, moved.before.matured, moved.since.converted) == (82, 400, 11)
    assert moved.missed == pytest.approx(11 - 0.205 * 200)


@pytest.mark.parametrize(
    "counts",
    [
        ((20, 100), (22, 100), (5, 100), (6, 100)),  # too few before
        ((20, 100), (22, 100), (19, 100), (5, 100), (21, 100)),  # over again
        ((20, 100), (40, 100), (5, 100), (38, 100), (9, 100), (12, 100)),  # it always swings so
        ((20, 100), (22, 100), (19, 100), (21, 100), (18, 100)),
        ((0, 100), (0, 100), (0, 100), (0, 100)),
        (),
    ],
)
def test_a_swing_that_is_over_or_usual_is_no_new_level(counts: tuple[tuple[int, int], ...]) -> None:
    assert shift(months(*counts)) is None


def test_the_level_before_needs_three_periods_and_skips_empty_ones() -> None:
    assert trailing(months((1, 10), (2, 10), (3, 10))) is None
    level = trailing(months((1, 10), (0, 0), (2, 10), (3, 10), (9, 10)))
    assert level is not None
    assert (level.converted, level.matured, len(level.periods)) == (6, 30, 3)


def said(sentences: list[Sentence], lead: str) -> str:
    return next(s.text for s in sentences if s.lead.startswith(lead))


def test_the_demo_tells_the_fall_of_july_with_its_rates_and_its_time(demo_project: Path, document: Document) -> None:
    what = said(document.story, "Since July 2026")
    rates = {
        str(period): f"{rate * 100:.1f}%"
        for period, rate in ask(
            demo_project,
            "select cohort_period, conversion_rate from current_rates where metric = 'conversation_to_meeting'"
            " and cohort_grain = 'month' and cohort_by = 'all' and cohort_period >= '2026-06-01'",
        )
    }
    assert f"(June {rates['2026-06-01']}, July {rates['2026-07-01']}, " in what
    assert "The first signal came in the week of 6 July 2026" in what
    why = said(document.story, "Why")
    assert "the mix hardly changed" in why
    assert "The data show no cause on record: no operational change and no event within a month of the fall." in why
    monday = said(document.story, "On Monday")
    assert "The figures below cover all time, and need not be the cause." in monday
    assert "fewer meetings over all time (" in monday, "not to be held against those missing since July"
    assert "fewer meetings (Conversation to meeting since July 2026)" in said(document.story, "Worth")


def test_the_demo_tells_the_other_stories_planted_in_it(document: Document) -> None:
    april = said(document.story, "Since April 2026")
    assert "Handled to proposal has fallen from" in april
    assert "The funnel lost most at proposal: " in april
    monday = said(document.story, "On Monday")
    assert all(name in monday for name in ("territory west", "team field sales", "campaign Search generic"))
    told = {s.lead: s.text for s in document.findings}
    assert told["Experiment “booking link”"].startswith("worked: Conversation to meeting")
    assert told["Experiments “first line” and “warm welcome”"] == "showed no difference in any metric."
    assert told["Experiment “greeting by name”"].startswith("cannot be evaluated")
    assert "to send a first answer" in told["Team field sales"]
    assert told["Reps r-10 and r-13"].startswith("put “wrong person” in ")
    assert "led by reps of another territory" in told["Territory west"]
    assert "begin without a next step" in told["Campaign Search generic (cmp-04)"]
    assert "the best hour" in told["Tue 10–11 h"]
    assert "converted more" in told["In February 2026,"]
    assert "the mix hid it" in told["In February 2026,"]
    assert not any("the funnel lost most" in text for text in told.values()), "what the story says is not said again"


# Each story planted in the demo → what the report says of it.
TOLD = {
    "bottleneck": "The funnel lost most at proposal: ",
    "mix shift": "**In February 2026,** conversations of the same kind converted more often",
    "degradation": "**Since July 2026,** Conversation to meeting has fallen from ",
    "false scare": "1 more in small cohorts: ",
    "experiment that worked": "**Experiment “booking link”** worked: Conversation to meeting +",
    "experiment that did not": "**Experiments “first line” and “warm welcome”** showed no difference in any metric.",
    "broken split": "**Experiment “greeting by name”** cannot be evaluated: its groups do not have the planned sizes",
    "slow team": "**Team field sales** takes ",
    "misrouted territory": "route contacts to reps of their own territory, starting with territory west: ",
    "campaign without a next step": "**Campaign Search generic (cmp-04)** ",
    "wrong person": "**Reps r-10 and r-13** put “wrong person” in ",
    "good hour": "**Tue 10–11 h** is the best hour for a first message: ",
    "reminders": "Demo, attended: ",
    "new reps": "The last month below established reps is month 2: -",
    "kept deals": "inbound sales to inbound sales, proposal: ",
    "long pause": "Field sales was there for 78.1% of business hours, the other teams for 90.6%.",
    "outage": "| sms | 30001 | Too many messages were waiting | ",
    "deaf campaign": "| opt-outs after which something was sent | sms | ",
    "missed targets": "For 2026-Q4 2.1 times what is missing is open; with each amount weighted by how often such deals are won it is 0.2 times: unlikely.",
    "people with a past": "What was known of people before narrows them: it explains up to ",
    "holdout": "The holdout “chat window” says 40.3% for chat.",
    "proposal reminders": "Proposal, proposal signed: ",
    "early calls": "| first messages in quiet hours | voice | ",
    "bought list": "Consent from “bought list”: 4.6% of ",
    "late shift": "Support kept 80.6% of its roster in the last 3 months, and 90.6% before.",
}


@pytest.mark.parametrize("name", STORIES)
def test_every_story_of_the_demo_is_told(name: str, markdown: str) -> None:
    assert TOLD[name] in markdown
    if name == "false scare":
        assert "source partner" not in markdown.partition("## Signals")[2].partition("\n## ")[0]


def test_there_are_three_to_five_sentences_and_each_leads_to_its_evidence(document: Document) -> None:
    assert 3 <= len(document.story) <= 5
    page = report_page(document, False)
    ids = set(re.findall(r' id="([^"]+)"', page))
    for sentence in [*document.story, *document.findings]:
        assert sentence.evidence
        assert {name for _, name in sentence.evidence} & ids, sentence
    for address in re.findall(r'href="#([^"?]+)', page):
        assert address in ids


def test_without_a_shift_the_story_says_that_nothing_lasting_changed(folder: Make) -> None:
    (first, *_) = gathered(folder).story
    assert first.lead == "No lasting change"


def test_without_a_complete_period_it_is_too_early(folder: Make) -> None:
    rates = FILES["models/cohort_rates.sql"].replace("0, true", "5, false")
    (first, *_) = gathered(folder, {"models/cohort_rates.sql": rates}).story
    assert first.lead == "Too early"


def test_a_target_is_compared_with_and_the_year_before_too(folder: Make) -> None:
    rates = FILES["models/cohort_rates.sql"].replace("date '2026-03-01'", "date '2025-04-01'")
    targets = "select 'won' as metric, date '2026-01-01' as period_start, 0.5e0 as target"
    document = gathered(folder, {"models/cohort_rates.sql": rates, "models/targets.sql": targets})
    (headline,) = document.headlines
    assert headline.compared == (
        ("below the target of 50.0%", True),
        ("+20.0 points against a year before (20.0%)", True),
    )
    (row,) = next(s for s in document.sections if s.name == "targets").figures[0].rows
    assert (row["reached"], row["target"]) == ("40.0%", "50.0%")


def test_the_conversations_of_the_page_count_as_the_tables_do(demo_project: Path, document: Document) -> None:
    """What the page's script shows, counted from what it is given."""
    held = document.conversations
    assert held is not None and held["left_out"] == 0
    for metric in held["metrics"]:
        name, version = metric["key"].split("@")
        matured = [status for _, _, status in metric["rows"] if status in (0, 1)]
        (expected,) = ask(
            demo_project,
            f"select eligible, matured, matured_converted from cohort_rates where metric = '{name}' and metric_version = {version}"
            " and cohort_grain = 'all' and cohort_by = 'all'",
        )
        assert (len(metric["rows"]), len(matured), matured.count(0)) == expected


def test_settings_that_are_left_blank_are_their_defaults(folder: Make) -> None:
    document = gathered(folder, {"vars.yml": "vars: {confidence: , timezone: , reporting_currency: }\n"})
    assert 0 < document.confidence < 1


def test_values_and_metrics_are_called_as_people_call_them(document: Document) -> None:
    assert {h.label for h in document.headlines} >= {"Conversation to meeting", "Handled to proposal"}
    page = report_page(document, False)
    assert "Thu 16–20 h" in page
    assert "thu_16" not in page.partition('<script type="application/json"')[0].replace("value=thu_16", "")
