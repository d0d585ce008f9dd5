"""What the documents say is so: every command of the README runs, every key and column they name exists."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from convsql.cli.main import app, run
from convsql.definitions.metric_schema import Cohorts, Eligible, MetricDefinition
from convsql.definitions.vocabulary import DIMENSIONS
from tests.support.demo import copy_demo
from tests.support.root import ROOT

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("**/*.md")),
]


def commands(document: Path) -> list[str]:
    """The commands of a document's shell blocks, without comments."""
    blocks = re.findall(r"```sh\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, demo_project: Path, demo_as_csv: Path) -> Iterator[Path]:
    """A copy of the project after `make demo`, with a user's own data beside it."""
    folder = copy_demo(demo_project, tmp_path_factory.mktemp("project"))
    (folder / "my_data").symlink_to(demo_as_csv)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


@pytest.mark.slow
def test_every_command_of_the_readme_runs(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(project / "my_project", ignore_errors=True)
    found = commands(ROOT / "README.md")
    assert len(found) > 8
    for command in found:
        program, *arguments = shlex.split(command)
        if program == "make":
            done = subprocess.run(["make", "-n", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{command}: {done.stderr}"
            continue
        assert program == ".venv/bin/convsql", command
        monkeypatch.chdir(project)
        assert run(arguments) == 0, f"{command}: {capfd.readouterr().err}"


@pytest.mark.slow
def test_the_first_command_after_the_demo_finds_nothing_to_do(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["build"]) == 0
    run(["build"])
    assert "nothing to do" in capfd.readouterr().err


def test_the_readme_shows_exactly_two_make_commands_first() -> None:
    assert [c for c in commands(ROOT / "README.md") if c.startswith("make")] == ["make demo", "make test"]


def test_the_definitions_page_names_every_key_and_no_other() -> None:
    text = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_.]+)`", "\n".join(re.findall(r"^\| (.*?) \|", text, re.MULTILINE))))
    keys = {k for k in MetricDefinition.model_fields if k not in ("eligible", "cohorts")}
    keys |= {f"eligible.{k}" for k in Eligible.model_fields} | {f"cohorts.{k}" for k in Cohorts.model_fields}
    assert named == keys
    assert set(DIMENSIONS) <= set(re.findall(r"[a-z_]+", text.partition("Dimensions:")[2]))


def test_the_inputs_page_names_every_column_of_every_staging_model() -> None:
    text = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
    tables = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE))
    assert {f"stg_{name}" for name in tables} == {p.stem for p in (ROOT / "models" / "staging").glob("stg_*.sql")}
    for name, columns in tables.items():
        described = (ROOT / "models" / "staging" / f"stg_{name}.yml").read_text(encoding="utf-8")
        for column in re.findall(r"`(\w+)`", columns):
            assert re.search(rf"name: {column}\b", described), f"{name}.{column}"


def test_the_runner_page_names_every_command() -> None:
    text = (ROOT / "docs" / "runner.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert named == {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}


_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub and mkdocs make them: small letters, words joined by hyphens."""
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        words = re.sub(r"[^\w\s-]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)).strip().lower()
        found.add(re.sub(r"\s", "-", words))
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: str(d.relative_to(ROOT)))
def test_links_and_their_anchors_lead_somewhere(document: Path) -> None:
    for link in _LINK.findall(_FENCED.sub("", document.read_text(encoding="utf-8"))):
        if link.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        there = (document.parent / path).resolve() if path else document
        assert there.exists(), link
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there), link


def test_the_picture_of_the_readme_is_one_and_small() -> None:
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    data = (ROOT / picture).read_bytes()
    assert data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    assert len(data) <= 200_000
    assert picture.rpartition("/")[2] in (ROOT / "scripts/take_picture.py").read_text(encoding="utf-8")


def test_there_are_twenty_tasks_and_each_is_named_as_one() -> None:
    tasks = re.findall(r"^## (.*)$", (ROOT / "docs/how_to.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(tasks) >= 20
    told = " ".join(tasks).lower()
    for word in ("own data", "metric", "test", "channel", "every night", "pull request", "airflow", "upgrade", "earlier build", "delete a person", "bi tool"):  # fmt: skip
        assert word in told, word
