"""Projects on disk as work for a comparison: their models, and their data tests."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convsql.cli.context import Context
from convsql.compiling.project import Compiled
from convsql.compiling.seeds import seed_sql
from convsql.sqltext.references import placeholder
from convsql.sqltext.sent_sql import bound_sql
from tests.dialects.parity import Step, Work


def work_of(root: Path, variables: Mapping[str, Any] | None = None, with_tests: bool = True) -> Work:
    """The work of the project in a folder, with some variables set otherwise."""
    with contextlib.chdir(root):
        compiled = Context(root, None, None, json.dumps(variables) if variables else None).compiled()
    graph = compiled.graph
    models = [Step(n.unique_id, bound_sql(graph, n, placeholder)) for n in graph.of("model") if n.is_built]
    tests = [Step(n.unique_id, bound_sql(graph, n, placeholder), True) for n in graph.of("test")]
    return Work(_given(compiled), models + (tests if with_tests else []), compiled.columns)


def _given(compiled: Compiled) -> dict[str, str]:
    given = {
        unique_id: state.relation for unique_id, state in compiled.sources.items() if unique_id in compiled.columns
    }
    for node in compiled.graph.of("seed"):
        given[node.unique_id] = f"({seed_sql(node, compiled.project.root, compiled.columns[node.unique_id])})"
    return given
