"""Every column of the package that holds what people wrote, or how they are called and reached, is marked: lineage says which do.

Keys are not marked (`…_id`, `merged_into`, `same_as`), as a row could not be found without them; what looks like a number in one is masked by
its look. What comes of a count, a length, a hash or a condition carries nothing.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from convsql.compiling.personal import marked_columns
from convsql.compiling.project import Compiled
from convsql.compiling.queries import Models
from convsql.context import Context
from convsql.lineage.personal import Carried
from tests.models.connectors.project import VARIABLES
from tests.support.root import ROOT

TOLD_BY_NAME = {
    "body",
    "email",
    "phone",
    "mobile",
    "agent_name",
    "mobile_phone",
    "source_body",
    "first_name",
    "last_name",
}


def _is_key(column: str) -> bool:
    return column.endswith("_id") or column in ("merged_into", "same_as")


def _unmarked(compiled: Compiled) -> list[str]:
    """`model.column` of every column that carries a marked one of the models and sources below it and is not marked itself."""
    nodes = compiled.graph.nodes
    models = Models(compiled, {}).of({})
    for node in compiled.graph.of("model"):
        models.query(node.unique_id)
    tops = {id(query): node.unique_id for node, query in models.queries()}
    found = []
    for node, query in models.queries():
        if node.kind != "model":
            continue
        near = {name for parent in node.parents for name in marked_columns(nodes[parent])}

        def is_marked(unique_id: str, column: str, near: set[str] = near) -> bool:
            return column in (marked_columns(nodes[unique_id]) if unique_id else near)

        carried = Carried(tops, is_marked)
        mine = marked_columns(node)
        found += [
            f"{node.name}.{c}" for c in query.columns if c not in mine and not _is_key(c) and carried.carries(query, c)
        ]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("variables", [{}, VARIABLES], ids=["raw tables", "connectors"])
def test_no_column_of_the_package_passes_a_marked_one_on_unmarked(variables: Mapping[str, Any], demo_raw: Path) -> None:
    given = {"raw_path": str(demo_raw), **variables}
    with contextlib.chdir(ROOT):
        compiled = Context(ROOT, None, None, json.dumps(given)).compiled(may_lack_data=True)
    assert _unmarked(compiled) == []
    everywhere = {f"{n.name}.{c}" for n in compiled.graph.of("model", "source") for c in marked_columns(n)}
    assert {"messages.body", "stg_messages.body", "reps.name", "agent_performance.agent_name"} <= everywhere
    if variables:
        assert {
            "message.from",
            "twilio_contacts.phone",
            "contact_keys.match_key",
            "zendesk_comments.body",
        } <= everywhere


def test_a_column_that_is_called_so_is_marked() -> None:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a tenth of the time, where it is there
    wrong = []
    for file in sorted((ROOT / "models").rglob("*.yml")):
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=loader) or {}
        tables = [t for s in content.get("sources", []) for t in s["tables"]] + content.get("models", [])
        for table in tables:
            for column in table.get("columns", []):
                meta = {**column.get("meta", {}), **column.get("config", {}).get("meta", {})}
                if column["name"].removeprefix("property_") in TOLD_BY_NAME and meta.get("pii") is not True:
                    wrong.append(f"{file.name}: {table['name']}.{column['name']}")
    assert wrong == []
