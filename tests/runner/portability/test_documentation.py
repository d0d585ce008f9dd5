"""Every model says its grain and its trap, and has a contract, described columns and tests of its key beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.runner.portability.package import compiled
from tests.support.root import ROOT

MODELS = sorted((ROOT / "models").glob("**/*.sql"))
KEY_TESTS = ("unique", "unique_together", "unique_combination")
LONGEST = 300


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def header(file: Path) -> str:
    """The comment at the top."""
    lines = file.read_text(encoding="utf-8").splitlines()
    end = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return "\n".join(lines[:end])


def described(file: Path) -> dict[str, Any]:
    """What the YAML file of the same stem says of the model."""
    content = yaml.safe_load(file.with_suffix(".yml").read_text(encoding="utf-8"))
    entries: list[dict[str, Any]] = content["models"]
    assert [e["name"] for e in entries] == [file.stem], "one model, one file"
    return entries[0]


def names_of_tests(part: dict[str, Any]) -> set[str]:
    return {next(iter(t)) if isinstance(t, dict) else t for t in part.get("data_tests", [])}


@pytest.mark.parametrize("file", MODELS, ids=name)
def test_model_is_documented(file: Path) -> None:
    top = header(file)
    assert "Grain:" in top, "the header does not say the grain"
    assert "Mind:" in top, "the header does not say what a reader would get wrong"
    model = described(file)
    assert model["description"].strip()
    assert model["config"]["contract"] == {"enforced": True}
    bare = [c["name"] for c in model["columns"] if not str(c.get("description", "")).strip() or not c.get("data_type")]
    assert bare == [], "columns without a description or a data_type"
    unique = [t for part in (model, *model["columns"]) for t in names_of_tests(part) if t.startswith(KEY_TESTS)]
    assert unique, "no test of the key"


@pytest.mark.parametrize(
    ("settings", "kinds"),
    [
        pytest.param("as in vars.yml", "typed", marks=pytest.mark.slow),
        pytest.param("connectors", "strings", marks=pytest.mark.slow),
    ],
)
def test_every_column_is_declared(settings: str, kinds: str) -> None:
    found = compiled(settings, kinds)
    for node in found.graph.of("model"):
        assert [c.name for c in node.columns] == [c for c, _ in found.columns[node.unique_id]], node.path


def test_every_assertion_says_what_to_do_about_its_rows() -> None:
    """In its meta, or in a column of the rows."""
    files = sorted((ROOT / "tests/governance").glob("*.sql"))
    assert len(files) > 40
    assert [f.stem for f in files if "what_to_do" not in f.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("folder", ["convsql", "models", "macros", "tests/governance"])
def test_files_are_short(folder: str) -> None:
    files = [f for f in (ROOT / folder).glob("**/*") if f.suffix in (".py", ".sql", ".yml")]
    # blank lines part the CTEs of a model, as its layout asks for: they are not counted there
    lengths = {
        name(f): sum(1 for line in f.read_text(encoding="utf-8").splitlines() if line or f.suffix != ".sql")
        for f in files
    }
    assert {n: lines for n, lines in lengths.items() if lines > LONGEST} == {}
