"""What translations for Spark say, and what is refused, told without a session."""

from __future__ import annotations

import pytest

from convsql.dialects import DialectError, quoted, translate, type_name
from convsql.dialects.java_patterns import java_pattern, java_replacing
from convsql.dialects.spark import NEEDS
from convsql.engines.session import Columns

COLUMNS: dict[str, Columns] = {
    "model.p.t": [
        ("id", "VARCHAR"),
        ("n", "BIGINT"),
        ("i", "INTEGER"),
        ("x", "DOUBLE"),
        ("h", "DECIMAL(38,12)"),
        ("at", "TIMESTAMP"),
        ("zoned", "TIMESTAMP WITH TIME ZONE"),
        ("day", "DATE"),
        ("ok", "BOOLEAN"),
    ],
    "source.p.raw.r": [("Contact Id", "VARCHAR"), ("Sent_At", "TIMESTAMP")],
}


def spark(expression: str) -> str:
    """A translated expression, on one line, as it is before the columns of the whole query are cast."""
    sql = f'select {expression} is null as y from "⟦model.p.t⟧" as t'
    words = " ".join(translate(sql, COLUMNS, "spark").split())
    return words.removeprefix("SELECT ").partition(" IS NULL AS y FROM ")[0].replace("( ", "(").replace(" )", ")")


def whole(sql: str) -> str:
    return " ".join(translate(sql, COLUMNS, "spark").split())


def test_the_engine_s_sessions_are_what_translations_take_as_given() -> None:
    opening = pytest.importorskip("convsql.engines.spark_opening", reason="there is no engine for Spark")
    assert NEEDS.items() <= opening.SETTINGS.items()


def test_placeholders_stay_and_the_same_query_gives_the_same_text() -> None:
    sql = 'select * from "⟦model.p.t⟧" as t inner join "⟦source.p.raw.r⟧" as r on t.at = r.sent_at'
    text = translate(sql, COLUMNS, "spark")
    assert '"⟦model.p.t⟧"' in text and '"⟦source.p.raw.r⟧"' in text
    assert "`⟦" not in text
    assert translate(sql, COLUMNS, "spark") == text


def test_names_are_in_backticks_where_spark_would_not_read_them() -> None:
    sql = 'select "contact id", r.SENT_AT as "user", "Contact Id" as "a`b" from "⟦source.p.raw.r⟧" as R'
    assert translate(sql, COLUMNS, "spark").split() == (
        'SELECT `Contact Id`, r.Sent_At AS `user`, `Contact Id` AS `a``b` FROM "⟦source.p.raw.r⟧" AS R'.split()
    )
    assert quoted("a`b", "spark") == "`a``b`"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("percentile_cont(0.9) within group (order by n)", "PERCENTILE(n, 0.9)"),
        ("n / 3", "CAST(n AS DOUBLE) / CAST(3 AS DOUBLE)"),
        ("1.5 * n", "1.5 * n"),
        ("power(x, 2)", "(x * x)"),
        ("power(x, 3)", "POWER(x, CAST(3 AS DOUBLE))"),
        ("sum(n)", "SUM(CAST(n AS DECIMAL(38, 0)))"),
        ("sum(i)", "SUM(i)"),
        ("sum(ok)", "SUM(CAST(ok AS INT))"),
        ("avg(h)", "AVG(CAST(h AS DOUBLE))"),
        ("cast(floor(x) as bigint)", "CAST(FLOOR(x) AS BIGINT)"),
        ("floor(x)", "CASE WHEN ABS(x) < 9007199254740992 THEN CAST(FLOOR(x) AS DOUBLE) ELSE x END"),
        ("round(x, 2)", "ROUND(x * 1e2) / 1e2"),
        ("cast(x as bigint)", "CAST(RINT(x) AS BIGINT)"),
        ("cast(h as bigint)", "CAST(ROUND(h, 0) AS BIGINT)"),
        ("cast(n as hugeint)", "CAST(n AS DECIMAL(38, 0))"),
        ("cast(id as decimal)", "CAST(id AS DECIMAL(18, 3))"),
        ("length(id) + 1", "CAST(LENGTH(id) AS BIGINT) + 1"),
    ],
)
def test_numbers(expression: str, said: str) -> None:
    assert spark(expression) == said


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("cast(id as timestamp)", "CAST(id AS TIMESTAMP_NTZ)"),
        ("timestamp '2026-01-05 10:00:00'", "CAST('2026-01-05 10:00:00' AS TIMESTAMP_NTZ)"),
        ("cast(at as timestamptz)", "CAST(at AS TIMESTAMP_LTZ)"),
        ("epoch_us(at)", "UNIX_MICROS(CAST(at AS TIMESTAMP_LTZ))"),
        ("date_trunc('week', at)", "CAST(DATE_TRUNC('WEEK', at) AS TIMESTAMP_NTZ)"),
        ("zoned at time zone 'UTC'", "CAST(CAST(zoned AS TIMESTAMP_NTZ) AS TIMESTAMP_NTZ)"),
        (
            "(at at time zone 'UTC') at time zone 'Europe/Amsterdam'",
            "CONVERT_TIMEZONE('UTC', 'Europe/Amsterdam', CAST((CAST(at AS TIMESTAMP_LTZ)) AS TIMESTAMP_NTZ))",
        ),
        ("day - day", "CAST(DATEDIFF(day, day) AS BIGINT)"),
        ("day + n", "day + CAST(n AS INT)"),
        ("day + interval '1' day", "CAST(day AS TIMESTAMP_NTZ) + INTERVAL '1' DAY"),
        ("extract(hour from at)", "CAST(EXTRACT(HOUR FROM at) AS BIGINT)"),
        ("extract(dow from day)", "CAST(EXTRACT(DAYOFWEEK FROM day) - 1 AS BIGINT)"),
        ("strftime(at, '%Y-%m')", "DATE_FORMAT(at, 'yyyy-MM')"),
        ("date_diff('day', day, day)", "CAST(DATEDIFF(CAST(day AS DATE), CAST(day AS DATE)) AS BIGINT)"),
    ],
)
def test_times(expression: str, said: str) -> None:
    assert spark(expression).replace("`at`", "at") == said


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (r"regexp_matches(id, '^a.\d$')", r"(id RLIKE '^a[^\\n][0-9]\\z')"),
        (r"regexp_replace(id, '^a(b)', '\1')", "REGEXP_REPLACE(id, '^a(b)', '$1')"),
        (r"regexp_replace(id, 'a', '$')", r"REGEXP_REPLACE(id, '^((?s:.*?))(?:a)', '$1\\$')"),
        (r"regexp_replace(id, 'a', '-', 'g')", "REGEXP_REPLACE(id, 'a', '-')"),
        ("regexp_extract(id, '[0-9]+')", "REGEXP_EXTRACT(id, '[0-9]+', 0)"),
        (r"id like '%\%'", r"id LIKE '%\\\\%'"),
        ("id like id", r"id LIKE REPLACE(id, '\\', '\\\\')"),
        ("id like '%!_%' escape '!'", "id LIKE '%!_%' ESCAPE '!'"),
        (r"'it''s \n'", r"'it\'s \\n'"),
        ("id || n", "id || CAST(n AS STRING)"),
        ("id is not distinct from id", "(id IS NOT DISTINCT FROM id)"),
        ("string_agg(id, ', ' order by id desc)", "LISTAGG(id, ', ') WITHIN GROUP (ORDER BY id DESC)"),
        ("concat(id, n)", "CONCAT(COALESCE(id, ''), COALESCE(CAST(n AS STRING), ''))"),
        ("substring(id, 2, 3)", "SUBSTRING(id, 2, 3)"),
        ("lower(id)", "LOWER(TRANSLATE(id, 'İΣ', 'iσ'))"),
        ("upper(trim(cast(n as varchar), ' '))", "UPPER(TRIM(' ' FROM CAST(n AS STRING)))"),
    ],
)
def test_texts(expression: str, said: str) -> None:
    assert spark(expression) == said


def test_the_text_of_a_double_is_raised_in_one_copy() -> None:
    """It is ASCII; Spark's generated code has a limit, which four copies in each of a chain of conditions go beyond."""
    assert spark("upper(trim(cast(x as varchar)))").count("RLIKE") == 1
    assert spark("upper(trim(id || cast(x as varchar)))").count("RLIKE") == 4


def test_a_double_becomes_a_decimal_by_a_whole_number_and_not_by_its_text() -> None:
    text = spark("cast(x as decimal(18, 3))")
    assert text.startswith(
        "CAST(CASE WHEN ABS(x * 1e3) < 9000000000000000000e0 THEN CAST(CAST(ROUND(x * 1e3) AS BIGINT)"
    )
    assert text.endswith("END * CAST('1e-3' AS DECIMAL(38, 3)) AS DECIMAL(18, 3))")


def test_nulls_are_last_in_every_order() -> None:
    text = whole(
        'select row_number() over (partition by id order by at desc, n) as y from "⟦model.p.t⟧" as t order by 1'
    )
    assert "ORDER BY `at` DESC, n NULLS LAST" in text


def test_columns_have_the_types_that_they_have_on_duckdb() -> None:
    assert whole('select count(*), n from "⟦model.p.t⟧" group by n').startswith(
        "SELECT CAST(`count_star()` AS BIGINT) AS `count_star()`, CAST(n AS BIGINT) AS n FROM ("
    )


def test_ctes_of_subqueries_keep_to_themselves() -> None:
    text = whole(
        "with a as (select 1 as x), b as (with a as (select x + 1 as x from a) select a.x from a)"
        " select a.x, b.x as y from a cross join b"
    )
    assert (
        "WITH a AS (SELECT 1 AS x), a_2 AS (SELECT x + 1 AS x FROM a), b AS (SELECT a.x FROM a_2 AS a)"
        in text.replace("( ", "(").replace(" )", ")")
    )
    assert "FROM a CROSS JOIN b" in text


def test_a_cte_that_is_to_be_kept_is_one_like_others() -> None:
    assert "MATERIALIZED" not in whole("with a as materialized (select 1 as x) select x from a")


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ("list_value(1)", r"\[1\]"),
        ("jaro_similarity(id, id)", r"jaro_similarity\(\)"),
        ("median(x)", "MEDIAN"),
        ("try_cast(id as double)", "TRY_CAST"),
        ("x % 2.5e0", "%"),
        ("x // 2", "//"),
        ("regexp_matches(id, id)", "regular expression"),
        (r"regexp_matches(id, '\pL')", "pL"),
        ("regexp_replace(id, 'a*', '-', 'g')", "matches nothing"),
        (r"regexp_replace(id, 'a', '\2')", "no group 2"),
        ("substring(id, -2)", "before the first"),
        ("left(id, -1)", "left"),
        ("round(x, n)", "round"),
        ("strftime(at, '%A')", "strftime"),
        ("date_diff('month', day, day)", "date_diff"),
        ("at at time zone 'Europe/Amsterdam'", "at time zone"),
        ("extract(epoch from at - at)", "extract"),
        ("percentile_cont(0.5) within group (order by at)", "percentile_cont"),
        ("percentile_disc(0.5) within group (order by n)", "QUANTILE_DISC"),
        ("first_value(id ignore nulls) over (order by n)", "IGNORE NULLS"),
    ],
)
def test_what_has_no_translation_is_named(expression: str, named: str) -> None:
    with pytest.raises(DialectError, match=named):
        spark(expression)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("DOUBLE", "double"),
        ("VARCHAR", "string"),
        ("DECIMAL(38,12)", "decimal(38, 12)"),
        ("decimal(9)", "decimal(9, 0)"),
        ("TIMESTAMP", "timestamp_ntz"),
        ("TIMESTAMP WITH TIME ZONE", "timestamp_ltz"),
        ("HUGEINT", "decimal(38, 0)"),
        ("ENUM('a', 'b')", "string"),
    ],
)
def test_types_have_spark_s_names(kind: str, name: str) -> None:
    assert type_name(kind, "spark") == name


@pytest.mark.parametrize("kind", ["STRUCT(a INTEGER)", "VARCHAR[]", "MAP(VARCHAR, INTEGER)", "INTERVAL", "TIME"])
def test_a_type_that_spark_lacks_is_refused_by_its_name(kind: str) -> None:
    with pytest.raises(DialectError) as error:
        type_name(kind, "spark")
    assert kind in error.value.reason


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"^a.b$", r"^a[^\n]b\z"),
        (r"(?s)a.b", "a(?s:.)b"),
        (r"(?i)stop", "(?iu)stop"),
        (r"(?i)is", "(?iu)(?-iu:[iI])s"),
        (r"\d+\s", r"[0-9]+[\t\n\f\r ]"),
        (r"[\w.&-]+", r"[A-Za-z0-9_.\&-]+"),
        (r"[[:space:]x]", r"[\t\n\x0B\f\r x]"),
        (r"[^]a[]", r"[^\]a\[]"),
        (r"a{2,3}{x", r"a{2,3}\{x"),
        (r"(?P<name>a)(?:b)", "(a)(?:b)"),
        (r"\x{e9}\v", r"\x{e9}\x{b}"),
        (r"\Qa.b\E+", r"a\.b+"),
        (r"a\z", r"a\z"),
    ],
)
def test_patterns_are_written_as_java_reads_them(pattern: str, said: str) -> None:
    assert java_pattern(pattern) == said


@pytest.mark.parametrize(
    ("pattern", "flags", "replacement", "said"),
    [
        ("(a)", "g", r"<\1\0\\$>", ("(a)", r"<$1$0\\\$>")),
        ("(a)(b)", "g", r"\10\2", ("(a)(b)", r"$1\0$2")),
        ("a|^b", "", r"-", ("^((?s:.*?))(?:a|^b)", "$1-")),
        ("^(a|b)", "", r"\1", ("^(a|b)", "$1")),
        ("a", "", r"\0", ("^((?s:.*?))(a)", "$1$2")),
        (r" *$", "", "", (r" *\z", "")),
        (r" *$", "", ".", (r"^((?s:.*?))(?: *\z)", "$1.")),
        (r"\(([(])", "", r"\1", (r"^((?s:.*?))(?:\(([(]))", "$1$2")),
    ],
)
def test_what_is_put_in_place_of_a_match(pattern: str, flags: str, replacement: str, said: tuple[str, str]) -> None:
    assert java_replacing(pattern, flags, replacement) == said


def test_a_chain_of_a_thousand_conditions_is_not_too_deep() -> None:
    where = " or ".join(["n = 1"] * 1000)
    assert translate(f'select 1 as y from "⟦model.p.t⟧" where {where}', COLUMNS, "spark")
    assert translate("select " + " || ".join(["id"] * 500) + ' as y from "⟦model.p.t⟧"', COLUMNS, "spark")
    assert translate(" union all ".join(['select n from "⟦model.p.t⟧"'] * 1000), COLUMNS, "spark")
