"""A link that came with a project is not written through: every file that a command writes × a link in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from convsql.base.errors import ConvsqlError
from convsql.base.whole_file import write_whole
from convsql.change_control.log import Event, append_events
from convsql.engines.duckdb import open_memory
from convsql.enrichment.store import Place, keep
from tests.support import Folder, convsql

EVENT = Event("m", 1, "2026-01-01 00:00:00", "active", "a", "b", "why")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / ".bashrc").write_text("precious", encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path, victim: Path) -> Folder:
    return Folder(tmp_path / "project", {"models/a.sql": "select 1 as id"})


def is_whole(victim: Path) -> bool:
    return {p.name: p.read_text(encoding="utf-8") for p in victim.iterdir()} == {".bashrc": "precious"}


@pytest.mark.parametrize("command", ["build", "compile", "docs"])
@pytest.mark.parametrize(
    "link", ["target", "target/compiled", "target/compiled/tiny", "target/run_results.json", "target/catalogue.html"]
)
@pytest.mark.parametrize("goal", ["", ".bashrc", "new"])
def test_no_command_writes_through_a_link_below_target(
    project: Folder, victim: Path, command: str, link: str, goal: str
) -> None:
    (project.root / link).parent.mkdir(parents=True, exist_ok=True)
    (project.root / link).symlink_to(victim / goal)
    done = project.run(command)
    assert is_whole(victim)
    assert done.code in (0, 2)
    if link == "target":
        assert "'target' leads out of the project" in done.err
    elif done.code == 2 and goal == "":
        assert f"'{link}' is a link that leads out of the project" in done.err


@pytest.mark.parametrize("name", ["metrics.lock", "seeds/metric_locks.csv", "target/report.html", "docs/x.png"])
def test_a_file_of_the_project_that_is_a_link_out_of_it_is_refused_by_name(
    project: Folder, victim: Path, name: str
) -> None:
    (project.root / name).parent.mkdir(exist_ok=True)
    (project.root / name).symlink_to(victim / ".bashrc")
    with pytest.raises(ConvsqlError) as caught:
        write_whole(project.root / name, b"overwritten")
    assert caught.value.reason.startswith(f"'{name}' is a link that leads out of the project")
    assert is_whole(victim)


def test_the_log_of_locks_is_not_written_through_a_link(project: Folder, victim: Path) -> None:
    log = project.root / "seeds/metric_locks.csv"
    log.parent.mkdir()
    log.symlink_to(victim / ".bashrc")
    with pytest.raises(ConvsqlError):
        append_events(log, [EVENT])
    assert is_whole(victim)


def test_a_link_within_the_project_stays_one(project: Folder) -> None:
    shared = project.write("shared/metrics.lock", "old")
    (project.root / "metrics.lock").symlink_to("shared/metrics.lock")
    write_whole(project.root / "metrics.lock", b"new")
    assert (project.root / "metrics.lock").is_symlink()
    assert shared.read_text(encoding="utf-8") == "new"


def test_a_draft_is_not_written_through_a_link(project: Folder, victim: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.urandom", lambda n: bytes(n))
    (project.root / f".x.{'00' * 8}").symlink_to(victim / ".bashrc")
    with pytest.raises(FileExistsError):
        write_whole(project.root / "x", b"overwritten")
    assert is_whole(victim)


@pytest.mark.parametrize("link", ["raw", "raw/message_sentiments.parquet", "raw/message_sentiments.parquet.unfinished"])
def test_scores_are_not_written_through_a_link(project: Folder, victim: Path, link: str) -> None:
    (project.root / link).parent.mkdir(exist_ok=True)
    (project.root / link).symlink_to(victim if link == "raw" else victim / ".bashrc")
    place = Place(project.root / "raw/message_sentiments.parquet", "parquet", False)
    session = open_memory()
    try:
        keep(session, place, [("m1", "vader", 0.5)])
    except Exception as error:  # a link in the file's own place is read first, and is no Parquet
        assert "link that leads out" in str(error) or "bashrc" in str(error) or "parquet" in str(error).lower()
    finally:
        session.close()
    assert is_whole(victim)


@pytest.mark.parametrize("link", ["seeds", ".github", ".github/workflows", "README.md", "vars.yml"])
@pytest.mark.parametrize("goal", ["", "new"])
def test_init_writes_nothing_through_a_link(tmp_path: Path, victim: Path, link: str, goal: str) -> None:
    folder = tmp_path / "begun"
    (folder / link).parent.mkdir(parents=True)
    (folder / link).symlink_to(victim / goal)
    done = convsql("init", str(folder), "--yes")
    assert is_whole(victim)
    if "." not in Path(link).name or link == ".github":
        assert done.code == 2
        assert f"'{link}' is a link that leads out of the project" in done.err
        assert not (folder / "dbt_project.yml").exists()
