"""`convsql check`: what is published keeps the age that it promises, or a watcher is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convsql.freshness import promises
from tests.support import Folder

Make = Callable[..., Folder]
YML = "models:\n  - name: a\n    config: {meta: {max_age: 36h}}\n"
FILES = {"models/a.sql": "{{ config(materialized='table') }} select 1 as id", "models/all.yml": YML}


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def move(**passed: float) -> None:
        monkeypatch.setattr(promises, "now", lambda: datetime.now(UTC) + timedelta(**passed))

    return move


def age(project: Folder) -> Any:
    return project.run("check", "--json").json["promises"][0]["age_in_s"]


def test_a_pipeline_that_nobody_runs_any_more_breaks_its_promise(folder: Make, later: Callable[..., None]) -> None:
    project = folder(FILES)
    project.build()
    assert project.run("check").code == 0
    later(hours=35)
    assert project.run("check").code == 0
    later(hours=37)
    done = project.run("check")
    assert done.code == 1
    assert (
        "STALE a: it was built or found up to date 1 d 13 h ago; 1 d 12 h are promised (models/all.yml:2)" in done.err
    )
    assert "1 promises: 1 broken" in done.err


def test_a_build_with_nothing_to_do_keeps_it(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    project.execute("update _convsql.builds set published_at = published_at - interval 3 day")
    assert age(project) > 2.9 * 86400
    project.build()
    assert age(project) < 60


@pytest.mark.slow
def test_builds_that_fail_or_choose_something_else_do_not(folder: Make) -> None:
    project = folder({**FILES, "models/b.sql": "select 1 as id"})
    project.build()
    project.execute("update _convsql.builds set published_at = published_at - interval 3 day")
    project.build("--select", "b")
    assert age(project) > 2.9 * 86400
    project.write("models/a.sql", "{{ config(materialized='table') }} select cast('x' as integer) as id")
    project.build(code=1)
    done = project.run("check")
    assert (done.code, "note: the last build" in done.err, "ended: failed" in done.err) == (1, True, True)


@pytest.mark.slow
def test_a_rollback_makes_nothing_younger_and_a_hold_is_named(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    project.execute("update _convsql.builds set published_at = published_at - interval 3 day")
    project.write("models/a.sql", "{{ config(materialized='table') }} select 2 as id")
    project.build()
    assert project.run("check").code == 0
    project.run("rollback", "--hold", "--reason", "loaded twice")
    done = project.run("check")
    assert (done.code, "loaded twice" in done.err) == (1, True)


def test_a_column_may_say_how_old_a_model_is(folder: Make) -> None:
    yml = YML.replace("36h", "{count: 2, period: day, column: at}")
    select = "{{ config(materialized='table') }} select cast('%s' as timestamp) as at union all select timestamp '2099-01-01'"
    old = datetime.now(UTC) - timedelta(days=3)
    project = folder({"models/a.sql": select % old.strftime("%Y-%m-%d %H:%M:%S"), "models/all.yml": yml})
    project.build()
    done = project.run("check")
    assert (done.code, "its latest at is 3 d ago; 2 d are promised" in done.err) == (1, True), done.err
    project.write("models/a.sql", select % datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"))
    project.build()
    assert project.run("check").code == 0


def test_what_was_never_published_is_not_fresh(folder: Make) -> None:
    project = folder(FILES)
    done = project.run("check")
    assert (done.code, "it was never published" in done.err) == (1, True)


@pytest.mark.parametrize("place", ["config(materialized='table', meta={'max_age': '1h'})", "project"])
def test_a_promise_may_stand_in_the_model_or_the_project(folder: Make, place: str, later: Callable[..., None]) -> None:
    project = folder({"models/a.sql": "select 1 as id" if place == "project" else "{{ " + place + " }} select 1 as id"})
    if place == "project":
        tree = "models:\n  tiny:\n    a:\n      +meta: {max_age: 1h}\n"
        project.write("dbt_project.yml", "name: tiny\nversion: 1.0.0\nprofile: tiny\n" + tree)
    project.build()
    assert project.run("check").code == 0
    later(hours=2)
    assert project.run("check").code == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("soon", "meta.max_age of 'a' must be a time such as 36h"),
        ("0h", "must be a time such as 36h"),
        ("{count: 1, period: week}", "has an unknown period 'week'"),
        ("{count: 1, period: day, column: nowhere}", "names column 'nowhere', and it has no such column"),
    ],
)
def test_what_is_no_promise_is_an_error(folder: Make, given: str, said: str) -> None:
    project = folder({**FILES, "models/all.yml": YML.replace("36h", given)})
    done = project.run("check")
    assert (done.code, said in done.err, "models/all.yml:2" in done.err) == (2, True, True), done.err


def test_a_watcher_of_nothing_is_told_so(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    project.build()
    done = project.run("check")
    assert (done.code, "no model promises how old it may be" in done.err) == (2, True)


def test_the_document_says_all_of_it(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    document = json.loads(project.run("check", "--json").out)
    assert document["status"] == "passed"
    assert document["build"] == 1
    assert document["last_run"]["status"] == "published"
    assert document["promises"][0] | {"age_in_s": 0, "message": ""} == {
        "name": "a", "path": "models/all.yml:2", "max_age_in_s": 36 * 3600, "column": None, "age_in_s": 0, "kept": True, "message": "",
    }  # fmt: skip
