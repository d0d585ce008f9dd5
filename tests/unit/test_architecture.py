"""docs/architecture.md against the code: layers, and who may import, print and exit."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "convsql"
MAX_LINES = 300


@cache
def layers() -> dict[str, int]:
    """Module → layer, as the table in docs/architecture.md has it."""
    found = {}
    for line in (ROOT / "docs/architecture.md").read_text(encoding="utf-8").splitlines():
        if row := re.match(r"\| (\d) \w+ \|(.*)\|$", line):
            found.update(dict.fromkeys(re.findall(r"`([\w.]+)`", row[2]), int(row[1])))
    return found


@cache
def modules() -> dict[str, Path]:
    """Module, named as in the table (`demo` and `engines` stand for their packages) → its files."""
    return {
        ".".join(p.relative_to(PACKAGE).with_suffix("").parts): p
        for p in sorted(PACKAGE.rglob("*.py"))
        if p not in (PACKAGE / "__init__.py", PACKAGE / "engines/__init__.py", PACKAGE / "movement/__init__.py")
    }


def shown(module: str) -> str:
    """The name under which the table has a module."""
    return "demo" if module.split(".")[0] == "demo" else module


@cache
def imports(module: str) -> frozenset[str]:
    """All that a module imports, anywhere in it, except for type checkers only."""
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import"
            name = node.module or ""
            found |= {
                f"{name}.{a.name}" if f"{name}.{a.name}".removeprefix("convsql.") in modules() else name
                for a in node.names
            }
    return frozenset(found)


def inner_imports(module: str) -> set[str]:
    own = {shown(n.removeprefix("convsql.")) for n in imports(module) if n.startswith("convsql.")}
    return own - {shown(module)}


def test_the_table_names_every_module_and_no_other() -> None:
    assert {shown(m) for m in modules()} == set(layers())


@pytest.mark.parametrize("module", modules())
def test_imports_go_down_only(module: str) -> None:
    own = layers()[shown(module)]
    upward = {m for m in inner_imports(module) if layers()[m] > own}
    assert not upward


def test_there_is_no_circle_of_imports() -> None:
    graph = {m: {i for i in inner_imports(m) if i in modules()} for m in modules()}
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join([*path, module])
        if module not in done:
            for inner in sorted(graph[module]):
                visit(inner, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("module", modules())
def test_each_engine_and_parser_has_one_door(module: str) -> None:
    outside = {n.split(".")[0] for n in imports(module)}
    if module != "inspection":  # `convsql debug` names their versions
        assert "sqlglot" not in outside or module == "sql"
        assert "duckdb" not in outside or module.split(".")[0] in ("engines", "demo")


@pytest.mark.parametrize("module", modules())
def test_only_the_outermost_modules_print_or_exit(module: str) -> None:
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    calls = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    if module not in ("report", "cli", "cli_options", "__main__"):
        assert not calls & {"print", "sys.stdout.write", "sys.stderr.write", "typer.echo"}
    if module != "__main__":
        assert not calls & {"sys.exit", "exit", "quit", "os._exit"}
    assert not {c for c in calls if c.startswith("logging.")}


@pytest.mark.parametrize("module", modules())
def test_a_file_is_short_enough_to_be_read_in_one_go(module: str) -> None:
    assert len(modules()[module].read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_the_version_is_answered_before_anything_heavy_is_imported() -> None:
    tree = ast.parse((PACKAGE / "__main__.py").read_text(encoding="utf-8"))
    top = {n.module for n in tree.body if isinstance(n, ast.ImportFrom)} | {
        a.name for n in tree.body if isinstance(n, ast.Import) for a in n.names
    }
    assert top <= {"__future__", "sys"}
