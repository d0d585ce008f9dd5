"""pyproject.toml allows no version with a known advisory, and the lowest ones that it allows work."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from convsql.base.errors import ConvsqlError
from convsql.base.installed import require
from tests.support.root import ROOT

# The first release without what is known of those before it.
MENDED = {
    "jinja2": "3.1.6",  # CVE-2025-27516: a way out of the sandbox
    "pyyaml": "5.4",  # CVE-2020-14343: a full load runs code
    "pydantic": "2.4",  # CVE-2024-3772: an expression that takes for ever
    "pyarrow": "14.0.1",  # CVE-2023-47248: a file that runs code
    "duckdb": "1.1.0",  # CVE-2024-41672: files read although access is off
}
TRIED = ("tests/runner/unit/test_rendering.py", "tests/runner/unit/test_selection.py", "tests/runner/unit/test_seeds.py", "tests/runner/unit/test_canonical.py",
         "tests/runner/unit/test_cache.py", "tests/runner/unit/test_history.py", "tests/runner/projects", "tests/runner/cli/test_commands.py",
         "tests/runner/cli/test_show.py", "tests/runner/faults/test_publish.py")  # fmt: skip


def parts(version: str) -> list[int]:
    return ([int(p) for p in re.findall(r"\d+", version)] + [0, 0, 0])[:3]


def project() -> dict[str, list[str]]:
    """Extra ("" for what everybody gets) → its requirements."""
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"": read["dependencies"], **read["optional-dependencies"]}


def floors(*extras: str) -> dict[str, str]:
    """Library → the lowest version that is allowed; with its extra, as pip takes it."""
    found = {}
    for extra in extras:
        for line in project()[extra]:
            named = re.match(r"([\w.-]+(?:\[\w+\])?)(?:>=([\d.]+))?", line)
            assert named
            found[named[1]] = named[2] or ""
    return found


def test_every_dependency_has_a_floor_without_a_known_advisory() -> None:
    for name, floor in floors(*(e for e in project() if e not in ("lint",))).items():
        assert floor, f"{name} has no floor"
        assert parts(floor) >= parts(MENDED.get(name.partition("[")[0].lower(), "0")), name


def test_what_is_pinned_is_allowed() -> None:
    pinned = dict(line.lower().split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").split())
    for name, floor in floors(*project()).items():
        if floor:
            assert parts(pinned[name.partition("[")[0].lower()]) >= parts(floor), name


def test_an_older_library_is_refused_by_name() -> None:
    require("jinja2", "3.1.6", "3.1.6")
    require("jinja2", "3.10", "3.1.6")
    require("jinja2", None, "3.1.6")
    with pytest.raises(ConvsqlError) as caught:
        require("jinja2", "3.1.5", "3.1.6")
    assert caught.value.reason == "jinja2 3.1.5 is installed, and convsql needs 3.1.6 or later"
    assert caught.value.hint == "pip install 'jinja2>=3.1.6'"


@pytest.mark.parametrize(("library", "file"), [("duckdb", "engines/duckdb.py"), ("jinja2", "templates/environment.py")])
def test_the_floors_that_are_held_at_run_time_are_those_of_the_wheel(library: str, file: str) -> None:
    text = (ROOT / "convsql" / file).read_text(encoding="utf-8")
    held = re.search(rf'require\("{library}", .*, "([\d.]+)"\)', text)
    assert held and held[1] == floors("")[library]


def test_hints_name_the_library_itself_as_its_extra_has_it() -> None:
    """`pip install 'convsql[…]'` would take whatever has that name in a package index."""
    texts = [f.read_text(encoding="utf-8") for f in (ROOT / "convsql").rglob("*.py")]
    told = {name for text in texts for name in re.findall(r"pip install '([^'{]+)'", text)}
    assert len(told) >= 5
    assert told <= {line for lines in project().values() for line in lines}


@pytest.mark.slow
def test_the_lowest_versions_work(tmp_path: Path) -> None:
    """What everybody gets at its floors, in an environment of its own; a part of the tests, and the package over the demo."""
    python = tmp_path / "venv/bin/python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    lowest = [f"{name}=={floor}" for name, floor in floors("").items()]
    tools = [f"{n}=={f}" for n, f in floors("test").items() if n in ("pytest", "hypothesis", "pytest-xdist")]
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *lowest, *tools]
    subprocess.run(install, check=True)
    tried = [str(python), "-m", "pytest", "-p", "no:cacheprovider", "-m", "not slow", *TRIED]
    done = subprocess.run(tried, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    project = tmp_path / "project"
    project.mkdir()
    for name in ("convsql", "models", "macros", "seeds", "tests/governance"):
        shutil.copytree(ROOT / name, project / name)
    for name in ("dbt_project.yml", "profiles.yml", "vars.yml"):
        shutil.copy(ROOT / name, project / name)
    demo = [str(python), "-m", "convsql", "demo"]
    done = subprocess.run(demo, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
