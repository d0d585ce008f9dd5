"""Every command, option, table and column appears in the docs."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType
from typing import Any

import pytest

from convsql.base.errors import Problems
from convsql.project.config import load_project
from convsql.project.declare import parse
from convsql.project.files import read_project_files
from convsql.project.profiles import load_target
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
