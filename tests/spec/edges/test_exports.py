"""What a project's own models say exports with: text in; text out where the value fits, else the value as it was given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.spec.properties.harness import templates

ZONES = (
    "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "Pacific/Chatham",
    "America/Santiago", "Antarctica/Troll",
)  # fmt: skip


def read(macro: str, values: Sequence[Any], kind: str = "varchar", **options: Any) -> list[str | None]:
    """What the macro makes of each value."""
    sql = templates()._environment.globals[macro]("value", **options)
    with duckdb.connect(":memory:", config={"threads": 1}) as engine:
        engine.execute("set TimeZone = 'America/New_York'")
        engine.execute(f"create table given (position integer, value {kind})")
        rows = ", ".join("(?, ?)" for _ in values)
        engine.execute(f"insert into given values {rows}", [each for pair in enumerate(values) for each in pair])
        return [found for (found,) in engine.execute(f"select {sql} from given order by position").fetchall()]


@pytest.mark.parametrize(
    ("format", "values"),
    [
        ("%m/%d/%Y %I:%M %p", {"1/5/2026 9:05 PM": "2026-01-05 21:05:00+00:00", "01/05/2026 12:05 a.m.": "2026-01-05 00:05:00+00:00",
                               "02/31/2026 9:05 AM": None, "1/5/2026 13:05 PM": None, "2026-01-05": None}),
        ("%d.%m.%y %H:%M", {"5.1.26 9:05": "2026-01-05 09:05:00+00:00", "05.01.70 23:59": "1970-01-05 23:59:00+00:00", "32.01.26 9:05": None}),
        ("%Y%m%d %H%M", {"20260105 0905": "2026-01-05 09:05:00+00:00", "2026015 905": None}),
        ("%d %b %Y", {"29 feb 2024": "2024-02-29 00:00:00+00:00", "29 February 2025": None, "5 mär 2026": None}),
        ("%d/%m/%Y %H:%M:%S.%f %z", {"05/01/2026 09:05:07.5 +0200": "2026-01-05 07:05:07.5+00:00", "05/01/2026 09:05:07.5": None}),
        ("100%% %d.%m.%Y o'clock %H", {"100% 5.1.2026 o'clock 9": "2026-01-05 09:00:00+00:00"}),
    ],
)  # fmt: skip
def test_times_of_a_declared_format(format: str, values: dict[str, str | None]) -> None:
    assert read("time_from", list(values), format=format) == [found or given for given, found in values.items()]


@pytest.mark.parametrize("zone", ZONES)
def test_local_times_of_a_year_are_those_of_python(zone: str) -> None:
    """Hours that are shown twice are the first of both, as fold=0 has it, and those skipped are as much later as the clocks jump."""
    times = [datetime(2025, 1, 1) + timedelta(minutes=70 * n) for n in range(7508)]
    expected = [each.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).isoformat(sep=" ") for each in times]
    assert (
        read("time_from", [f"{each:%m/%d/%Y %H:%M}" for each in times], format="%m/%d/%Y %H:%M", zone=zone) == expected
    )


def test_local_times_that_are_typed_need_no_format() -> None:
    given = [datetime(2026, 7, 1, 10)]
    assert read("time_from", given, "timestamp", format="%d.%m.%Y", zone="Europe/Berlin") == [
        "2026-07-01 08:00:00+00:00"
    ]


@pytest.mark.parametrize(
    ("options", "values"),
    [
        ({"decimal": ",", "thousands": "."}, {"1.234,56": "1234.56", "1.234": "1234", "€ 1.234.567,8": "1234567.8", "(1.234,5)": "-1234.5",
                                              "1234,5": "1234.5", "1,234.56": None, "12,34,5": None, "x": None, "$": None}),
        ({"decimal": ".", "thousands": ","}, {"1,234": "1234", "USD 1,234.5": "1234.5", "1.234,5": None}),
        ({"decimal": ",", "thousands": " "}, {"1 234,56": "1234.56", "1\u202f234": "1234"}),
        ({"decimal": ","}, {"1234,5": "1234.5", "1.234,5": None}),
    ],
)  # fmt: skip
def test_amounts_with_declared_signs(options: dict[str, str], values: dict[str, str | None]) -> None:
    assert read("number_from", list(values), **options) == [found or given for given, found in values.items()]


def test_lengths_of_a_declared_format() -> None:
    assert read("seconds_from", ["2:00", "90:30", "2:00.5", "1:60", "x"], format="%M:%S") == [
        "120",
        "5430",
        "120.5",
        "1:60",
        "x",
    ]
    assert read("seconds_from", ["2:00", "100:30"], format="%H:%M") == ["7200", "361800"]
    assert read("seconds_from", ["1h 2m"], format="%Hh %Mm") == ["3720"]


def test_words_are_mapped_whatever_their_case() -> None:
    mapping = {"Left a message": "voicemail", "it's": None}
    assert read("mapped", [" left A message", "Other", "It's"], mapping=mapping) == ["voicemail", "Other", None]


@pytest.mark.parametrize(
    ("macro", "options", "said"),
    [
        ("time_from", {"format": "%q"}, "has %q, which is not known"),
        ("time_from", {"format": "%m/%d"}, "needs a year"),
        ("time_from", {"format": "%d.%m.%Y %I:%M"}, "%I and %p together"),
        ("time_from", {"format": "%d.%m.%Y", "zone": "Mars/Base"}, "unknown zone 'Mars/Base'"),
        ("time_from", {"format": "%d.%m.%Y %z", "zone": "UTC"}, "leave out zone"),
        ("number_from", {"decimal": ";"}, "must be '.' or ','"),
        ("number_from", {"decimal": ",", "thousands": ","}, "another sign than decimal"),
        ("seconds_from", {"format": "%S:%M"}, "in this order"),
        ("mapped", {"mapping": {"A": "1", " a": "2"}}, "mapped twice"),
    ],
)
def test_what_cannot_be_meant_is_a_compile_error(macro: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said.replace(".", "[.]")):
        templates()._environment.globals[macro]("value", **options)
