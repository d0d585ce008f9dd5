"""Each CTE of a query under a name of its own: one `with` may then take up those of the subqueries, as sqlglot writes them for Spark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp


def apart(tree: Any) -> None:
    """Rename each CTE whose name another one of the query has already, with all that reads it; aliases stay what they were."""
    if len(list(tree.find_all(exp.With))) > 1:
        _Names().visit(tree, {})


class _Names:
    def __init__(self) -> None:
        self.taken: set[str] = set()

    def visit(self, tree: Any, known: Mapping[str, str]) -> None:
        """Rename below `tree`; `known`: name in lower case → what the CTE of that name is called now."""
        waiting = [(tree, known)]
        while waiting:
            node, names = waiting.pop()
            with_ = node.args.get("with_")
            if with_ is not None:
                names = self._ctes(with_, names)
            if isinstance(node, exp.Table) and not node.args.get("db"):
                _renamed(node, names)
            waiting += [(child, names) for child in node.iter_expressions() if child is not with_]

    def _ctes(self, with_: Any, outside: Mapping[str, str]) -> Mapping[str, str]:
        known = dict(outside)
        for cte in with_.expressions:
            alias = cte.args["alias"].this
            name = alias.name
            inner = {**known, name.lower(): self._own(name)}
            self.visit(cte.this, inner if with_.args.get("recursive") else known)
            known = inner
            alias.set("this", known[name.lower()])
        return known

    def _own(self, name: str) -> str:
        own, number = name, 2
        while own.lower() in self.taken:
            own, number = f"{name}_{number}", number + 1
        self.taken.add(own.lower())
        return own


def _renamed(table: Any, known: Mapping[str, str]) -> None:
    name = table.name
    now = known.get(name.lower(), name)
    if now.lower() == name.lower():
        return
    if not table.alias:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=table.this.quoted)))
    table.this.set("this", now)
