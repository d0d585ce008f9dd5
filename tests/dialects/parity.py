"""The same models over the same rows on DuckDB and, translated, on PostgreSQL; and what differs."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from convsql.dialects import translate, type_name
from convsql.engines.session import Columns

Row = tuple[Any, ...]


@dataclass
class Step:
    """One model or test, in the order of a build: its SQL over placeholders."""

    unique_id: str
    sql: str
    is_test: bool = False


@dataclass
class Work:
    """A compiled project: the relations that rows are given for, and the steps over them. `columns` are those of all relations."""

    given: dict[str, str]
    """Unique id → what DuckDB reads, for sources and seeds."""
    steps: list[Step]
    columns: dict[str, Columns]


@dataclass
class Outcome:
    """What came of a comparison: how many relations are equal, and what of the others is not."""

    equal: list[str] = field(default_factory=list)
    differing: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def quoted(unique_id: str) -> str:
    return f'"⟦{unique_id}⟧"'


def short(unique_id: str, names: dict[str, str]) -> str:
    """A name of PostgreSQL's for a relation."""
    return names.setdefault(unique_id, f'"r{len(names)}_{unique_id.split(".", 2)[-1][:40]}"')


def compare(work: Work, duck: duckdb.DuckDBPyConnection, postgres: Any, schema: str) -> Outcome:
    """Build and compare every step. `duck` can read what is given; all is made anew in the PostgreSQL schema `schema`."""
    names: dict[str, str] = {}
    postgres.execute(f"drop schema if exists {schema} cascade")
    postgres.execute(f"create schema {schema}")
    postgres.execute(f"set search_path = {schema}")
    for unique_id, relation in work.given.items():
        duck.execute(f"create or replace table {quoted(unique_id)} as select * from {relation}")
        load(
            postgres,
            short(unique_id, names),
            work.columns[unique_id],
            duck.execute(f"from {quoted(unique_id)}").fetchall(),
        )
    outcome = Outcome()
    for step in work.steps:
        try:
            began = time.perf_counter()
            text = translate(step.sql, work.columns, "postgres")
            for unique_id in set(_placeholders(text)):
                text = text.replace(quoted(unique_id), short(unique_id, names))
            found = _tested(step, duck, postgres, text) if step.is_test else _built(step, duck, postgres, text, names)
            outcome.seconds[step.unique_id] = time.perf_counter() - began
        except duckdb.Error:
            raise
        except Exception as error:
            outcome.failed[step.unique_id] = f"{type(error).__name__}: {error}"
            if not step.is_test:
                _given_instead(step, duck, postgres, work, names)
            continue
        left, right = found
        wrong = difference(left, right)
        if not wrong and not step.is_test:
            wrong = types_of(postgres, short(step.unique_id, names), work.columns[step.unique_id])
        if wrong:
            outcome.differing[step.unique_id] = wrong
        else:
            outcome.equal.append(step.unique_id)
    return outcome


def _tested(step: Step, duck: duckdb.DuckDBPyConnection, postgres: Any, text: str) -> tuple[list[Row], list[Row]]:
    return duck.execute(step.sql).fetchall(), postgres.execute(text).fetchall()


def _built(
    step: Step, duck: duckdb.DuckDBPyConnection, postgres: Any, text: str, names: dict[str, str]
) -> tuple[list[Row], list[Row]]:
    target = short(step.unique_id, names)
    duck.execute(f"create or replace table {quoted(step.unique_id)} as {step.sql}")
    postgres.execute(f"create table {target} as {text}")
    postgres.execute(f"analyze {target}")
    return duck.execute(f"from {quoted(step.unique_id)}").fetchall(), postgres.execute(
        f"select * from {target}"
    ).fetchall()


def _given_instead(
    step: Step, duck: duckdb.DuckDBPyConnection, postgres: Any, work: Work, names: dict[str, str]
) -> None:
    """What could not be built here has DuckDB's rows, so that what stands on it is looked at too."""
    duck.execute(f"create or replace table {quoted(step.unique_id)} as {step.sql}")
    rows = duck.execute(f"from {quoted(step.unique_id)}").fetchall()
    load(postgres, short(step.unique_id, names), work.columns[step.unique_id], rows)


def types_of(postgres: Any, target: str, columns: Columns) -> str:
    """What is wrong with the types of a relation's columns."""
    found = postgres.execute(
        "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = %s::regclass and attnum > 0 order by attnum",
        (target,),
    ).fetchall()
    plain = {"timestamp": "timestamp without time zone"}
    wanted = [plain.get(type_name(k, "postgres"), type_name(k, "postgres").replace(", ", ",")) for _, k in columns]
    wrong = [f"{c}: {f} is to be {w}" for (c, _), (f,), w in zip(columns, found, wanted, strict=True) if f != w]
    return "; ".join(wrong)


def _placeholders(text: str) -> Iterable[str]:
    return (part.split("⟧", 1)[0] for part in text.split('"⟦')[1:])


def load(postgres: Any, name: str, columns: Columns, rows: Sequence[Row]) -> None:
    """A new table with rows."""
    body = ", ".join('"{}" {}'.format(c.replace('"', '""'), type_name(k, "postgres")) for c, k in columns)
    postgres.execute(f"create table {name} ({body})")
    _copy(postgres, name, rows)
    postgres.execute(f"analyze {name}")


def _copy(postgres: Any, name: str, rows: Sequence[Row]) -> None:
    with postgres.cursor() as cursor, cursor.copy(f"copy {name} from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def difference(left: Sequence[Row], right: Sequence[Row]) -> str:
    """What two tables' rows differ in, both ways and as often as they stand there; doubles to a 10^9th."""
    only_left, only_right = Counter(map(_key, left)), Counter(map(_key, right))
    common = only_left & only_right
    only_left, only_right = only_left - common, only_right - common
    if not only_left and not only_right:
        return ""
    of_right: Mapping[Row, list[Row]] = defaultdict(list)
    for row in only_right.elements():
        of_right[_exact(row)].append(row)
    unmatched = []
    for row in only_left.elements():
        found = next((r for r in of_right[_exact(row)] if _near(row, r)), None)
        if found is None:
            unmatched.append(row)
        else:
            of_right[_exact(row)].remove(found)
    rest = [row for rows in of_right.values() for row in rows]
    if not unmatched and not rest:
        return ""
    return f"{len(left)} rows here, {len(right)} there; {len(unmatched)} only here, {len(rest)} only there\n" + _shown(
        unmatched, rest
    )


def _shown(left: list[Row], right: list[Row]) -> str:
    left, right = sorted(left, key=repr)[:400], sorted(right, key=repr)[:400]
    if not left or not right:
        return f"  here  {left[:2]}\n  there {right[:2]}"
    one = left[0]
    near = max(right, key=lambda row: sum(a == b for a, b in zip(one, row, strict=True)))
    cells = [(i, a, b) for i, (a, b) in enumerate(zip(one, near, strict=True)) if a != b]
    return f"  (column, here, there) {cells}\n  of {one}"


def _key(row: Row) -> Row:
    return tuple("nan" if v != v else float(f"{v:.9e}") if isinstance(v, float) else v for v in row)


def _exact(row: Row) -> Row:
    return tuple(None if isinstance(v, float) else v for v in row)


def _near(one: Row, other: Row) -> bool:
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if isinstance(a, float)]
    return all(isinstance(b, float) and math.isclose(a, b, rel_tol=2e-9, abs_tol=1e-12) for a, b in pairs)
