"""Entries below `data_tests:` (or `tests:`), in every spelling that dbt has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from convsql.base.errors import Problems, Where
from convsql.base.yaml_file import YamlList, YamlMap
from convsql.base.yaml_shapes import drop_misshapen, misshapen
from convsql.project.unknown_configs import is_left_in
from convsql.templates.yaml_values import StaticTemplates

TEST_CONFIG = {
    "severity",
    "warn_if",
    "error_if",
    "where",
    "limit",
    "store_failures",
    "store_failures_as",
    "fail_calc",
    "enabled",
    "tags",
    "meta",
    "schema",
    "alias",
    "database",
    "description",
    "group",
    "docs",
}


@dataclass(slots=True)
class DeclaredTest:
    """One entry below `data_tests:`: the test's name, its arguments and its config. `package` is its file's."""

    test: str
    arguments: dict[str, Any]
    config: dict[str, Any]
    where: Where
    name: str = ""
    column: str = ""
    description: str = ""
    package: str = ""


def declared_tests(entry: YamlMap, column: str, problems: Problems) -> Iterator[DeclaredTest]:
    if "tests" in entry and "data_tests" in entry:
        problems.add("'tests' and 'data_tests' mean the same", entry.where("tests"), "keep 'data_tests'")
    for key in ("data_tests", "tests"):
        listed = entry.get(key)
        if not listed:
            continue
        if not isinstance(listed, YamlList):
            problems.add(f"'{key}' must be a list", entry.where(key))
            continue
        for item, line in zip(listed, listed.lines, strict=True):
            test = _test(item, column, Where(entry.path, line), problems)
            if test:
                yield test


def _test(item: Any, column: str, where: Where, problems: Problems) -> DeclaredTest | None:
    if isinstance(item, str):
        return DeclaredTest(item, {}, {}, where, column=column)
    if isinstance(item, YamlMap) and "test_name" in item:
        body = YamlMap(item.path, item.line)
        body.update({k: v for k, v in item.items() if k != "test_name"})
        body.lines = item.lines
        name = str(item["test_name"])
    elif isinstance(item, YamlMap) and len(item) == 1:
        name = next(iter(item))
        body = item[name] if item[name] is not None else YamlMap(item.path, item.line)
    else:
        problems.add("a test is a name, or one name with its arguments", where)
        return None
    if not isinstance(body, YamlMap):
        problems.add(f"the arguments of test '{name}' must be a mapping", where)
        return None
    config, arguments = _config_and_arguments(name, body, problems)
    shown, description = str(body.get("name") or ""), str(body.get("description") or "")
    return DeclaredTest(name, arguments, config, where, shown, column, description)


def _config_and_arguments(name: str, body: YamlMap, problems: Problems) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a test's mapping says, told apart: dbt takes configuration among the arguments too."""
    config: dict[str, Any] = {}
    arguments: dict[str, Any] = {}
    for key, value in body.items():
        if key == "config":
            if not isinstance(value, YamlMap):
                problems.add("'config' must be a mapping", body.where(key))
                continue
            drop_misshapen(value, problems)
            for inner in value:
                place, of = value.where(inner), f" of test '{name}'"
                if inner in TEST_CONFIG or is_left_in(inner, TEST_CONFIG, place, problems, of):
                    config[inner] = value[inner]
        elif key == "arguments":
            if isinstance(value, YamlMap):
                arguments.update(value)
            elif value is not None:
                problems.add("'arguments' must be a mapping", body.where(key))
        elif key in ("name", "description"):
            continue
        elif key in TEST_CONFIG:
            if wrong := misshapen(key, value):
                problems.add(wrong, body.where(key))
            else:
                config[key] = value
        else:
            arguments[key] = value
    return config, arguments


def render_test_configs(value: Any, templates: StaticTemplates, text: str) -> None:
    """Render the Jinja in configurations of data tests, wherever they stand in a YAML value made of `text`; arguments stay as they are."""
    if "{{" not in text:
        return
    is_map, is_list = isinstance(value, YamlMap), isinstance(value, YamlList)
    for key, inner in list(value.items() if is_map else enumerate(value) if is_list else ()):
        if key in ("tests", "data_tests") and isinstance(inner, YamlList):
            for entry in inner:
                _render_config(entry, templates)
        else:
            render_test_configs(inner, templates, text)


def _render_config(entry: Any, templates: StaticTemplates) -> None:
    first = next(iter(entry.values()), None) if isinstance(entry, YamlMap) else None
    body = entry if isinstance(entry, YamlMap) and "test_name" in entry else first
    if isinstance(body, YamlMap):
        for name in [k for k in body if k == "config" or (k in TEST_CONFIG and k != "description")]:
            body[name] = templates.render_tree(body[name], where=body.where(name))
