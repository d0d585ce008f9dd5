"""What readers see stands on relations that nothing overwrites or drops."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runner.faults.harness import FaultyProject, ended, wait_for


@pytest.mark.slow
@pytest.mark.parametrize("fault", ['kill@create table "_convsql_data"#4', "kill@=commit#2"])
def test_killed_full_refresh(project: FaultyProject, fault: str) -> None:
    """A full refresh builds beside what readers see, not over it."""
    assert project.build("old", "--full-refresh", fault=fault).code == -9
    assert project.markers() == {"old"}
    assert project.build("old", "--full-refresh").code == 0
    assert project.markers() == {"old"}


def test_full_refresh_builds_anew_once(project: FaultyProject) -> None:
    again = project.build("old", "--full-refresh", "--json").json
    assert again["status"] == "published"
    assert {r["status"] for r in again["results"]} == {"success", "pass"}
    assert project.build("old", "--json").json["status"] == "nothing_to_do"
    assert project.build("new", "--json").json["status"] == "published"


def test_full_refresh_of_one_model(project: FaultyProject) -> None:
    """What reads it is older than it then, and says so; the next build brings it along."""
    one = project.build("old", "--full-refresh", "--select", "people")
    assert one.code == 0, one.err
    assert "2 published models are now older than their parents: latest_people, summary" in one.err
    assert project.markers() == {"old"}
    rest = project.build("old", "--json").json
    assert {r["name"] for r in rest["results"] if r["status"] == "success"} == {"latest_people", "summary"}


@pytest.mark.slow
def test_a_view_keeps_what_it_stands_on(project: FaultyProject) -> None:
    """`latest_people` is a view over a version of `people` that no build shows, and then over one long replaced."""
    people = project.root / "models" / "people.sql"
    before = people.read_text()
    people.write_text(before.replace("id + 10", "id + 20"))
    assert project.build("old", is_failing=True).code == 1  # builds the new people, shows nothing
    assert project.build("old", "--select", "latest_people").code == 0
    assert project.markers() == {"old"}
    for number in range(4):
        people.write_text(before.replace("id + 10", f"id + {30 + number}"))
        assert project.build("old", "--select", "people").code == 0
        assert project.markers() == {"old"}


def test_a_source_that_changes_meanwhile(tmp_path: Path) -> None:
    """Half of the models could have read other data than the rest."""
    project = FaultyProject(tmp_path)
    (tmp_path / "raw.csv").write_text("id\n1\n")
    (tmp_path / "models" / "sources.yml").write_text(
        "sources:\n  - name: raw\n    tables:\n      - name: items\n        config:\n          meta:\n"
        "            external_location: \"read_csv('raw.csv')\"\n"
    )
    (tmp_path / "models" / "items.sql").write_text(
        "select '{{ var(\"marker\") }}' as marker, id from {{ source('raw', 'items') }}"
    )
    assert project.build("old").code == 0
    process = project.start("new", fault="pause@items__")
    wait_for(tmp_path / "paused", process)
    (tmp_path / "raw.csv").write_text("id\n1\n2\n")
    (tmp_path / "go").touch()
    done = ended(process)
    assert done.code == 2, done.err
    assert "source 'raw.items' changed while the build ran" in done.err
    assert project.markers() == {"old"}
    assert project.build("new").code == 0
    assert project.markers() == {"new"}


def test_a_first_build_killed_while_it_makes_the_file(fresh: FaultyProject) -> None:
    """A file half made stands under another name: the database's own is whole or not there."""
    (fresh.root / "faults.duckdb.1.new").write_bytes(b"half")
    done = fresh.build("new")
    assert done.code == 0, done.err
    assert fresh.markers() == {"new"}
