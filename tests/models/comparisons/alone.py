"""One model built alone, over rows given for what it reads."""

from __future__ import annotations

from functools import cache, cached_property
from types import TracebackType
from typing import Any

import duckdb
import yaml

from tests.spec.properties.harness import seed_columns, templates
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson
from tests.support.root import ROOT


@cache
def columns_of(relation: str) -> dict[str, str]:
    """The columns of a model or seed, with their types."""
    if relation in seed_columns():
        return seed_columns()[relation]
    (file,) = (each.with_suffix(".yml") for each in (ROOT / "models").glob(f"**/{relation}.sql"))
    (model,) = yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    return {each["name"]: each["data_type"] for each in model["columns"]}


class Alone:
    """A model with some variables; `build` gives its rows over the rows of its parents, of which columns may be left out.

    Compiled when it is first asked for anything: many stand in a module's head, which every process of a test run reads.
    """

    def __init__(self, model: str, **variables: Any) -> None:
        self._model = model
        self._variables = variables

    @cached_property
    def _compiled(self) -> tuple[str, list[str]]:
        """The statement and the parents: what a model reads is known once it is compiled with its variables."""
        sql = dict(templates().compile(self._variables, (self._model,)))[self._model]
        return sql, templates().parents(self._model)

    @property
    def parents(self) -> list[str]:
        return self._compiled[1]

    @cached_property
    def _engine(self) -> duckdb.DuckDBPyConnection:
        engine = duckdb.connect(":memory:", config={"threads": 1})
        engine.execute("pragma disable_optimizer")
        for name in self.parents:
            shape = ", ".join(f"{column} {kind}" for column, kind in columns_of(name).items())
            engine.execute(f"create table {name} ({shape})")
        return engine

    def __enter__(self) -> Alone:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if "_engine" in self.__dict__:
            self._engine.close()

    def build(self, **given: Rows) -> Rows:
        for name in self.parents:
            self._engine.execute(f"delete from {name}")
            self._insert(name, given.get(name, []))
        assert not set(given) - set(self.parents), f"the model reads {self.parents}"
        relation = self._engine.execute(self._compiled[0])
        names = [each[0] for each in relation.description]
        return [dict(zip(names, values, strict=True)) for values in relation.fetchall()]

    def _insert(self, name: str, rows: Rows) -> None:
        """A list of values for each column: a parameter for each value takes several times as long."""
        columns = list(dict.fromkeys(column for row in rows for column in row))
        if not columns:
            return
        kinds = columns_of(name)
        self._engine.execute(
            f"insert into {name} ({', '.join(columns)}) select {', '.join(f'unnest(?::{kinds[c]}[])' for c in columns)}",
            [[row.get(column) for row in rows] for column in columns],
        )


def cohort(**columns: Any) -> Row:
    """A row of cohort_rates: complete, of metric m, with its rate and Wilson limits."""
    matured, converted = columns["matured"], columns["matured_converted"]
    limits = wilson(converted, matured, 0.95) or (None, None)
    return {
        "metric": "m",
        "metric_version": 1,
        "cohort_grain": "month",
        "cohort_by": "all",
        "conversion_rate": converted / matured if matured else None,
        "rate_low": limits[0],
        "rate_high": limits[1],
        "is_complete": True,
        "is_small": matured < 30,
        "uses_late_facts": False,
        **columns,
    }
