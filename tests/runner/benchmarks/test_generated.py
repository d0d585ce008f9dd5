"""What the benchmarks measure with: generated messages and projects, and the floor."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks.generate_messages import write
from benchmarks.generate_project import model_name, parents, write_project
from tests.support.root import ROOT

FLOOR = ROOT / "benchmarks" / "floor.py"


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("messages")
    write(folder, 320_000)
    return folder


def one(sql: str) -> float:
    with duckdb.connect() as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return float(row[0])


def test_messages_are_the_same_on_one_thread_and_on_four(tmp_path: Path) -> None:
    def digests(threads: int) -> list[str]:
        folder = tmp_path / str(threads)
        write(folder, 6_400, threads=threads)
        return [hashlib.md5(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())]

    assert digests(1) == digests(4)


def test_there_are_as_many_messages_as_asked_for_each_with_its_own_id(messages: Path) -> None:
    assert one(f"select count(*) from '{messages}/messages.parquet'") == 320_000
    assert one(f"select count(distinct message_id) from '{messages}/messages.parquet'") == 320_000


def test_messages_have_five_channels_and_a_third_stands_in_threads(messages: Path) -> None:
    assert one(f"select count(distinct channel) from '{messages}/messages.parquet'") == 5
    assert 0.25 < one(f"select avg((thread_id is not null)::int) from '{messages}/messages.parquet'") < 0.35
    assert 50 < one(f"select avg(length(body)) from '{messages}/messages.parquet'") < 70


def test_stages_belong_to_deals_and_deals_to_contacts(messages: Path) -> None:
    for child, key, parent in [("deal_stages", "deal_id", "deals"), ("deals", "contact_id", "contacts")]:
        orphans = f"from '{messages}/{child}.parquet' anti join '{messages}/{parent}.parquet' using ({key})"
        assert one(f"select count(*) {orphans}") == 0


def test_a_model_selects_from_one_to_three_of_the_layer_before() -> None:
    for number in range(20, 400):
        names = parents(number, 400)
        assert 1 <= len(set(names)) == len(names) <= 3
        assert {int(name[2:]) // 20 for name in names} == {number // 20 - 1}


def test_a_project_has_its_models_and_two_tests_for_each(tmp_path: Path) -> None:
    write_project(tmp_path / "project", 45)
    files = sorted((tmp_path / "project" / "models").rglob("*.sql"))
    assert [file.stem for file in files] == [model_name(number) for number in range(45)]
    properties = "".join(file.read_text() for file in (tmp_path / "project" / "models").rglob("*.yml"))
    assert properties.count("[not_null, unique]") == 45


def test_the_floor_sends_every_statement_and_refuses_to_leave_tests_out(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write_project(project, 45)
    for file in sorted((project / "models").rglob("*.sql")):
        compiled = project / "target" / "compiled" / "bench" / file.relative_to(project)
        compiled.parent.mkdir(parents=True, exist_ok=True)
        compiled.write_text(re.sub(r"{{ ref\('(\w+)'\) }}", r"main.\1", file.read_text().split("}}\n", 1)[1]))
        for test in ("not_null", "unique"):
            (compiled.parent / f"{test}_{file.stem}_id.sql").write_text(
                f"select id from main.{file.stem} where id is null"
            )

    def send() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(FLOOR), str(project), str(tmp_path / "floor.duckdb")]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert send().stdout == "49 statements, 90 tests, 0 failed\n"
    next((project / "target").rglob("unique_*.sql")).unlink()
    assert "1 of them without 2 tests" in send().stderr


@pytest.mark.slow
def test_the_benchmark_of_the_package_reads_what_a_build_writes(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks/messages.py", "--millions", "0.004", "--work", tmp_path],
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr  # 1: of so few messages the share of time in SQL is small
    assert "added by models/kpis" in done.stdout, done.stderr
