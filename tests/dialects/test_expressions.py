"""Single expressions over values that mean harm: the same answers on PostgreSQL, whatever its order of texts is."""

from __future__ import annotations

import math
from functools import cache
from random import Random
from typing import Any

import duckdb
import pytest

from convsql.dialects import translate
from convsql.engines.session import Columns
from tests.dialects.parity import load

COMBINING = "e\u0301"
TEXTS = [
    *"a A Ä ß ﬁ İ Σς ΑΣ é Ω ẞ 1 1.5 -1 +1 1e5 NULL N/A <NA> (null) -- - nan [x] a.b a|b a:b:c :: ſ ı K µ 100% _ a_b a\\b \\ \\n".split(),
    *("", " ", "  x  ", "\u00a0x\u2003", "\tx\n", "a\nb", "a\rb", "x\n", "\n", "O'Brien", '"', "😀", "\x01", "\x7f", "\x85", "\u2028", "z" * 70),
    *("Hi, call me. STOP!", "don’t", "£1,200.50", "5 EUR", "3:25", "A@B.com", "+31 6 1234", "naïve", "\u200bx", "\ufeffx", COMBINING, "foo-bar"),
]  # fmt: skip
NUMBERS = [
    0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, 1.005, 2.675, 0.285, 0.1, 1 / 3, 1e15, 1e15 + 0.5, 1234567890123456.5, 9.99e15,
    1e16, 123456789012345678.0, 1e-4, 1e-5, 1.5e-7, 1e22, 4503599627370495.5, 9007199254740993.0, 110180.32, 4324.18, 1020454.15, 1e-20,
    1e300, -1e300, math.inf, -math.inf, math.nan, 90.0,
]  # fmt: skip
TIMES = [
    "2026-01-05", "2026-01-05 10:00", "2026-01-05T10:00:00", "2026-01-05 10:00:00.123456789", "2026-12-31 23:59:59.9999999",
    "2026-01-05 10:00:00Z", "2026-01-05 10:00:00+02", "2026-01-05 10:00:00-0530", "2026-01-05 10:00:00+05:45", "0001-01-01 00:00:00",
    "9998-12-31 23:59:59.999999", "2024-02-29", "2026-01-05 10:00:00.5Z",
]  # fmt: skip
FAR = [
    "2026-01-05T10:00+23",
    "2026-01-05T10:00-23:59",
    "2026-01-05T10:00+20:30",
    "2026-01-05T10:00:00.1234567+16:00",
    "2026-01-05",
    "2026-01-05 09:05Z",
    "2026-01-05T09:05+02:00",
    "2026-01-05 09:05-03",
]
TEXTS_OF_NUMBERS = [
    *"1 1.5 1e400 -1e400 1e-400 1e308 1.8e308 1.7976931348623157e308 .5 5. +5 nan inf -inf 1e-323 2e-324 1E0010 1e-0999 -0".split(),
    " 2 ", "9" * 400, "0." + "0" * 400 + "1",
]  # fmt: skip
OF_TEXT = r"""
lower(x)
upper(x)
trim(x)
ltrim(x)
rtrim(x)
trim(x, ' a')
length(x)
md5(x)
split_part(x, ':', 2)
strpos(x, 'b')
substring(x, 2, 3)
substring(x, length(x))
x || 'a' || length(x)
x || null
x < 'a'
x >= 'Z'
x between '!' and '~'
greatest(x, 'b')
x like '%b'
x like '%\%'
x like '_b%'
x like x || '%'
x like '%!_%' escape '!'
replace(x, 'a', 'b')
contains(x, 'b')
starts_with(x, 'a')
left(x, 2)
right(x, 2)
concat(x, 'a')
concat_ws('-', x, x)
nullif(x, '')
x is not distinct from 'a'
regexp_matches(x, 'a.b')
regexp_matches(x, 'b$')
regexp_matches(x, '^a$')
regexp_matches(x, '\bb\b')
regexp_matches(x, '\Bb')
regexp_matches(x, '\d\w\s*')
regexp_matches(x, '\W\D\S')
regexp_matches(x, '[^a-z]$')
regexp_matches(x, '[[:alpha:]]+')
regexp_matches(x, '(?i)BRIEN')
regexp_matches(x, 'É', 'i')
regexp_matches(x, '(?i)σ')
regexp_matches(x, '(?s)a.b')
regexp_replace(x, '[\s]+', ' ', 'g')
regexp_replace(x, '(a)|(b)', '<\0\1>', 'g')
regexp_replace(x, 'a', '-')
regexp_replace(x, '', '-', 'g')
regexp_replace(x, '^\s+|\s+$', '', 'g')
regexp_extract(x, '(a)(z)?', 2)
regexp_extract(x, '[0-9]+')
"""
OF_NUMBERS = """
round(x)
round(x, 2)
floor(x)
ceil(x)
cast(x as varchar)
x || ''
x * 2
abs(x)
coalesce(x, 0)
case when x > 0 then 1 else 2.5 end
case when abs(x) < 700 then exp(x) end
exp(-abs(x))
case when abs(x) < 1e6 then pow(x, 2) / 3 end
sqrt(abs(x))
ln(abs(x) + 1)
case when abs(x) < 9e17 then cast(x as decimal(38, 12)) end
case when abs(x) < 1e13 then cast(x as decimal(38, 24)) end
case when abs(x) < 9e5 then cast(x as decimal(38, 30)) end
case when abs(x) < 9e12 then cast(x as decimal(15, 2)) end
case when abs(x) < 9e17 then cast(x as bigint) end
case when abs(x) < 1e9 then 7 / nullif(x, 0) end
"""
OF_TIMES = """
cast(x as timestamp)
cast(x as date)
cast(x as timestamptz) at time zone 'UTC'
epoch_us(cast(x as timestamp))
date_trunc('week', cast(x as timestamp))
date_trunc('month', cast(x as date))
extract(dow from cast(x as date))
extract(isodow from cast(x as date))
extract(second from cast(x as timestamp))
extract(epoch from cast(x as timestamp))
cast(x as date) + 40
cast(x as date) - date '2020-01-01'
(cast(x as date) - date '2020-01-01') * 86400 * 1000000
cast(cast(x as timestamp) as varchar)
cast(x as timestamp) + interval '1' month
cast(x as timestamp) + 1.5 * interval '1' hour
strftime(cast(x as timestamp), '%Y-%m-%d %H:%M')
date_diff('day', cast(x as date), date '2026-01-01')
case when x > '1' then (cast(x as timestamp) at time zone 'UTC') at time zone 'America/New_York' end
"""
OF_ROWS = """
min(x) || max(x)
string_agg(x, ',' order by x desc)
string_agg(x, ',' order by length(x) desc nulls first, x)
max(x > 'a')
min(x > 'a')
sum(x > 'a')
avg(length(x))
sum(length(x)) / count(*)
count(distinct lower(x))
percentile_cont(0.9) within group (order by length(x))
percentile_cont(0.5) within group (order by cast(length(x) as decimal(18, 3)))
"""
TABLES: dict[str, tuple[str, list[Any], str]] = {
    "texts": ("VARCHAR", [*TEXTS, *(a + b for a in TEXTS[::4] for b in TEXTS[::9]), None], OF_TEXT),
    "numbers": ("DOUBLE", [None, *NUMBERS, *(Random(n).uniform(-1, 1) * 10 ** (n % 24 - 9) for n in range(200))], OF_NUMBERS),
    "times": ("VARCHAR", [None, *TIMES], OF_TIMES),
    "far_zones": ("VARCHAR", [None, *FAR], "cast(x as timestamptz) at time zone 'UTC'"),
    "written_numbers": ("VARCHAR", [None, *TEXTS_OF_NUMBERS], "cast(x as double)"),
    "rows_of_text": ("VARCHAR", [*TEXTS, None], OF_ROWS),
}  # fmt: skip
CASES = [(table, expression) for table, (_, _, text) in TABLES.items() for expression in text.strip().splitlines()]
COLUMNS: dict[str, Columns] = {
    f"model.{table}": [("id", "INTEGER"), ("x", kind)] for table, (kind, _, _) in TABLES.items()
}


@cache
def duck() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    for table, (kind, values, _) in TABLES.items():
        connection.execute(f'create table "⟦model.{table}⟧" (id integer, x {kind})')
        connection.executemany(f'insert into "⟦model.{table}⟧" values (?, ?)', list(enumerate(values)))
    return connection


def fill(postgres: Any) -> None:
    postgres.execute("create schema if not exists expressions")
    postgres.execute("set search_path = expressions")
    (there,) = postgres.execute("select count(*) from pg_tables where schemaname = 'expressions'").fetchone()
    for table, (_, values, _) in TABLES.items() if not there else ():
        load(postgres, table, COLUMNS[f"model.{table}"], list(enumerate(values)))


def unlike(postgres: Any, table: str, expression: str) -> list[tuple[Any, Any, Any]]:
    """The values for which both engines give other answers, with the answers."""
    key = "id" if table != "rows_of_text" else "0"
    sql = f'select {key} as id, {expression} as y from "⟦model.{table}⟧" order by 1'
    said = duck().execute(sql).fetchall()
    found = postgres.execute(translate(sql, COLUMNS, "postgres").replace(f'"⟦model.{table}⟧"', table)).fetchall()
    assert len(said) == len(found)
    values = TABLES[table][1]
    return [(values[i], one, other) for (i, one), (_, other) in zip(said, found, strict=True) if not _same(one, other)]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12) or (math.isnan(one) and math.isnan(other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


@pytest.mark.parametrize(("table", "expression"), CASES)
def test_an_expression_says_the_same(postgres: Any, table: str, expression: str) -> None:
    fill(postgres)
    assert unlike(postgres, table, expression) == []


@pytest.mark.parametrize(("table", "expression"), [case for case in CASES if "text" in case[0]])
def test_a_dictionary_s_order_changes_nothing(alphabetical: Any, table: str, expression: str) -> None:
    fill(alphabetical)
    assert unlike(alphabetical, table, expression) == []


@pytest.mark.parametrize("function", ["lower", "upper"])
def test_every_letter_of_unicode_is_lowered_and_raised_alike(postgres: Any, function: str) -> None:
    letters = [chr(c) for c in range(1, 0x20000) if not 0xD800 <= c <= 0xDFFF]
    sql = f'select {function}(x) as y from "⟦model.letters⟧" as t'
    text = translate(sql, {"model.letters": [("x", "VARCHAR")]}, "postgres").replace('"⟦model.letters⟧"', "letters")
    postgres.execute("create temp table letters as select * from unnest(%s::text[]) as u(x)", (letters,))
    with duckdb.connect() as connection:
        connection.execute('create table "⟦model.letters⟧" as select unnest(?) as x', [letters])
        said = connection.execute(sql).fetchall()
    found = postgres.execute(text).fetchall()
    assert [pair for pair in zip(letters, said, found, strict=True) if pair[1] != pair[2]] == []
