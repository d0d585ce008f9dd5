"""The package's own patterns, each over thousands of texts made of the pieces that people write."""

from __future__ import annotations

from random import Random
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from convsql.dialects import translate
from convsql.engines.session import Columns
from convsql.sqltext.references import placeholder
from convsql.sqltext.sent_sql import bound_sql
from tests.dialects.parity import load
from tests.runner.portability.package import compiled

PIECES = [
    *"1 2 9 0 12 2026 - - / . , : T Z +02 +02:00 AM pm Jan March 5th € $ USD EUR kr ( ) e E+10 h m s min NULL n/a #N/A x a é @".split(),
    *".com stop unsubscribe don’t ' _ \\ ¶ ¦ % 0000 20260105 093000 1767225600 .0 .000 MON, GMT ; | re: fwd call tel: client: +1555".split(),
    *('"', " ", "\t", "\n", "\u00a0"),
]
COLUMNS: dict[str, Columns] = {"model.texts": [("x", "VARCHAR")]}


def patterns(settings: str, kinds: str) -> list[str]:
    """Every use of a pattern in the models, of the column `x`."""
    project = compiled(settings, kinds)
    found = set()
    for node in project.graph.of("model"):
        tree = sqlglot.parse_one(bound_sql(project.graph, node, placeholder), read="duckdb")
        for each in tree.find_all(exp.RegexpLike, exp.RegexpReplace, exp.RegexpExtract):
            of_x = each.copy()
            of_x.set("this", exp.column("x"))
            found.add(of_x.sql(dialect="duckdb"))
    return sorted(found)


@pytest.mark.slow
def test_every_pattern_of_the_package_finds_the_same(postgres: Any) -> None:
    random = Random(5)
    texts = ["".join(random.choice(PIECES) for _ in range(random.randint(0, 9))) for _ in range(4000)]
    postgres.execute("create schema if not exists patterns")
    postgres.execute("set search_path = patterns")
    load(postgres, "texts", COLUMNS["model.texts"], [(text,) for text in texts])
    known = patterns("connectors", "strings")
    assert len(known) > 90
    wrong = {}
    with duckdb.connect() as engine:
        engine.execute('create table "⟦model.texts⟧" as select unnest(?) as x', [texts])
        for pattern in known:
            sql = f'select x, {pattern} as y from "⟦model.texts⟧" as t'
            said = sorted(engine.execute(sql).fetchall(), key=repr)
            text = translate(sql, COLUMNS, "postgres").replace('"⟦model.texts⟧"', "texts")
            found = sorted(postgres.execute(text).fetchall(), key=repr)
            if said != found:
                wrong[pattern] = next(pair for pair in zip(said, found, strict=True) if pair[0] != pair[1])
    assert wrong == {}
