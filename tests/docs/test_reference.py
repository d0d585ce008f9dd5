"""Every command, option, table and column appears in the docs."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType
from typing import Any

import pytest

from convsql.base.errors import Problems
from convsql.dbt_habits.habits import load_project
from convsql.project.declare import parse
from convsql.project.files import read_project_files
from convsql.project.nodes import Node
from convsql.project.profiles import load_target
from convsql.project.steps import is_step
from tests.support.root import ROOT

REFERENCE = ROOT / "docs/reference"


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    specification = importlib.util.spec_from_file_location("write_reference", ROOT / "scripts/write_reference.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_reference_is_as_the_project_is(writer: ModuleType) -> None:
    written = {file.name: file.read_text(encoding="utf-8") for file in REFERENCE.glob("*.md")}
    wanted = writer.pages()
    stale = sorted(name for name in written.keys() | wanted.keys() if written.get(name) != wanted.get(name))
    assert stale == [], "run `make reference` and commit what it writes"
    inputs = writer.INPUTS_PAGE.read_text(encoding="utf-8")
    assert writer.inputs_page(inputs) == inputs, "run `make reference` and commit docs/inputs.md"


def test_tables_come_first_and_steps_apart_and_the_pages_say_truly_how_many_there_are(writer: ModuleType) -> None:
    steps, read = set(), set()
    for node in models():
        (steps if is_step(node) else read).add(node.name)
    assert {n.split("/")[-2] for n in (m.path for m in models() if m.name in read)} == {
        "attributed_outcomes", "cohort_rates", "comparisons", "conversations", "kpis", "losses",
    }  # fmt: skip
    index = (REFERENCE / "README.md").read_text(encoding="utf-8")
    tables, rest = index.split("\n## Seeds\n")
    assert f"## The {len(read)} tables that people read" in tables
    assert {name for name in read if f"`{name}`" in tables} == read
    assert {name for name in steps if f"`{name}`" in rest} == steps
    assert not {name for name in steps if f"`{name}`" in tables}
    for page in ("README.md", "docs/tables.md"):
        assert f"{len(read)} tables" in (ROOT / page).read_text(encoding="utf-8"), page


def test_a_step_is_described_below_the_tables_of_its_page() -> None:
    tables, steps = (REFERENCE / "cohort_rates.md").read_text(encoding="utf-8").split("# Steps on the way to them")
    assert "## period_rates" in tables
    assert "## cohort_cells" in steps
    assert "## cohort_cells" not in tables


def test_every_command_and_option_is_in_it(writer: ModuleType) -> None:
    text = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    commands = writer.commands()
    assert len(commands) > 15
    for path, command in commands:
        assert f"## `convsql {path}`" in text
        for parameter in command.params:
            if parameter.name != "help":
                names: list[Any] = parameter.opts if parameter.param_type_name == "option" else [parameter.name.upper()]
                assert all(f"`{name}`" in text for name in names), (path, names)
                assert getattr(parameter, "help", ""), f"{path} {parameter.name} has no help"


def models() -> list[Node]:
    project = load_project(ROOT)
    declared = parse(project, load_target(project), read_project_files(project), Problems())
    return [n for n in declared.nodes.values() if n.kind == "model"]


def test_every_table_and_column_of_the_project_is_in_it() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in REFERENCE.glob("*.md"))
    parts = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    problems = Problems()
    project = load_project(ROOT)
    declared = parse(project, load_target(project), read_project_files(project), problems)
    nodes = [n for n in declared.nodes.values() if n.kind in ("model", "seed")]
    assert len(nodes) > 80
    for node in nodes:
        assert node.name in parts, node.name
        for column in node.columns:
            assert f"| `{column.name}` |" in parts[node.name], f"{node.name}.{column.name}"


def test_every_page_says_that_it_is_written(writer: ModuleType) -> None:
    assert all(text.startswith(writer.WRITTEN) for text in writer.pages().values())
