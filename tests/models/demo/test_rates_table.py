"""The table a newcomer sees first."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from convsql.demo.show import rates_table

GOLDEN = Path(__file__).with_name("rates_table.txt")


def row(**changes: Any) -> dict[str, Any]:
    complete = {
        "metric": "conversation_to_opportunity",
        "metric_version": 2,
        "cohort_grain": "month",
        "cohort_period": date(2026, 7, 1),
        "cohort_by": "all",
        "channel": None,
        "conversations": 1812,
        "eligible": 407,
        "pending": 0,
        "matured": 407,
        "matured_converted": 71,
        "conversion_rate": 71 / 407,
        "rate_low": 0.140763,
        "rate_high": 0.214281,
        "projected_rate": 71 / 407,
        "is_complete": True,
        "is_small": False,
    }
    return complete | changes


def rows() -> list[dict[str, Any]]:
    open_month = {
        "is_complete": False,
        "matured": 285,
        "matured_converted": 50,
        "pending": 28,
        "projected_rate": 0.1803,
    }
    no_rate = {"matured": 0, "matured_converted": 0, "conversion_rate": None, "rate_low": None, "rate_high": None}
    all_time = {"cohort_grain": "all", "cohort_period": None, "is_complete": False}
    by_channel = all_time | {"cohort_by": "channel"}
    few = {"matured": 20, "matured_converted": 2, "conversion_rate": 0.1, "rate_low": 0.0279, "rate_high": 0.3010}
    return [
        row(cohort_period=date(2026, 9, 1), is_complete=False, pending=380, projected_rate=0.18, **no_rate),
        row(cohort_period=date(2026, 8, 1), **open_month),
        row(),
        row(**by_channel, channel="chat", pending=12, **few, is_small=True),
        row(**by_channel, channel="sms"),
        row(**by_channel, channel="email", eligible=0, projected_rate=None, is_small=True, **no_rate),
        row(**all_time, pending=408),
        row(cohort_by="persona", persona="founder"),
        row(cohort_grain="week"),
    ]


def render(what: Any, width: int) -> str:
    out = StringIO()
    Console(file=out, width=width, color_system=None).print(what)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def test_the_table_reads_as_the_golden_text() -> None:
    assert render(rates_table(rows()), 100) == GOLDEN.read_text(encoding="utf-8")


def test_nothing_is_cut_off_in_eighty_columns() -> None:
    text = render(rates_table(rows()), 80)
    assert "…" not in text
    for word in ("conver-", "eligible", "17.4% (14.1-21.4)", "complete", "380", "pending"):
        assert word in text


def test_a_rate_of_nothing_matured_is_not_zero() -> None:
    september = next(line for line in render(rates_table(rows()), 100).splitlines() if "2026-09" in line)
    assert " 0.0%" not in september
    assert "open, 380 pending" in september


def test_few_conversations_are_marked() -> None:
    lines = render(rates_table(rows()), 100).splitlines()
    assert any("2 / 20*" in line for line in lines)
    assert not any("407*" in line or "0 / 0*" in line for line in lines)


def test_a_channel_that_the_metric_does_not_count_says_so() -> None:
    email = next(line for line in render(rates_table(rows()), 100).splitlines() if "email" in line)
    assert email.endswith("none eligible")


def test_each_metric_version_has_its_own_tables() -> None:
    text = render(rates_table([*rows(), row(metric_version=1)]), 100)
    assert text.index("conversation_to_opportunity, version 1") < text.index("conversation_to_opportunity, version 2")


def test_no_rows_say_what_to_do() -> None:
    assert "convsql build" in render(rates_table([]), 100)
    assert "convsql build" in render(rates_table([row(cohort_grain="week")]), 100)


def test_the_steps_to_try_next_are_the_callers() -> None:
    assert "convsql explain" in render(
        rates_table(rows(), next_steps=[("convsql explain", "why a rate is what it is")]), 100
    )
