"""Results come out the same again: SQL of a metric may not ask the clock, chance or the session; of a model it is warned of."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest
from sqlglot.errors import ParseError

from convsql.sqltext.aggregates import AGGREGATES
from convsql.sqltext.references import parts_beyond_one_row, tokens
from convsql.sqltext.unrepeatable import CALLS, unrepeatable
from tests.support import Folder

Make = Callable[..., Folder]
CONVERSATIONS = {
    "models/conversations.sql": "select cast(null as timestamp) as started_at, cast(null as varchar) as channel where false\n"
}
METRIC = """\
vars:
  conversion_metrics:
    - name: won
      version: 1
      outcome: closed_won
      window_days: 7
      kind: attempt
      eligible:
        where: {where}
"""


@pytest.mark.parametrize(
    ("where", "named"),
    [
        ("random() < 0.5", "random()"),
        ("'\"random\"() < 0.5'", "random()"),
        ("started_at < now()", "now()"),
        ("started_at < CURRENT_DATE", "current_date"),
        ("started_at < current_timestamp", "current_timestamp"),
        ("started_at < today()", "today()"),
        ("age(started_at) > interval 1 day", "age() of one time"),
        ("nextval('s') = 1", "nextval()"),
        ("pg_sleep(60) is null", "pg_sleep()"),
        ("uuid() > channel", "uuid()"),
        ("current_setting('threads') = 1", "current_setting()"),
        ("channel in (select 'sms')", "a subquery"),
        ("exists (select 1)", "a subquery"),
        ("row_number() over (order by started_at) = 1", "a window"),
        ("count(*) > 1", "an aggregate"),
        ("fsum(1) > 1", "an aggregate"),
    ],
)
def test_where_is_asked_of_one_conversation_and_gives_the_same_answer_again(
    folder: Make, where: str, named: str
) -> None:
    shown = where if where.startswith("'") else '"' + where + '"'
    ran = folder({**CONVERSATIONS, "vars.yml": METRIC.format(where=shown)}).run("compile")
    assert ran.code == 2
    assert f"vars.yml:9: metric 'won': where uses {named}" in ran.err


@pytest.mark.parametrize("where", ["lower(channel) = 'now()'", "age(started_at, date '2026-01-01') > interval 1 day"])
def test_where_may_use_what_depends_on_its_row_alone(folder: Make, where: str) -> None:
    ran = folder({**CONVERSATIONS, "vars.yml": METRIC.format(where=f'"{where}"')}).run("compile")
    assert ran.code == 0, ran.err


def test_a_model_that_asks_the_clock_or_chance_is_warned_of_once(folder: Make) -> None:
    sql = "select\n    now() as at,\n    random() as r,\n    now() as again\n"
    project = folder({"models/a.sql": sql, "models/b.sql": "select current_date as today, 1 as now\n"})
    for _ in range(2):  # the second time from the cache
        said = project.run("compile").err
        assert said.count("models/a.sql") == 1
        assert "models/a.sql:1: reads now(), random() (line 2): its rows differ from one build to the next" in said
        assert "models/b.sql:1: reads current_date (line 1)" in said


@pytest.mark.parametrize(
    "sql", ["select 1 as current_time", "select t.current_date from t", "select 'now()'", "select now from t"]
)
def test_names_and_text_are_no_calls(sql: str) -> None:
    assert unrepeatable(tokens(sql)) == []


def test_every_function_of_the_engine_that_is_not_consistent_is_known() -> None:
    with duckdb.connect() as engine:
        found = engine.execute(
            "select distinct function_name from duckdb_functions()"
            " where function_type = 'scalar' and stability is distinct from 'CONSISTENT'"
        ).fetchall()
    assert {name for (name,) in found} <= CALLS


def test_every_aggregate_of_the_engine_is_known() -> None:
    with duckdb.connect() as engine:
        found = engine.execute(
            "select distinct function_name from duckdb_functions() where function_type = 'aggregate'"
        ).fetchall()
    unknown = {name for (name,) in found} - AGGREGATES
    assert [name for name in unknown if not any(_is_refused(name, count) for count in (1, 2, 3))] == []


def _is_refused(aggregate: str, arguments: int) -> bool:
    try:
        return bool(parts_beyond_one_row(f"{aggregate}({', '.join('abc'[:arguments])}) > 1"))
    except ParseError:
        return False
