"""No word of one engine's SQL stands outside the engines: what is sent to a target is said in words that all share, or asked of the session."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.support.of_each import of_each
from tests.support.root import ROOT

PACKAGE = ROOT / "convsql"
WORDS = re.compile(
    r"duckdb_\w+\(|pragma_\w+|\bstrftime\(|\bunnest\(|\blist_\w+\(|::\w|\border by all\b|\bgroup by all\b|\bexclude \(|\bread_(csv|parquet|json)\b"
    r"|\bcreate or replace\b|\bcheckpoint\b|\btry_cast\(|\bregexp_full_match\(|\bjson_serialize_sql|\bpg_\w+\(|\bto_regclass|\bsavepoint\b"
    r"|\battach \b|\bby name select\b"
)
# What is said to the database in memory or to a DuckDB file, whatever the target is.
IN_DUCKDB = {
    "engines": "what is behind the protocol",
    "dialects": "the dialects themselves",
    "raw_files": "raw files are read in memory, on every target",
    "init": "looks into files in memory",
    "demo": "writes its files with DuckDB",
    "enrichment": "writes its scores by a DuckDB file's session; `convsql enrich` refuses another target",
    "diff": "compares in a DuckDB file; `convsql metrics diff` refuses another target",
    "verification.rows": "compares the rows of two targets in memory",
    "compiling.seeds": "seeds are read in memory, on every target",
    "compiling.source_files": "how files are read in memory",
    "compiling.connector_tables": "how files are read in memory",
    "compiling.sql_fragments": "SQL in YAML is parsed in memory",
    "compiling.yaml_sql": "knows a source's files by how they are read in memory",
    "compiling.unit_tests": "unit tests run in memory, on every target",
    "dbt_habits.dbt_macros": "models are written in DuckDB's dialect, and translated",
    "sqltext": "models are written in DuckDB's dialect, and translated",
    "lineage": "models are written in DuckDB's dialect, and translated",
    "definitions": "definitions are written in DuckDB's dialect",
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def allowed(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in IN_DUCKDB)


def texts(path: Path) -> list[tuple[int, str]]:
    """The literals of a module that are no docstrings, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents
    ]


@of_each([p for p in modules() if not allowed(module_of(p))])
def test_no_word_of_one_engine_stands_outside_the_engines(path: Path) -> None:
    found = [f"{path.name}:{line}: {match[0]}" for line, text in texts(path) if (match := WORDS.search(text))]
    assert found == []


def test_what_is_let_off_is_there() -> None:
    there = {module_of(p) for p in modules()}
    assert {name for name in IN_DUCKDB if not any(m == name or m.startswith(f"{name}.") for m in there)} == set()
    assert any(WORDS.search(text) for _, text in texts(PACKAGE / "engines" / "duckdb.py")), (
        "the words are found where they are"
    )


@of_each([p for p in modules() if not module_of(p).startswith("engines.postgres")])
def test_the_client_of_a_server_is_imported_by_its_engine_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(import|from) psycopg", text, re.MULTILINE)
    assert "engines.postgres" not in text or module_of(path) == "engines.access"
