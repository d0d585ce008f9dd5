"""docs/architecture.md against the code: layers, and who may import, print and exit."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.support.of_each import of_each
from tests.support.root import ROOT

PACKAGE = ROOT / "convsql"
MAX_LINES = 300


@cache
def packages() -> tuple[str, ...]:
    """Packages in the order of the table in docs/architecture.md: each imports only those before it."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = text[text.index("## Packages") : text.index("## What a number means")]
    return tuple(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


@cache
def modules() -> dict[str, Path]:
    """Module without `convsql.` → its file; a package's own `__init__` by the package's name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            found[name] = path
    return found


def package_of(module: str) -> str:
    return module.split(".")[0]


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
    return {n.removeprefix("convsql.") for n in imports(module) if n.startswith("convsql.")} - {module}


def test_the_table_names_every_package_and_no_other() -> None:
    assert set(packages()) == {package_of(m) for m in modules()} - {"__main__"}
    assert len(packages()) == len(set(packages()))


@of_each(modules())
def test_imports_go_down_only(module: str) -> None:
    order = [*packages(), "__main__"]
    own = order.index(package_of(module))
    assert not {m for m in inner_imports(module) if order.index(package_of(m)) > own}


@of_each(modules())
def test_a_private_name_stays_in_its_module(module: str) -> None:
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    taken = {
        f"{node.module}.{a.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("convsql")
        for a in node.names
        if a.name.startswith("_") and not a.name.startswith("__")
    }
    assert not taken


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


@of_each(modules())
def test_each_engine_and_parser_has_one_door(module: str) -> None:
    outside = {n.split(".")[0] for n in imports(module)}
    assert "sqlglot" not in outside or package_of(module) in ("sqltext", "lineage", "dialects")
    assert "duckdb" not in outside or package_of(module) in ("engines", "demo")


@of_each(modules())
def test_only_the_outermost_modules_print_or_exit(module: str) -> None:
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    calls = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    if package_of(module) not in ("cli", "__main__"):
        assert not calls & {"print", "sys.stdout.write", "sys.stderr.write", "typer.echo"}
    if module != "__main__":
        assert not calls & {"sys.exit", "exit", "quit", "os._exit"}
    assert not {c for c in calls if c.startswith("logging.")}


@of_each(modules())
def test_a_file_is_short_enough_to_be_read_in_one_go(module: str) -> None:
    assert len(modules()[module].read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_the_version_is_answered_before_anything_heavy_is_imported() -> None:
    tree = ast.parse((PACKAGE / "__main__.py").read_text(encoding="utf-8"))
    top = {n.module for n in tree.body if isinstance(n, ast.ImportFrom)} | {
        a.name for n in tree.body if isinstance(n, ast.Import) for a in n.names
    }
    assert top <= {"__future__", "sys"}


@of_each(modules())
def test_the_process_is_left_as_it_was_found(module: str) -> None:
    """Its folder is changed by the command line alone (and lent by the Python API), its environment by nothing."""
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    calls = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    assert "os.chdir" not in calls or module == "cli.context"
    assert "contextlib.chdir" not in calls or module == "api"
    assert not {
        c for c in calls if re.fullmatch(r"os\.(putenv|unsetenv|environ\.(update|pop|setdefault|clear|popitem))", c)
    }
    stored = [n.value for n in ast.walk(tree) if isinstance(n, ast.Subscript) and not isinstance(n.ctx, ast.Load)]
    assert "os.environ" not in {ast.unparse(value) for value in stored}
