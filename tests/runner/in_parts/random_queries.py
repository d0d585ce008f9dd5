"""Random queries: what a grammar of joins, groups, windows, sets, subqueries and relations that are read twice can write over the tables of `shapes`."""

from __future__ import annotations

import random
from collections.abc import Mapping

from tests.runner.in_parts.shapes import COLUMNS

Columns = list[str]
JOINS = [*["inner join"] * 5, *["left join"] * 6, *("semi join", "anti join", "full join", "right join")]
SETS = [*["union all"] * 4, "union", "union", "except", "intersect", "except all"]


class Writer:
    """Writes queries, the same ones for the same `random`; a table stands in them as `{name}`. Every query gives the same rows each time it is asked."""

    def __init__(self, of: random.Random) -> None:
        self.of = of
        self.number = 0

    def query(self, depth: int, ctes: Mapping[str, Columns] | None = None) -> tuple[str, Columns]:
        """A query of at most so many levels, and its columns; `ctes` may be read in it."""
        known, head = dict(ctes or {}), ""
        if depth and self.of.random() < 0.55:
            parts = []
            for _ in range(self.of.choice([1, 1, 2, 3])):
                name = self._name("w")
                sql, columns = self.query(depth - 1, known)
                parts.append(f"{name} as ({sql})")
                known[name] = columns
            head = f"with {', '.join(parts)} "
        if depth and self.of.random() < 0.15:
            operation = self.of.choice(SETS)
            branches = [self._select(depth - 1, known) for _ in range(2 + (operation == "union all"))]
            few = min(len(columns) for _, columns in branches)
            named = [f"select {', '.join(c[:few])} from ({sql}) as {self._name('o')}" for sql, c in branches]
            return head + f" {operation} ".join(named), branches[0][1][:few]
        sql, columns = self._select(depth, known)
        return head + sql, columns

    def _name(self, word: str = "r") -> str:
        self.number += 1
        return f"{word}{self.number}"

    def _relation(self, depth: int, ctes: Mapping[str, Columns]) -> tuple[str, Columns]:
        which = self.of.random()
        if ctes and which < 0.4:
            name = self.of.choice(list(ctes))
            return name, ctes[name]
        if depth and which < 0.6:
            sql, columns = self.query(depth - 1, ctes)
            return f"({sql})", columns
        name = self.of.choice(["a", "a", "a", "b", "b", "cal"])
        return f"{{{name}}}", list(COLUMNS[name])

    def _value(self, scope: Columns, depth: int = 1) -> str:
        """An expression over columns of a scope."""
        of = self.of
        if not depth or of.random() < 0.5:
            return of.choice(scope)
        a, b = self._value(scope, depth - 1), self._value(scope, depth - 1)
        number = of.randrange(4)
        return of.choice(
            [
                *(f"{a} + 1", f"{a} + {b}", f"{a} % 3", f"greatest({a}, {b})", f"nullif({a}, {number})", str(number)),
                *(f"coalesce({a}, -1)", f"coalesce({a}, {b})", f"cast({a} as integer)", "cast(null as bigint)"),
                *(
                    f"case when {a} > {number} then {b} else {of.choice(scope)} end",
                    f"case when {a} is null then 1 end",
                ),
                f"cast({a} as decimal(12, 2)) / 2",
            ]
        )

    def _condition(self, scope: Columns) -> str:
        of, number = self.of, self.of.randrange(4)
        a, b = self._value(scope, int(of.random() < 0.2)), of.choice(scope)
        if of.random() < 0.06:
            return of.choice(
                [
                    f"exists (select 1 from {{cal}} as q where q.starts < {a})",
                    f"{a} in (select q.name from {{cal}} as q)",
                ]
            )
        return of.choice(
            [
                *(f"{a} > {number}", f"{a} is not null", f"{a} is null", f"{a} in (1, 2, 3)", f"{a} between 1 and 3"),
                *(f"{a} = {number}", f"{a} = {b}", f"{a} <> {b}", f"coalesce({a}, 1) = 1", f"({a} = 1 or {b} > 1)"),
            ]
        )

    def _meeting(self, left: Columns, right: Columns) -> str:
        """A condition by which rows of two relations are joined."""
        of = self.of
        a, b = (self._value(left), self._value(right)) if of.random() < 0.12 else (of.choice(left), of.choice(right))
        return of.choice(
            [
                *[f"{a} = {b}"] * 7,
                *(f"{b} = {a}", f"{a} is not distinct from {b}", f"{b} is not distinct from {a}", f"{a} < {b}"),
                *(f"{a} >= {b}", f"{a} <> {b}", f"coalesce({a}, {b}) > 1", f"({a} = {b} or {a} is null)", f"{b} > 1"),
                f"{a} between {b} and {b} + 2",
            ]
        )

    def _from(self, depth: int, ctes: Mapping[str, Columns]) -> tuple[str, Columns]:
        """What a select reads, joined, and the columns that stand in it."""
        of, alias = self.of, self._name()
        relation, columns = self._relation(depth, ctes)
        text, scope = f"from {relation} as {alias}", [f"{alias}.{c}" for c in columns]
        for _ in range(of.choice([0, 0, 1, 1, 1, 2, 2, 3])):
            alias, kind = self._name(), of.choice([*JOINS, "unnest", "beside", "clock"])
            if kind == "unnest":
                text += f" cross join unnest([{of.choice(scope)}, 1]) as {alias}(e)"
            elif kind == "beside":
                inner = self._name()
                met = self._meeting(scope, [f"{inner}.{c}" for c in COLUMNS["b"]])
                text += f" cross join lateral (select count(*) as e from {{b}} as {inner} where {met}) as {alias}"
            elif kind == "clock":
                text += f" cross join (select max(t) as e from {{a}}) as {alias}"
            else:
                relation, columns = self._relation(depth, ctes)
                mine = [f"{alias}.{c}" for c in columns]
                on = [self._meeting(scope, mine) for _ in range(of.choice([1, 1, 1, 2]))]
                on += [self._condition(own) for own in (mine, scope) if of.random() < 0.15]
                text += f" {kind} {relation} as {alias} on {' and '.join(on)}"
                scope = scope if kind in ("semi join", "anti join") else scope + mine
                continue
            scope = [*scope, f"{alias}.e"]
        where = [self._condition(scope) for _ in range(of.choice([0, 0, 0, 1, 1, 2]))]
        return text + (f" where {' and '.join(where)}" if where else ""), scope

    def _select(self, depth: int, ctes: Mapping[str, Columns]) -> tuple[str, Columns]:
        text, scope = self._from(depth, ctes)
        form = self.of.random()
        if form < 0.25:
            return self._grouped(text, scope)
        values = [self._value(scope) for _ in range(self.of.choice([2, 3, 4, 5]))]
        if form < 0.42:
            return self._numbered(text, scope, values)
        listed, names = self._listed(values)
        if form < 0.5:
            return f"select distinct {listed} {text}", names
        if form < 0.55:
            key = self.of.choice(scope)
            return f"select distinct on ({key}) {listed} {text} order by {key}, {', '.join(scope)}", names
        return f"select {listed} {text}", names

    def _listed(self, values: list[str]) -> tuple[str, Columns]:
        """A select list, its first column at times under a name that other relations have too."""
        names = [self.of.choice([*["c0"] * 5, "k", "g"]), *(f"c{n}" for n in range(1, len(values)))]
        return ", ".join(f"{value} as {name}" for value, name in zip(values, names, strict=True)), names

    def _grouped(self, text: str, scope: Columns) -> tuple[str, Columns]:
        of = self.of
        keys = [self._value(scope) for _ in range(of.choice([1, 1, 2, 3]))]
        keys = [key for key in dict.fromkeys(keys) if any(column in key for column in scope)] or [scope[0]]
        some = of.choice(scope)
        counted = [
            *("count(*)", f"sum({some})", f"min({some})", f"max({self._value(scope)})", f"count(distinct {some})"),
            *(f"count({some}) filter (where {self._condition(scope)})", f"max({some}) + 1"),
        ]
        listed, names = self._listed([*keys, *of.sample(counted, of.choice([1, 1, 2]))])
        by, which = ", ".join(keys), of.random()
        if which < 0.12:
            by = f"grouping sets (({keys[0]}), ({by}))"
        elif which < 0.17:
            by = f"rollup ({by})"
        having = of.choice(["count(*) > 1", f"max({some}) > 1", f"{keys[0]} is not null"])
        return f"select {listed} {text} group by {by}" + (f" having {having}" if of.random() < 0.2 else ""), names

    def _numbered(self, text: str, scope: Columns, values: list[str]) -> tuple[str, Columns]:
        """With windows, in an order in which rows that tie are the same."""
        of, order = self.of, f"order by {', '.join(scope)}"
        keys = of.sample(scope, min(len(scope), of.choice([1, 1, 2]))) if of.random() < 0.85 else [self._value(scope)]
        over = f"partition by {', '.join(keys)}"
        some = of.choice(scope)
        frame = f"rows between {of.choice(['unbounded preceding', '1 preceding'])} and {of.choice(['current row', '1 following'])}"
        windows = [
            *(f"lead({some}) over ({over} {order})", f"lag({some}) over ({over} {order})"),
            *(f"row_number() over ({over} {order})", f"sum({some}) over ({over} {order} {frame})"),
            *(
                f"max({some}) over ({over})",
                f"first_value({some}) over ({over} {order} {frame})",
                f"count(*) over ({over})",
            ),
        ]
        listed, names = self._listed([*values, keys[0], *of.sample(windows, of.choice([1, 1, 2]))])
        first = f" qualify row_number() over ({over} {order}) = 1" if of.random() < 0.3 else ""
        return f"select {listed} {text}{first}", names
