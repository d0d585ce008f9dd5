"""Screens of 60, 80 and 120 columns: no number and no name is cut, bars give way first, wide rows are records, many skips one line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from convsql.base.errors import ConvsqlError, ProjectErrors, Where
from convsql.cli import results_in_words, rows
from convsql.cli.consequences import told
from tests.support import Folder, Run, convsql

GOLDEN = Path(__file__).parent / "screens"
WIDTHS = (60, 80, 120)
COMMANDS = {
    "rates": ("rates", "conversation_to_meeting", "--last", "3"),
    "rates_by_channel": ("rates", "conversation_to_opportunity", "--by", "channel", "--last", "2"),
    "show_waits": ("show", "--inline", "select * from {{ ref('waits') }} order by opening_message_id", "--limit", "2"),
    "show_cohort_rates": ("show", "--inline", "select * from {{ ref('cohort_rates') }} order by cohort_id", "--limit", "2"),
    "metrics_list": ("metrics", "list"),
    "explain": ("explain", "conversation_to_opportunity", "--period", "2026-07", "--where", "channel=sms", "--limit", "2"),
    "whatif": ("whatif", "conversation_to_opportunity", "--change", "window_days=21", "--last", "2"),
}  # fmt: skip
TIMED = {"history": ("history",), "runs": ("runs",), "show_restatements": ("show", "restatements")}
Screen = Callable[..., Run]


@pytest.fixture
def screen(demo_project: Path, monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Runs a command as on a terminal of so many columns, without colours."""

    def run(width: int, *arguments: str) -> Run:
        monkeypatch.setattr(rows, "columns_of_terminal", lambda: width)
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("TERM", "dumb")
        return convsql(*arguments, "--project-dir", str(demo_project))

    return run


def lines_of(out: str) -> list[str]:
    return [line.rstrip() for line in out.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [*COMMANDS, *TIMED])
def test_nothing_is_wider_than_the_terminal_or_cut(screen: Screen, name: str, width: int) -> None:
    arguments = {**COMMANDS, **TIMED}[name]
    narrow, wide = screen(width, *arguments), screen(10_000, *arguments)
    assert narrow.code == 0, narrow.err
    assert [line for line in lines_of(narrow.out) if cell_len(line) > width] == []
    assert "…" not in narrow.out
    numbers = set(re.findall(r"\d[\d.,]*\d|\d", wide.out.partition("█ up to")[0]))
    assert numbers <= set(re.findall(r"\d[\d.,]*\d|\d", narrow.out))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "name", [n if n == "rates_by_channel" else pytest.param(n, marks=pytest.mark.slow) for n in COMMANDS]
)
def test_screens_are_the_golden_ones(screen: Screen, name: str, width: int) -> None:
    golden = GOLDEN / f"{name}_{width}.txt"
    assert lines_of(screen(width, *COMMANDS[name]).out) == golden.read_text(encoding="utf-8").splitlines()


def test_rows_come_in_the_format_that_is_asked_for(folder: Callable[..., Folder]) -> None:
    query = "select 1 as n, 'a|b' as t, null as e, true as b, [1, 2] as l union all select 2, 'x,\"y\"', 'e', false, [3] order by n"
    project = folder({"models/few.sql": query})
    project.build()

    def shown(*arguments: str) -> str:
        done = project.run("show", "few", *arguments)
        assert done.code == 0, done.err
        return done.out

    parsed = list(csv.DictReader(io.StringIO(shown("--format", "csv"))))
    assert parsed[0] == {"n": "1", "t": "a|b", "e": "", "b": "true", "l": "[1, 2]"}
    assert parsed[1]["t"] == 'x,"y"'
    assert json.loads(shown("--format", "json")) == json.loads(shown("--json"))
    assert shown("--format", "md").splitlines()[:2] == ["| n | t | e | b | l |", "|---|---|---|---|---|"]
    record = shown("--format", "record").splitlines()
    assert record[0].startswith("── 1 ")
    assert record[1:3] == ["n  1", "t  a|b"]
    assert record[5] == "null: e"
    wrong = project.run("show", "few", "--format", "tabel")
    assert (wrong.code, "did you mean 'table'?" in wrong.err) == (2, True)


def test_values_that_are_long_are_broken_and_never_cut() -> None:
    value = "word " * 30 + "x" * 90
    text = rows.record_text(["name_of_it"], [[value]], 40)
    assert all(cell_len(line) <= 40 for line in text.splitlines())
    body = [line[12:] for line in text.splitlines()[1:]]
    assert "".join(body).replace(" ", "") == value.replace(" ", "")


def problem(path: str, reason: str, line: int = 1) -> ConvsqlError:
    return ConvsqlError(reason, Where(path, line))


@pytest.mark.parametrize("package", ["", "dbt_packages/convsql/"])
def test_errors_of_the_users_file_come_first_and_hide_what_follows_from_them(package: str) -> None:
    raised = [problem(f"models/m{n}.sql", f"kind `twoway` is none of … (in {package}macros/definitions/metric_choice.sql:14)") for n in range(15)]  # fmt: skip
    own = problem("vars.yml", "metric 'm': kind: input should be …", 105)
    other = problem("models/mine.sql", "no such column")
    said, following = told(ProjectErrors([*raised, own, other]).problems)
    assert said == [f"error: {own}", f"error: {other}"]
    assert following == 15
    (alone,), following = told(ProjectErrors(raised).problems)
    assert alone.endswith("the same in 14 more models: models/m1.sql:1, models/m10.sql:1 …")
    assert following == 0


def test_many_that_are_skipped_are_one_line(folder: Callable[..., Folder]) -> None:
    files = {
        "models/broken.sql": "{{ config(materialized='table') }} select cast(t as integer) as n from (values ('x')) as v(t)"
    }
    files |= {f"models/m{n:02}.sql": "select * from {{ ref('broken') }}" for n in range(12)}
    done = folder(files).run("build")
    assert done.code == 1
    (line,) = [line for line in done.err.splitlines() if line.startswith("SKIP")]
    assert line.startswith("SKIP  12 models that rest on what failed: m00, m01,")


def test_few_that_are_skipped_are_named_one_by_one(folder: Callable[..., Folder]) -> None:
    files = {
        "models/broken.sql": "{{ config(materialized='table') }} select cast(t as integer) as n from (values ('x')) as v(t)"
    }
    files |= {f"models/m{n}.sql": "select * from {{ ref('broken') }}" for n in range(results_in_words.MOST_SKIPPED)}
    assert folder(files).run("build").err.count("SKIP ") == results_in_words.MOST_SKIPPED
