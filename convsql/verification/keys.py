"""By which columns a model's rows are told apart: what its tests say, and else nothing."""

from __future__ import annotations

from convsql.project.nodes import GenericTest, Graph, Node


def key_of(graph: Graph, node: Node, columns: list[str]) -> list[str]:
    """The columns of a `unique` test, or of one of several columns (`unique_key`, `unique_combination_of_columns`); none where no test says.

    A test that looks at some rows only (`where`) says nothing of the others. Of several keys the one of fewest columns.
    """
    found = []
    for test in graph.of("test"):
        if test.generic is None or test.attached != node.unique_id or test.config.get("where"):
            continue
        key = _columns(test.generic)
        if key and all(column in columns for column in key):
            found.append(key)
    return min(found, key=lambda key: (len(key), key), default=[])


def _columns(test: GenericTest) -> list[str]:
    name = test.test_name.rpartition(".")[2].removeprefix("test_")
    if name == "unique":
        return [test.column_name]
    if name in ("unique_key", "unique_combination_of_columns"):
        listed = test.arguments.get("columns") or test.arguments.get("combination_of_columns") or []
        return [str(column) for column in listed] if isinstance(listed, list) else []
    return []
