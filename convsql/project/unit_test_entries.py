"""Entries below `unit_tests:`, turned into nodes; a named fixture is read into the entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convsql.base.errors import ConvsqlError, Problems
from convsql.base.yaml_file import YamlMap
from convsql.project.files import ProjectFile
from convsql.project.nodes import Node, UnitTest

Fixtures = Mapping[str, ProjectFile]


def fixtures_of(files: list[ProjectFile]) -> Fixtures:
    """Fixture files by name and ending, such as `orders.csv`."""
    return {f.file.name: f for f in files if f.role == "fixture"}


def declare_unit(
    unit: YamlMap, file: ProjectFile, config: dict[str, Any], fixtures: Fixtures, problems: Problems
) -> Node:
    """The node of one unit test."""
    for block in [*unit.get("given", []), unit.get("expect", {})]:
        if block.get("fixture"):
            try:
                _read_fixture(block, unit, fixtures)
            except ConvsqlError as error:
                problems.take(error)
    unique_id = f"unit_test.{file.package}.{unit.get('model')}.{unit['name']}"
    return Node(
        unique_id,
        "unit_test",
        unit["name"],
        file.package,
        file.shown,
        unit.line,
        config=config,
        unit=UnitTest(dict(unit)),
    )


def _read_fixture(block: YamlMap, unit: YamlMap, fixtures: Fixtures) -> None:
    if block.get("format") not in ("csv", "sql"):
        raise ConvsqlError(
            f"unit test '{unit['name']}': a fixture needs a format",
            block.where("fixture"),
            "say 'format: csv' or 'format: sql'",
        )
    name = f"{block['fixture']}.{block['format']}"
    if name not in fixtures:
        raise ConvsqlError(
            f"unit test '{unit['name']}': no fixture '{name}'",
            block.where("fixture"),
            "put it into a folder 'fixtures' below the test path",
        )
    block["rows"] = fixtures[name].text()
