"""What a test session makes once for all its processes: the demo's tables, and its project built from them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from convsql.demo import write_demo
from convsql.demo.tables import TABLES
from tests.support import convsql
from tests.support.root import ROOT

PARTS = ("models", "macros", "seeds", "tests/governance", "dbt_project.yml", "profiles.yml", "vars.yml", "metrics.lock")
RAW_PATH = "raw_path: demo/raw\n"


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` fills, in the first process of the session that asks; the others wait. Nobody may write to it."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "made_once" / name
    folder.parent.mkdir(exist_ok=True)
    made = folder.with_name(f"{name}.made")
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what a process left that failed
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def copy_package(folder: Path, parts: tuple[str, ...] = PARTS, without: tuple[str, ...] = ()) -> None:
    """The package's own files, of which some folders or files may be left out."""
    for part in parts:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns(*without))
        else:
            shutil.copy(ROOT / part, folder / part)


def build_demo(folder: Path, seed: int) -> None:
    """`convsql demo`, with all its tests. Its variables name the raw tables in full: a copy of the folder reads the same ones."""
    copy_package(folder)
    variables = folder / "vars.yml"
    text = variables.read_text(encoding="utf-8")
    assert text.count(RAW_PATH) == 1
    variables.write_text(text.replace(RAW_PATH, f"raw_path: {folder / 'demo/raw'}\n"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = convsql("demo", "--seed", str(seed))
    assert done.code == 0, done.err


def part_of_demo(demo_raw: Path, folder: Path, part: int = 16) -> None:
    """The demo's tables of one contact in so many."""
    of_contact = f"contact_id is null or hash(contact_id) % {part} = 0"
    with duckdb.connect() as connection:
        for name in TABLES:
            columns = [r[0] for r in connection.execute(f"describe from '{demo_raw}/{name}.parquet'").fetchall()]
            if "contact_id" in columns:
                chosen = of_contact
            elif "deal_id" in columns:
                chosen = f"deal_id in (select deal_id from '{demo_raw}/deals.parquet' where {of_contact})"
            elif "message_id" in columns:
                chosen = f"message_id in (select message_id from '{demo_raw}/messages.parquet' where {of_contact})"
            else:
                chosen = "true"
            connection.execute(
                f"copy (from '{demo_raw}/{name}.parquet' where {chosen}) to '{folder}/{name}.parquet' (format parquet)"
            )


def demo_csv(folder: Path) -> None:
    """The demo's tables as CSV."""
    write_demo(folder, file_format="csv")


def copy_demo(demo: Path, folder: Path) -> Path:
    """The built demo for a test that writes: everything but the raw tables, which stay where they are."""
    shutil.copytree(demo, folder, ignore=shutil.ignore_patterns("raw"), dirs_exist_ok=True)
    return folder
