"""Builds worlds with the package's own SQL in an in-memory DuckDB.

`build` creates every model in its turn, as any build does; `OnDemand` only what is asked for. A `Workshop` builds many worlds of the same variables:
it renders the models once.
"""

from __future__ import annotations

import atexit
import csv
import hashlib
import re
from datetime import datetime
from functools import cache
from typing import Any

import duckdb
import yaml

from tests.spec.properties.templates import Templates
from tests.spec.reference.columns import INPUTS, LENGTH, NUMBER, TIME, Row, Rows
from tests.spec.reference.world import World
from tests.support.root import ROOT

TABLES = (
    *(f"stg_{name}" for name in INPUTS),
    "contact_survivors",
    "clocks",
    "staging_set_aside",
    "staging_unreadable",
    "deal_currencies",
    "key_matches",
    "conversation_messages",
    "waits",
    "conversations",
    "outcomes",
    "outcome_clocks",
    "metric_definitions",
    "metric_conversations",
    "attributed_outcomes",
    "cohort_rates",
    "current_rates",
    "period_rates",
    "cohort_curves",
    "standardised_rates",
    "window_sensitivity",
    "experiment_contacts",
    "experiment_variants",
    "experiment_results",
    "rate_changes",
    "rate_members",
)


@cache
def templates() -> Templates:
    return Templates()


@cache
def seed_columns() -> dict[str, dict[str, str]]:
    """The declared columns and types of every seed."""
    files = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted((ROOT / "seeds").glob("*.yml"))]
    return {each["name"]: each["config"]["column_types"] for file in files for each in file["seeds"]}


IN_TURN: tuple[tuple[str, ...], ...] = (
    (
        "staging_set_aside",
        "staging_unreadable",
        "deal_currencies",
        "key_matches",
        "stg_opt_outs",
        "stg_rep_states",
        "stg_campaigns",
        "stg_link_clicks",
    ),
    ("experiment_contacts", "experiment_variants", "experiment_results"),
    ("cohort_curves", "standardised_rates", "window_sensitivity", "rate_changes", "rate_members"),
)
"""Tables from which nothing outside their group is built. Planning a model's SQL is what a world costs, so a workshop
builds one group beside what all rests on; a further table belongs into a group, and then costs little."""


def wanted(variables: Row, turn: int | None = None) -> tuple[str, ...]:
    """The tables worth comparing: of the optional inputs only those switched on; of the groups all, or that of a turn."""
    switched_on = variables.get("inputs") or []
    left_out = {f"stg_{name}" for name, each in INPUTS.items() if each.optional and name not in switched_on}
    if turn is not None:
        own = IN_TURN[turn % len(IN_TURN)]
        left_out |= {name for group in IN_TURN if group is not own for name in group}
    return tuple(name for name in TABLES if name not in left_out)


def build(world: World, threads: int = 2, raw: dict[str, str] | None = None) -> dict[str, Rows]:
    """Every table, each model created in its turn. `raw` gives relations to read inputs from instead of the rows."""
    names = wanted(world.vars)
    with duckdb.connect(":memory:", config={"threads": threads}) as engine:
        _prepare(engine, world.typed)
        if raw is None:
            _load_inputs(engine, world)
        else:
            for name, relation in raw.items():
                engine.execute(f"create or replace table raw.{name} as select * from {relation}")
        _load_seeds(engine, world)
        for name, sql in templates().compile(world.vars, names):
            _execute(engine, name, f"create table {name} as {sql}")
        return {name: _fetch(engine, f"main.{name}") for name in names}


def load(engine: duckdb.DuckDBPyConnection, world: World) -> None:
    """The raw tables, in the schema `raw`, and the seeds of a world."""
    _prepare(engine, world.typed)
    _load_inputs(engine, world)
    _load_seeds(engine, world)


class OnDemand(dict[str, Rows]):
    """The tables of a world, each made with what it needs when it is first asked for.

    What DuckDB does to plan a model well costs more than a few rows do: it is left out here, and not where worlds are generated.
    Small worlds are alike: what was made by the same SQL of the same rows is made once in a process, under a name that says what it is made of.
    """

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self._relations: dict[str, str] = {}  # as SQL names them → as they are named in the engine

    def __missing__(self, table: str) -> Rows:
        for name, sql in templates().compile(self._world.vars, (table,)):
            own = f'main."{name}"'
            if own not in self._relations:
                self._relations[own] = self._made(name, _RELATION.sub(self._relation, sql))
        self[table] = _fetch(_engine(), self._relations[f'main."{table}"'])
        return self[table]

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a table and their types."""
        self[table]  # made if it was not
        relation = self._relations[f'main."{table}"']
        described = _engine().execute(f"describe {relation}").fetchall()
        return {str(name): str(kind) for name, kind, *_ in described}

    def _relation(self, found: re.Match[str]) -> str:
        own = found[0]
        if own not in self._relations:
            self._relations[own] = self._loaded(found["seed"] or found["raw"], is_raw=bool(found["raw"]))
        return self._relations[own]

    def _made(self, name: str, sql: str) -> str:
        relation = f"{name}_{_digest(sql)}"
        if relation not in _there():
            _execute(_engine(), name, f"create table {relation} as {sql}")
            _there().add(relation)
        return relation

    def _loaded(self, name: str, is_raw: bool) -> str:
        """The relation of a raw table or a seed of this world."""
        typed = self._world.typed or not is_raw
        types = _raw_types(name, typed) if is_raw else seed_columns()[name]
        rows = self._world.tables.get(name, []) if is_raw else _seed_rows(self._world, name)
        relation = f"{'raw_' if is_raw else ''}{name}_{_digest(repr((types, rows)))}"
        if relation not in _there():
            _create(_engine(), relation, types)
            _insert(_engine(), relation, list(types), rows, typed)
            _there().add(relation)
        return relation


_RELATION = re.compile(r'main\."(?P<seed>\w+)"|\braw\.(?P<raw>\w+)')


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(":memory:", config={"threads": 1})
    engine.execute("pragma disable_optimizer")
    engine.execute("set TimeZone = 'UTC'")
    atexit.register(_engine.cache_clear)  # an engine that outlives the interpreter's modules is complained of
    return engine


@cache
def _there() -> set[str]:
    """The relations that are in the engine."""
    return set()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class Workshop:
    """Builds worlds of one set of variables, over and over, each in a transaction that is rolled back.

    Prepared statements save nothing: DuckDB plans one anew at each execution.
    """

    def __init__(self, variables: Row, typed: bool, turn: int | None = None) -> None:
        self._names = wanted(variables, turn)
        self._engine = duckdb.connect(":memory:", config={"threads": 1})
        _prepare(self._engine, typed)
        self._models = templates().compile(variables, self._names)

    def build(self, world: World) -> dict[str, Rows]:
        """Every table of the world."""
        self._engine.execute("begin")
        try:
            _load_inputs(self._engine, world)
            _load_seeds(self._engine, world)
            for name, sql in self._models:
                _execute(self._engine, name, f"create table {name} as {sql}")
            return {name: _fetch(self._engine, f"main.{name}") for name in self._names}
        finally:
            self._engine.execute("rollback")


def _prepare(engine: duckdb.DuckDBPyConnection, typed: bool) -> None:
    """The session, the empty raw tables (all strings, or with times and numbers) and the empty seeds."""
    engine.execute("set TimeZone = 'UTC'")
    engine.execute("create schema raw")
    for name in INPUTS:
        _create(engine, f"raw.{name}", _raw_types(name, typed))
    for name, types in seed_columns().items():
        _create(engine, name, types)


def _raw_types(name: str, typed: bool) -> dict[str, str]:
    kinds = {TIME: "timestamp", NUMBER: "double", LENGTH: "double"} if typed else {}
    return {column: kinds.get(kind, "varchar") for column, kind in INPUTS[name].types.items()}


def _create(engine: duckdb.DuckDBPyConnection, table: str, types: dict[str, str]) -> None:
    engine.execute(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in types.items())})")


def _load_inputs(engine: duckdb.DuckDBPyConnection, world: World) -> None:
    for name, each in INPUTS.items():
        _insert(engine, f"raw.{name}", each.columns, world.tables.get(name, []), world.typed)


def _load_seeds(engine: duckdb.DuckDBPyConnection, world: World) -> None:
    for name, types in seed_columns().items():
        _insert(engine, name, list(types), _seed_rows(world, name), typed=True)


def _seed_rows(world: World, name: str) -> Rows:
    given = _zone_offsets(world) if name == "zone_offsets" else world.seed(name)
    return [{column: None if value == "" else value for column, value in row.items()} for row in given]


def _zone_offsets(world: World) -> Rows:
    """The project's own rows of the zones that a world's business hours are in."""
    zones = {str(row["timezone"]).strip() for row in world.seed("business_hours")}
    return [row for zone in sorted(zones) for row in _offsets().get(zone, [])]


@cache
def _offsets() -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    with (ROOT / "seeds" / "zone_offsets.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["zone"], []).append(dict(row))
    return found


def _insert(engine: duckdb.DuckDBPyConnection, table: str, columns: list[str], rows: Rows, typed: bool) -> None:
    if not rows:
        return
    holes = ", ".join("(" + ", ".join("?" for _ in columns) + ")" for _ in rows)
    values = [row.get(column) for row in rows for column in columns]
    engine.execute(f"insert into {table} values {holes}", values if typed else [_text(each) for each in values])


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _execute(engine: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    try:
        engine.execute(sql)
    except duckdb.Error as error:
        raise AssertionError(f"{name} cannot be built: {error}") from error


def _fetch(engine: duckdb.DuckDBPyConnection, relation_name: str) -> Rows:
    relation = engine.execute(f"select * from {relation_name}")
    columns = [each[0] for each in relation.description]
    return [dict(zip(columns, values, strict=True)) for values in relation.fetchall()]
