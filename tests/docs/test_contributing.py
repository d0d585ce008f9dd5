"""CONTRIBUTING.md is a script: what it adds, added to a copy of the tree as it says, is built and shown."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.root import ROOT
from tests.support.scratch import write_parquet

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TREE = ("convsql", "macros", "models", "seeds", "scripts", "docs", "tests/governance", "dbt_project.yml", "profiles.yml", "vars.yml", "metrics.lock")  # fmt: skip
STEP = re.compile(r"^(?P<what>[^\n]*):\n\n```(?:sql|yaml)\n(?P<text>.*?)```$", re.MULTILINE | re.DOTALL)
MOST_FILES_OF_AN_INPUT = 4


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def follow(tree: Path, title: str) -> list[str]:
    """Do what a section says to files; return their paths."""
    touched = []
    for step in STEP.finditer(section(title)):
        path, *line = re.findall(r"`([^`]+)`", step["what"])
        file = tree / path
        touched.append(path)
        if step["what"].startswith("New file"):
            assert not file.exists()
            file.write_text(step["text"], encoding="utf-8")
        elif step["what"].startswith("At the end of"):
            file.write_text(file.read_text(encoding="utf-8") + step["text"], encoding="utf-8")
        else:
            before, found, after = file.read_text(encoding="utf-8").rpartition(f"\n{line[0]}\n")
            assert found, f"{path} has no line {line[0]}"
            file.write_text(f"{before}\n{step['text'].rstrip()}{found}{after}", encoding="utf-8")
    return touched


def convsql(tree: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "convsql", *arguments], cwd=tree, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_commands(tree: Path, title: str) -> str:
    """The commands of a section, by this Python and in the copy; the last one's output."""
    said = ""
    for line in re.findall(r"```sh\n(.*?)```", section(title), re.DOTALL)[-1].splitlines():
        if line == "make reference":
            subprocess.run(
                [sys.executable, "scripts/write_reference.py"], cwd=tree, check=True, env={"PYTHONPATH": str(tree)}
            )
        else:
            program, *arguments = shlex.split(line)
            assert program == ".venv/bin/convsql"
            said = convsql(tree, *arguments)
    return said


@pytest.fixture
def tree(tmp_path: Path, demo_project: Path) -> Path:
    """A copy of the tree, with the demo's raw tables."""
    for name in TREE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "demo").mkdir()
    shutil.copytree(demo_project / "demo/raw", tmp_path / "demo/raw")
    return tmp_path


@pytest.mark.slow
def test_an_input_is_added_in_four_files_and_is_read_counted_and_proposed(tree: Path) -> None:
    assert len(set(follow(tree, "Add an input"))) <= MOST_FILES_OF_AN_INPUT
    run_commands(tree, "Add an input")
    write_parquet(
        tree / "demo/raw/surveys.parquet",
        """
        select * from (values ('s1', 'c1', '2026-02-01', '5'), ('s2', 'c1', 'soon', '4'), ('s3', 'c2', '2026-02-02', 'five'))
            as surveys (survey_id, contact_id, answered_at, stars)
        """,
    )
    given = ("--vars", "{inputs: [surveys]}")
    convsql(
        tree,
        "build",
        *given,
        "--select",
        "+stg_surveys +staging_unreadable",
        "--exclude",
        "test_type:data test_type:unit",
    )
    rows = convsql(
        tree, "show", "--json", *given, "--inline", "select survey_id, stars from {{ ref('stg_surveys') }} order by 1"
    )
    assert '"rows": [["s1", 5.0], ["s3", null]]' in rows
    counted = "select column_name from {{ ref('staging_unreadable') }} where input = 'surveys' and unreadable_count = 1 order by 1"
    assert '"rows": [["answered_at"], ["stars"]]' in convsql(tree, "show", "--json", *given, "--inline", counted)
    inputs = (tree / "docs/inputs.md").read_text(encoding="utf-8")
    assert "| `surveys` | **`survey_id`**\\*, `contact_id`\\*, `answered_at`\\*, `stars` |" in inputs
    assert '"surveys"' in (tree / "convsql/metrics.schema.json").read_text(encoding="utf-8")
    convsql(tree, "metrics", "check")


@pytest.mark.slow
def test_a_kpi_is_added_and_shown(tree: Path) -> None:
    follow(tree, "Add a KPI")
    assert "sms" in run_commands(tree, "Add a KPI")
    assert "## bot_shares" in (tree / "docs/reference/kpis.md").read_text(encoding="utf-8")


def test_the_files_that_the_page_names_are_there() -> None:
    named = set(re.findall(r"`((?:convsql|macros|models|tests|seeds|docs|scripts)/[\w./]+)`", PAGE))
    assert len(named) > 12
    new = set(re.findall(r"New file `([^`]+)`", PAGE)) | {"docs/kpis/bot_shares.md"}
    assert [path for path in named - new if not (ROOT / path).exists()] == []
