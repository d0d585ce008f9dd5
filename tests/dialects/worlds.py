"""Generated worlds as work for a comparison: every model that their variables allow, over their rows."""

from __future__ import annotations

from functools import cache

import duckdb

from convsql.engines.session import Columns
from convsql.sqltext.references import placeholder, substitute, with_aliases
from tests.dialects.parity import Step, Work, quoted
from tests.spec.properties.harness import load, seed_columns
from tests.spec.properties.templates import Templates
from tests.spec.reference.columns import INPUTS
from tests.spec.reference.world import World
from tests.support.root import ROOT


class _Placeholders(Templates):
    """The package's models with references as placeholders."""

    def __init__(self) -> None:
        super().__init__()
        self._environment.globals["source"] = lambda source, table: quoted(f"source.{source}.{table}")

    def _ref(self, *names: str) -> str:
        self._refs.append(names[-1])
        return quoted(f"model.{names[-1]}")


@cache
def _templates() -> _Placeholders:
    return _Placeholders()


OF_TOOLS = ("connector_coverage", "connector_left_out", "contact_match_losses")
"""Models outside of models/connectors that are over tables of other tools."""


def models() -> list[str]:
    """All models but those over tables of other tools."""
    paths = sorted((ROOT / "models").rglob("*.sql"))
    return [path.stem for path in paths if "connectors" not in path.parts and path.stem not in OF_TOOLS]


def work_of(world: World, engine: duckdb.DuckDBPyConnection) -> Work:
    """A world's work; its rows are in `engine` afterwards."""
    load(engine, world)
    given = {f"source.raw.{name}": f"raw.{name}" for name in INPUTS}
    given |= {f"model.{name}": f"main.{name}" for name in seed_columns()}
    columns: dict[str, Columns] = {}
    for unique_id, relation in given.items():
        columns[unique_id] = _described(engine, relation)
        engine.execute(f"create table {quoted(unique_id)} as from {relation}")
    steps = []
    for name, sql in _templates().compile(world.vars, tuple(models())):
        unique_id = f"model.{name}"
        sql = substitute(with_aliases(sql, lambda each: each.rpartition(".")[2]), placeholder)
        steps.append(Step(unique_id, sql))
        engine.execute(f"create table {quoted(unique_id)} as select * from ({sql}) where 1 = 0")
        columns[unique_id] = _described(engine, quoted(unique_id))
    return Work(given, steps, columns)


def _described(engine: duckdb.DuckDBPyConnection, relation: str) -> Columns:
    return [(row[0], row[1]) for row in engine.execute(f"describe from {relation}").fetchall()]
