"""kill -9: whatever it hits, readers see one whole build, and building again succeeds."""

from __future__ import annotations

import random
import time

import pytest

from tests.runner.faults.harness import FaultyProject, ended

# Statements of the publish: what the kill comes before (`kill`) or after (`killed`).
IN_PUBLISH = [
    "kill@create or replace view#7", "kill@=commit#2", "killed@=commit#2",
    *(pytest.param(fault, marks=pytest.mark.slow) for fault in (
        "kill@=begin#2", "killed@insert into \"_convsql\".\"builds\"",
        "killed@=begin#2", "kill@insert into \"_convsql\".\"builds\"", "killed@delete from \"_convsql\".\"heads\"",
        "killed@insert into \"_convsql\".\"heads\"", *(f"killed@create or replace view#{n}" for n in range(1, 13)),
    )),
]  # fmt: skip


def check_after(project: FaultyProject, before: set[str], marker: str) -> set[str]:
    """Readers see one whole build: the one before, or the one that was killed."""
    found = project.markers()
    assert found in (before, {marker})
    return found


@pytest.mark.parametrize("fault", IN_PUBLISH)
def test_killed_inside_publish(project: FaultyProject, fault: str) -> None:
    done = project.build("new", fault=fault)
    assert done.code == -9, done.err
    assert project.markers() == {"old"}
    again = project.build("new", "--json")
    assert again.code == 0, again.err
    assert again.json["status"] == ("nothing_to_do" if fault.startswith("killed@=commit") else "published")
    assert project.markers() == {"new"}


def test_a_killed_build_is_resumed(project: FaultyProject) -> None:
    assert project.build("new", fault="kill@=commit#2").code == -9
    again = project.build("new", "--json")
    assert {r["status"] for r in again.json["results"]} <= {"reused", "pass"}
    assert again.json["status"] == "published"


@pytest.mark.parametrize("command", [["build", "--dry-run"], pytest.param(["docs"], marks=pytest.mark.slow)])
def test_who_only_looks_shows_nothing_of_a_killed_build(project: FaultyProject, command: list[str]) -> None:
    assert project.build("new", fault="killed@=commit#2").code == -9
    asked = project.start("new", *command[1:], command=command[0])
    assert ended(asked).code == 0
    assert project.markers() == {"old"}


@pytest.mark.parametrize(
    "fault",
    [
        "killed@create schema",
        *(
            pytest.param(f, marks=pytest.mark.slow)
            for f in ("kill@create schema", 'kill@create table "_convsql_data"#3')
        ),
    ],
)
def test_killed_in_the_first_build(fresh: FaultyProject, fault: str) -> None:
    assert fresh.build("new", fault=fault).code == -9
    assert not fresh.is_published
    assert fresh.build("new").code == 0
    assert fresh.markers() == {"new"}


@pytest.mark.slow
@pytest.mark.parametrize("fault", [pytest.param("kill@drop table", marks=pytest.mark.slow), "killed@drop table#3"])
def test_killed_while_tidying(project: FaultyProject, fault: str) -> None:
    """Old relations are dropped before readers see the new build: what they see is not touched by it."""
    for marker in ("second", "third"):
        assert project.build(marker).code == 0
    assert project.build("fourth", fault=fault).code == -9
    assert project.markers() == {"third"}
    assert project.build("fourth", "--json").json["status"] == "nothing_to_do"  # it was checked, and is shown now
    assert project.markers() == {"fourth"}
    assert project.build("fifth").code == 0
    assert project.markers() == {"fifth"}


@pytest.mark.parametrize("fault", [pytest.param("kill@=commit", marks=pytest.mark.slow), "killed@=commit"])
def test_killed_rollback(project: FaultyProject, fault: str) -> None:
    """A rollback that nobody saw goes no step further when it is asked for again."""
    assert project.build("new").code == 0
    assert project.build("newest").code == 0
    assert ended(project.start("newest", fault=fault, command="rollback")).code == -9
    assert project.markers() == {"newest"}
    assert ended(project.start("newest", command="rollback")).code == 0
    assert project.markers() == {"new"}
    assert project.build("newer").code == 0
    assert project.markers() == {"newer"}


def kill_at_random(project: FaultyProject, seed: int, kills: int) -> int:
    """Kill builds after random delays; returns how many were killed before they ended."""
    chance = random.Random(seed)
    shown = {"old"}
    started = time.monotonic()
    assert project.build("timed", steps=400_000).code == 0
    longest = time.monotonic() - started
    shown = {"timed"}
    killed = 0
    for number in range(kills):
        marker = f"build_{number}"
        process = project.start(marker, steps=400_000)
        time.sleep(chance.uniform(0.2, 1.05) * longest)
        process.kill()
        done = ended(process)
        killed += done.code == -9
        shown = check_after(project, shown, marker)
        if "published build" in done.err:
            assert shown == {marker}, "said published, and it is not"
        if chance.random() < 0.3:
            assert project.build(marker, steps=400_000).code == 0
            shown = project.markers()
            assert shown == {marker}
    assert project.build("last").code == 0
    assert project.markers() == {"last"}
    return killed


@pytest.mark.slow
def test_killed_at_random(project: FaultyProject) -> None:
    kill_at_random(project, seed=1, kills=4)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 5))
def test_killed_at_random_often(project: FaultyProject, seed: int) -> None:
    assert kill_at_random(project, seed, kills=25) >= 15
