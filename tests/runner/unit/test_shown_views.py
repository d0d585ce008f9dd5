"""A published view that somebody changed is not up to date: the next build shows it again, and then there is nothing to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from convsql.building.shown_views import is_shown
from tests.support import Folder

Make = Callable[..., Folder]
FILES = {
    "models/a.sql": "{{ config(materialized='table') }} select 1 as id",
    "models/b.sql": "select id from {{ ref('a') }}",
    "models/odd.sql": "{{ config(alias='An \"odd\" name', schema='order') }} select 1 as \"as\"",
}


@pytest.mark.parametrize(
    "statement",
    [
        "create or replace view main.a as select 999 as id",
        "create or replace view main.a as select id from _convsql_data.{a}",
        "create or replace view main.a as select * from _convsql_data.{a} where id > 1",
        "create or replace view main.a as select * from _convsql_data.{b}",
        "create or replace view main.a (other) as select * from _convsql_data.{a}",
        "drop view main.a",
        "alter view main.a rename to c",
    ],
)
@pytest.mark.parametrize("options", [(), ("--select", "b")])
def test_it_is_shown_again(statement: str, options: tuple[str, ...], folder: Make) -> None:
    project = folder(FILES)
    project.build()
    names = {name.split("__")[0]: name for name in project.relations()}
    project.execute(statement.format(**names))
    done = project.build(*options)
    assert "note: dropped or replaced since they were published, and will be restored: main.a" in done.err
    assert project.query("select id from main.a") == [(1,)]
    assert "nothing to do" in project.build(*options).err


def test_what_publishing_made_is_taken_as_it_is(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    assert "nothing to do" in project.build().err


def test_a_comment_on_a_view_changes_no_row(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    project.execute("comment on view main.a is 'ours'")
    assert "nothing to do" in project.build().err


@pytest.mark.parametrize(
    "statement", ["drop view main.restatements", "create or replace view main.restatements as select 1"]
)
def test_the_view_of_restatements_is_shown_again(statement: str, folder: Make) -> None:
    project = folder(
        {**FILES, "models/a.yml": "models: [{name: a, config: {meta: {closed: {when: 'true', key: [id]}}}}]"}
    )
    project.build()
    assert "nothing to do" in project.build().err
    project.execute(statement)
    assert "main.restatements" in project.build().err
    assert project.query("select count(model) from main.restatements") == [(0,)]
    assert "nothing to do" in project.build().err


@pytest.mark.parametrize(
    "text",
    [
        "CREATE VIEW a AS SELECT * FROM _convsql_data.a__1;",
        "CREATE VIEW main.a AS SELECT * FROM _convsql_data.a__1;",
        'CREATE VIEW "main"."a" AS SELECT * FROM tiny."_convsql_data"."a__1"',
        "create or replace view main.a as select * from _convsql_data.a__1",
    ],
)
def test_an_engine_may_spell_it_in_its_own_way(text: str) -> None:
    assert is_shown(text, "main", "a", 'select * from "_convsql_data"."a__1"')
