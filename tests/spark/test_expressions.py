"""Single expressions and patterns over values that mean harm: the same answers on Spark."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from convsql.dialects import translate
from convsql.engines.session import Columns
from tests.dialects import test_expressions as known
from tests.dialects.test_patterns import PIECES, patterns
from tests.spark.rows import SparkRows
from tests.support.spark_session import in_spark_s_process, spark_session

pytestmark = pytest.mark.slow

# What Spark is refused for, or is known to answer otherwise (docs/dialects.md).
OTHERWISE = frozenset(("regexp_replace(x, '', '-', 'g')",))
MORE = {
    "texts": r"""
        regexp_replace(x, 'a|b$', '<\0>')
        regexp_replace(x, '[0-9]+', '\0\0')
        regexp_replace(x, ' *$', '.')
        regexp_matches(x, '(?i)[^i]n')
        regexp_matches(x, '[&|\\]')
        substring(x, strpos(x, 'b'), 2)
        x || length(x) || 1.50
        concat(x, null, 1)
        length(x) * 1000000000
    """,
    "numbers": """
        power(x / 1e150, 2)
        case when abs(x) < 1e3 then cast(x as decimal(18, 6)) * cast(x as decimal(18, 5)) end
        case when abs(x) < 1e8 then cast(x as decimal(38, 12)) * cast(x as decimal(18, 9)) end
        case when abs(x) < 1e8 then cast(x as decimal(38, 12)) + cast(x as decimal(38, 12)) end
        case when abs(x) < 1e8 then cast(cast(x as decimal(18, 6)) as bigint) end
        case when abs(x) < 1e8 then cast(x as decimal(38, 12)) / 3 end
        case when abs(x) < 1e8 then cast(cast(x as decimal(38, 12)) as varchar) end
        case when abs(x) < 1e8 then round(cast(x as decimal(18, 6)), 2) end
        case when abs(x) < 1e8 then cast(floor(x) as bigint) % 7 end
        greatest(x, 0)
        upper(trim(cast(x as varchar)))
        nullif(x, 0)
        x < 0.5
    """,
    "times": """
        cast(x as timestamp) + 3 * interval '1' month
        cast(x as timestamp) + cast(length(x) as bigint) * interval '1' second
        cast(x as date) + interval '1' day
        date_trunc('quarter', cast(x as date))
        date_trunc('hour', cast(x as timestamp))
        extract(week from cast(x as date))
        cast(cast(x as date) as varchar)
        case when x > '1' then (cast(x as timestamp) at time zone 'UTC') at time zone 'Pacific/Kiritimati' end
    """,
    "rows_of_text": """
        sum(cast(length(x) as bigint) * 100000000000000000)
        sum(cast(length(x) as decimal(38, 12))) / 7
        avg(cast(length(x) as decimal(18, 3)))
        string_agg(distinct lower(x), ',' order by lower(x))
        percentile_cont(0.25) within group (order by length(x) desc)
    """,
}
LETTERS = r"""
trim(x)
x < 'é'
x like '_'
md5(x)
length('a' || x)
regexp_matches(x, '\w')
regexp_matches(x, '[^\s]')
regexp_matches(x, '.')
regexp_matches(x, '(?i)[a-z]')
regexp_matches(x, '(?i)[^k]')
regexp_matches(x, '(?i)ß')
regexp_matches(x || 'a', '\ba')
regexp_matches('a' || x, 'a$')
regexp_matches(x, '[[:punct:][:space:]]')
"""
_AT_ONCE = 12


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def unlike(table: str, expressions: list[str]) -> dict[str, Any]:
    """The expressions over one table of the tests that Spark answers otherwise, each with the first such answer."""
    kind, values, _ = known.TABLES[table]
    return _unlike(table, kind, values, expressions)


def _unlike(table: str, kind: str, values: list[Any], expressions: list[str]) -> dict[str, Any]:
    columns: dict[str, Columns] = {f"model.{table}": [("id", "INTEGER"), ("x", kind)]}
    found: dict[str, Any] = {}
    with duckdb.connect() as duck, tempfile.TemporaryDirectory(prefix="convsql_spark_") as folder:
        duck.execute("set TimeZone = 'UTC'")
        duck.execute(
            f'create table "⟦model.{table}⟧" as select unnest(?)::integer as id, unnest(?)::{kind} as x',
            [list(range(len(values))), values],
        )
        spark = SparkRows(spark_session(), Path(folder))
        spark.give(duck, f"model.{table}", columns[f"model.{table}"])
        key = "0" if table == "rows_of_text" else "id"
        for start in range(0, len(expressions), _AT_ONCE):
            part = expressions[start : start + _AT_ONCE]
            outputs = ", ".join(f"{each} as y{n}" for n, each in enumerate(part))
            sql = f'select {key} as id, {outputs} from "⟦model.{table}⟧" order by 1'
            said = duck.execute(sql).fetchall()
            answers = spark.session.sql(spark.named(translate(sql, columns, "spark"))).collect()
            assert len(said) == len(answers)
            for one, other in zip(said, answers, strict=True):
                for n, each in enumerate(part):
                    if not _same(one[n + 1], other[n + 1]):
                        found.setdefault(each, (values[one[0]], one[n + 1], other[n + 1]))
    return found


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12) or (math.isnan(one) and math.isnan(other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def of_letters() -> dict[str, Any]:
    """What is otherwise of single letters of Unicode."""
    letters = [chr(c) for c in range(1, 0x20000) if not 0xD800 <= c <= 0xDFFF]
    return _unlike("letters", "VARCHAR", letters, _lines(LETTERS))


def of_patterns() -> dict[str, Any]:
    """What is otherwise of the package's own patterns, over texts made of the pieces that people write."""
    random = Random(5)
    texts = ["".join(random.choice(PIECES) for _ in range(random.randint(0, 9))) for _ in range(4000)]
    used = patterns("connectors", "strings")
    assert len(used) > 90
    return _unlike("texts_of_pieces", "VARCHAR", texts, used)


@pytest.mark.parametrize("table", known.TABLES)
def test_expressions_say_the_same(table: str) -> None:
    expressions = [*_lines(known.TABLES[table][2]), *_lines(MORE.get(table, ""))]
    assert in_spark_s_process(unlike, table, [each for each in expressions if each and each not in OTHERWISE]) == {}


def test_letters_of_unicode_are_taken_alike() -> None:
    assert in_spark_s_process(of_letters) == {}


def test_every_pattern_of_the_package_finds_the_same() -> None:
    assert in_spark_s_process(of_patterns) == {}
