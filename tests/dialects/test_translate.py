"""What a translation says, and what is refused, told without a server."""

from __future__ import annotations

import pytest

from convsql.dialects import DIALECTS, PROVEN, DialectError, translate, type_name
from convsql.dialects.regular_expressions import postgres_pattern, postgres_replacement
from convsql.engines.session import Columns

COLUMNS: dict[str, Columns] = {
    "model.p.t": [
        ("id", "VARCHAR"),
        ("n", "BIGINT"),
        ("x", "DOUBLE"),
        ("at", "TIMESTAMP"),
        ("day", "DATE"),
        ("ok", "BOOLEAN"),
    ],
    "source.p.raw.r": [("Contact Id", "VARCHAR"), ("Sent_At", "TIMESTAMP")],
}


def postgres(expression: str, table: str = "model.p.t") -> str:
    """A translated expression, on one line, as it is before the columns of the whole query are cast."""
    sql = f'select {expression} is null as y from "⟦{table}⟧" as t'
    words = " ".join(translate(sql, COLUMNS, "postgres").split())
    return words.removeprefix("SELECT ").partition(" IS NULL AS y FROM ")[0]


def test_duckdb_is_the_text_unchanged() -> None:
    assert translate("select   1 -- so", {}, "duckdb") == "select   1 -- so"


def test_only_dialects_that_are_known_are_proven() -> None:
    assert set(PROVEN) <= set(DIALECTS)


@pytest.mark.parametrize("dialect", ["sparkle", "POSTGRES", ""])
def test_an_unknown_dialect_is_refused_with_those_that_are_known(dialect: str) -> None:
    with pytest.raises(DialectError, match="unknown dialect") as error:
        translate("select 1", {}, dialect)
    assert "duckdb, postgres" in error.value.hint


def test_placeholders_stay_and_the_same_query_gives_the_same_text() -> None:
    sql = 'select * from "⟦model.p.t⟧" as t inner join "⟦source.p.raw.r⟧" as r on t.at = r.sent_at'
    text = translate(sql, COLUMNS, "postgres")
    assert '"⟦model.p.t⟧"' in text and '"⟦source.p.raw.r⟧"' in text
    assert translate(sql, COLUMNS, "postgres") == text


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("case when typeof(n) = 'VARCHAR' then 1 when typeof(n) like 'BIG%' then 2 else 3 end", "2"),
        ("case when typeof(n) in ('DOUBLE', 'FLOAT') then 1 end", "NULL"),
        ("case when typeof(x) = 'DATE' or typeof(x) = 'DOUBLE' then n end", "n"),
        ("case when not typeof(x) = 'DATE' and typeof(n) = 'BIGINT' then n end", "n"),
        ("case when typeof(n) = 'DATE' then 1 when n > 0 then 2 else 3 end", "CASE WHEN n > 0 THEN 2 ELSE 3 END"),
        ("case when n > 0 then 1 when typeof(n) = 'BIGINT' then 2 else 3 end", "CASE WHEN n > 0 THEN 1 ELSE 2 END"),
    ],
)
def test_types_decide_branches_before_any_row_is_read(expression: str, said: str) -> None:
    assert postgres(expression) == said


def test_raw_rows_beside_a_row_of_nulls_are_read_from_the_table_alone() -> None:
    sql = """
        select given.sent_at, given.cost
        from (select cast(null as varchar) as cost, cast(null as varchar) as sent_at) as absent
        cross join lateral (select sent_at, cost from "⟦source.p.raw.r⟧" as source_rows) as given
    """
    text = translate(sql, COLUMNS, "postgres")
    assert "LATERAL" not in text and "absent" not in text
    assert "AS TEXT) AS cost" in text and '"Sent_At"' in text


def test_names_are_quoted_where_postgres_would_take_them_for_others() -> None:
    sql = 'select "contact id", r.SENT_AT as "user", "Contact Id" as Shown from "⟦source.p.raw.r⟧" as R'
    assert translate(sql, COLUMNS, "postgres").split() == (
        'SELECT "Contact Id", r."Sent_At" AS "user", "Contact Id" AS "Shown" FROM "⟦source.p.raw.r⟧" AS r'.split()
    )


def test_columns_without_a_name_have_the_one_that_duckdb_gives_them() -> None:
    text = " ".join(translate('select count(*), n from "⟦model.p.t⟧" group by n', COLUMNS, "postgres").split())
    assert 'COUNT(*) AS "count_star()"' in text
    assert text.startswith('SELECT CAST("count_star()" AS BIGINT) AS "count_star()"')


def test_a_name_that_postgres_would_cut_off_is_refused() -> None:
    with pytest.raises(DialectError, match="63 bytes"):
        translate(f"select 1 as {'x' * 64}", {}, "postgres")


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
        ("regexp_matches(id, 'a{300}')", "300"),
        ("substring(id, -2)", "before the first"),
        ("round(x, n)", "round"),
        ("strftime(at, '%A')", "strftime"),
        ("date_diff('month', day, day)", "date_diff"),
        ("percentile_cont(0.5) within group (order by at)", "percentile_cont"),
        ("first_value(id ignore nulls) over (order by n)", "IGNORE NULLS"),
    ],
)
def test_what_has_no_translation_is_named(expression: str, named: str) -> None:
    with pytest.raises(DialectError, match=named):
        postgres(expression)


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("select * from read_csv('x.csv')", "from"),
        ("select * from orders", "orders"),
        ('select * from "⟦model.p.unknown⟧"', "not known"),
        ('select * exclude (n) from "⟦model.p.t⟧"', "exclude"),
        ('select missing from "⟦model.p.t⟧"', "missing"),
        ("select 1 +", "translation"),
    ],
)
def test_queries_that_cannot_be_read_or_typed_are_refused(sql: str, named: str) -> None:
    with pytest.raises(DialectError, match=named):
        translate(sql, COLUMNS, "postgres")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("DOUBLE", "double precision"),
        ("VARCHAR", "text"),
        ("DECIMAL(38,12)", "numeric(38, 12)"),
        ("decimal(9)", "numeric(9, 0)"),
        ("TIMESTAMP WITH TIME ZONE", "timestamp with time zone"),
        ("HUGEINT", "numeric(39, 0)"),
        ("ENUM('a', 'b')", "text"),
    ],
)
def test_types_have_postgres_names(kind: str, name: str) -> None:
    assert type_name(kind, "postgres") == name
    assert type_name(kind, "duckdb") == kind


@pytest.mark.parametrize("kind", ["STRUCT(a INTEGER)", "VARCHAR[]", "MAP(VARCHAR, INTEGER)", "TIMESTAMP_NS"])
def test_a_type_that_postgres_lacks_is_refused_by_its_name(kind: str) -> None:
    with pytest.raises(DialectError) as error:
        type_name(kind, "postgres")
    assert kind in error.value.reason


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"^a.b$", r"^a[^\n]b$"),
        (r"(?s)a.b", "a.b"),
        (r"(?i)stop", "(?i)stop"),
        (r"\d+\s", r"[0-9]+[\t\n\f\r ]"),
        (r"[\w.-]+", "[A-Za-z0-9_.-]+"),
        (r"[[:digit:]x]", "[0-9x]"),
        (r"[^]a[]", r"[^]a\[]"),
        (r"a{2,3}{x", r"a{2,3}\{x"),
        (r"(?P<name>a)(?:b)", "(a)(?:b)"),
        (r"\x{e9}\.", r"\U000000e9\."),
        (r"\Qa.b\E+", r"a\.b+"),
        (r"a\z", r"a\Z"),
    ],
)
def test_patterns_are_written_as_postgres_reads_them(pattern: str, said: str) -> None:
    assert postgres_pattern(pattern) == said


def test_the_whole_match_in_a_replacement() -> None:
    assert postgres_replacement(r"<\0\1>\\") == r"<\&\1>\\"


def test_a_chain_of_a_thousand_conditions_is_not_too_deep() -> None:
    for operator in (" or ", " and "):
        assert translate(
            'select 1 as y from "⟦model.p.t⟧" where ' + operator.join(["n = 1"] * 1000), COLUMNS, "postgres"
        )
    assert translate("select " + " || ".join(["id"] * 500) + ' as y from "⟦model.p.t⟧"', COLUMNS, "postgres")
    assert translate(" union all ".join(['select n from "⟦model.p.t⟧"'] * 1000), COLUMNS, "postgres")
