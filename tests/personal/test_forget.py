"""A person whom the sources have no more is in nothing that convsql keeps: not in one byte of one file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.personal.feed import ALSO_ANNA, ANNA, BEN, BODY, EMAIL, FILES, SECRETS, SHARED, where_found, write_feed
from tests.support import PROFILES, Folder


@pytest.fixture
def feed(folder: Callable[..., Folder]) -> Folder:
    """Built twice, so that there is a build to go back to."""
    project = folder(FILES)
    write_feed(project)
    project.build()
    project.write("models/totals.sql", "select count(*) as n, 1 as m from {{ ref('conversations') }}")
    project.build()
    return project


def _gone(project: Folder) -> None:
    write_feed(project, without=(ANNA, ALSO_ANNA))


def test_nothing_is_left_of_a_person_and_of_all_that_was_merged_with_them(feed: Folder, tmp_path: Path) -> None:
    feed.run("build", "--select", ANNA)  # the record of runs has what was asked
    feed.write("target/ci.md", EMAIL)
    _gone(feed)
    there = {found.split(": ")[0] for found in where_found(tmp_path)}
    assert {"tiny.duckdb", "tiny.duckdb.runs.jsonl", "target/ci.md"} <= there
    assert any(name.startswith("target/raw_files/") for name in there)
    done = feed.run("forget", "--contact", ALSO_ANNA, "--reason", "request 17")
    assert done.code == 0, done.err
    assert "2 ids; build 3 is what readers see; removed: 2 builds" in done.err
    assert where_found(tmp_path) == []
    assert feed.query("select contact_id, last_body from conversations") == [(BEN, "Thanks, see you then")]
    assert all(secret not in done.err for secret in SECRETS)
    assert feed.build().err.startswith("WARN") and feed.build("--json").json["status"] == "nothing_to_do"
    assert [run["command"] for run in feed.run("runs", "--json").json["runs"]][2] == "forget"


def test_an_id_that_nobody_ever_had_is_named_and_one_that_was_forgotten_is_not(feed: Folder) -> None:
    _gone(feed)
    done = feed.run("forget", "--contact", "ann-typo", "--contact", ALSO_ANNA)
    assert done.code == 0
    assert "warning: nothing that was built had the contact_id 'ann-typo': is it written as in the data?" in done.err
    assert done.err.count("nothing that was built had") == 1
    assert feed.run("forget", "--contact", ALSO_ANNA, "--json").json["unknown"] == 0


@pytest.mark.slow
def test_a_byte_search_would_find_what_dropping_alone_leaves(feed: Folder, tmp_path: Path) -> None:
    _gone(feed)
    feed.build()
    assert feed.run("clean", "--keep", "1").code == 0
    assert f"tiny.duckdb: {BODY}" in where_found(tmp_path)


@pytest.mark.slow
def test_the_record_tells_of_whom_it_is_known_and_keeps_no_id(feed: Folder) -> None:
    assert feed.run("forget", "--list").err == "nobody was forgotten yet\n"
    _gone(feed)
    assert feed.run("forget", "--contact", ANNA, "--reason", "request 17, mail to her@example.test").code == 0
    (record,) = feed.run("forget", "--list", "--json").json
    assert (record["contacts"], record["environment"], record["build"]) == (2, "main", 3)
    assert record["reason"] == "request 17, mail to (personal)"
    assert record["removed"]["builds"] == 2 and record["removed"]["restatements"] == 2
    assert feed.run("forget", "--list", "--contact", ALSO_ANNA, "--json").json == [record]
    assert feed.run("forget", "--list", "--contact", BEN).err == "no record says that they were forgotten\n"
    assert "request 17" in feed.run("forget", "--list").out


def test_who_is_still_in_the_sources_is_refused_and_where_is_said(feed: Folder) -> None:
    done = feed.run("forget", "--contact", ANNA)
    assert done.code == 2
    assert "raw.contacts.contact_id (2 rows in raw/contacts.csv); raw.contacts.merged_into (1 row" in done.err
    write_feed(feed, without=(ANNA,))
    done = feed.run("forget", "--contact", ANNA)
    assert done.code == 2 and "raw.messages.contact_id (1 row in raw/messages.csv)" in done.err
    assert feed.run("history", "--json").json[0]["build"] == 2
    assert feed.run("forget", "--list", "--json").json == []


@pytest.mark.slow
def test_who_has_the_database_open_sees_their_build_to_the_end_and_nobody_can_go_back_to_it(feed: Folder) -> None:
    with duckdb.connect(str(feed.root / "tiny.duckdb"), read_only=True) as reader:
        _gone(feed)
        assert feed.run("forget", "--contact", ANNA).code == 0
        assert len(reader.execute("select * from main.conversations").fetchall()) == 3
    assert len(feed.query("select * from main.conversations")) == 1
    assert "can't be shown any more" in feed.run("rollback", "--to", "2").err
    assert "no earlier build" in feed.run("rollback").err


@pytest.mark.slow
def test_other_environments_of_the_database_come_first(feed: Folder, tmp_path: Path) -> None:
    other = PROFILES.replace("schema: main", "schema: other")
    feed.write("other/profiles.yml", other)
    feed.build("--profiles-dir", str(tmp_path / "other"))
    _gone(feed)
    done = feed.run("forget", "--contact", ANNA)
    assert done.code == 2 and "readers of 'other' (build 3) in the same database still see the person" in done.err
    feed.build("--profiles-dir", str(tmp_path / "other"))
    assert feed.run("forget", "--contact", ANNA).code == 0
    assert where_found(tmp_path) == []
    assert [
        b["can_be_shown"] for b in feed.run("history", "--profiles-dir", str(tmp_path / "other"), "--json").json
    ] == [True, False]


@pytest.mark.slow
def test_what_is_not_convsqls_is_named_and_left(feed: Folder, tmp_path: Path) -> None:
    feed.write("notes/list.txt", f"call {EMAIL}\n")
    feed.write("notes/thanks.txt", f"{SHARED}\n")  # Ben wrote it too
    feed.execute("create table main.my_copy as select 'x' as code, contact_id from main.stg_contacts")
    _gone(feed)
    done = feed.run("forget", "--contact", ANNA)
    assert done.code == 1
    assert (
        "still contains the person: notes/list.txt\n" in done.err
        and "table main.my_copy: contact_id (2 rows)" in done.err
    )
    assert "thanks.txt" not in done.err
    (tmp_path / "notes/list.txt").unlink()
    feed.execute("drop table main.my_copy")
    again = feed.run("forget", "--contact", ANNA, "--contact", ALSO_ANNA, "--json")
    assert again.code == 0 and again.json["status"] == "forgotten"
    assert where_found(tmp_path) == []


@pytest.mark.slow
def test_a_build_that_fails_or_is_held_forgets_nobody(feed: Folder) -> None:
    _gone(feed)
    feed.write("tests/fails.sql", "select 1 as n")
    done = feed.run("forget", "--contact", ANNA)
    assert done.code == 1 and "nobody was forgotten, the build failed" in done.err
    feed.remove("tests/fails.sql")
    assert feed.run("rollback", "--hold", "--reason", "a look").code == 0
    done = feed.run("forget", "--contact", ANNA)
    assert done.code == 5 and "nobody was forgotten, 'main' is held since" in done.err
    assert len(feed.query("select * from conversations")) == 3
    assert feed.run("unhold").code == 0
    assert feed.run("forget", "--contact", ANNA).code == 0


@pytest.mark.slow
def test_while_another_builds_it_waits_for_another_time(feed: Folder) -> None:
    from convsql.engines.duckdb_aside import open_aside

    _gone(feed)
    other = open_aside(str(feed.root / "tiny.duckdb"), {}, 1)
    try:
        assert feed.run("forget", "--contact", ANNA).code == 3
    finally:
        other.close()
    assert feed.run("forget", "--contact", ANNA).code == 0


@pytest.mark.slow
def test_a_model_that_still_makes_their_id_is_found_after_the_build(feed: Folder) -> None:
    _gone(feed)
    feed.write("raw/old.csv", f"who\n{ANNA.removeprefix('contact-')}\n")
    feed.write(
        "models/old.sql",
        "{{ config(materialized='table') }} select 'contact-' || who as client from read_csv('raw/old.csv')",
    )
    done = feed.run("forget", "--contact", ANNA)
    assert done.code == 2
    assert "build 3, made of the sources as they are, still has the person: old: client (1 row)" in done.err
    assert feed.run("forget", "--list", "--json").json == []


TICKETS = {
    "models/sources.yml": """\
        sources:
          - {name: desk, meta: {external_location: "raw/{name}.csv"}, tables: [{name: people}, {name: notes}]}
        """,
    "models/contacts.sql": "{{ config(materialized='table') }} select 'desk:' || id as contact_id, old_ids from {{ source('desk', 'people') }}",
    "models/notes.sql": "{{ config(materialized='table') }} select id as note_id, 'desk:' || author as contact_id from {{ source('desk', 'notes') }}",
    "raw/people.csv": "id,old_ids\n7,\n8,3;17\n",
    "raw/notes.csv": "id,author\n17,8\n7,8\n",
}


def test_a_number_is_looked_for_where_contacts_are_named_and_in_lists_of_them(folder: Callable[..., Folder]) -> None:
    project = folder(TICKETS)
    project.build()
    done = project.run("forget", "--contact", "desk:8")
    assert "desk.people.id (1 row" in done.err and "desk.notes.author (2 rows" in done.err and "old_ids" not in done.err
    project.write(
        "models/contacts.sql",
        "{{ config(materialized='table') }} select 'desk:' || id as contact_id, old_ids as merged_into from {{ source('desk', 'people') }}",
    )
    project.build()
    assert "desk.people.old_ids (1 row" in project.run("forget", "--contact", "desk:17").err
    done = project.run("forget", "--contact", "desk:99")
    assert done.code == 0, done.err  # of whom nothing is known there is nothing left


@pytest.mark.slow
def test_raw_tables_in_the_database_are_looked_through_too(folder: Callable[..., Folder], tmp_path: Path) -> None:
    files = {
        "models/sources.yml": "sources: [{name: raw, tables: [{name: people}]}]\n",
        "models/contacts.sql": "{{ config(materialized='table') }} select id as contact_id, email from {{ source('raw', 'people') }}",
        "models/models.yml": "models: [{name: contacts, columns: [{name: email, meta: {pii: true}}]}]\n",
    }
    project = folder(files)
    project.execute("create schema raw")
    project.execute(
        f"create table raw.people as select '{ANNA}' as id, '{EMAIL}' as email union all select '{BEN}', null"
    )
    project.build()
    done = project.run("forget", "--contact", ANNA)
    assert done.code == 2 and 'raw.people.id (1 row in "raw"."people")' in done.err
    project.execute(f"delete from raw.people where id = '{ANNA}'")
    assert project.run("forget", "--contact", ANNA).code == 0
    assert where_found(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "nobody is named"),
        (["--contact", " "], "nobody is named"),
        (["--contact", "c-1", "--reason", "c-1 asked"], "the reason names the contact"),
        (["--contacts", "none.txt"], "can't read none.txt"),
    ],
)
def test_what_can_not_be_meant_is_said(folder: Callable[..., Folder], arguments: list[str], says: str) -> None:
    done = folder(FILES).run("forget", *arguments)
    assert done.code == 2 and says in done.err


def test_spark_is_refused_by_name(folder: Callable[..., Folder]) -> None:
    project = folder(
        {**FILES, "profiles.yml": "tiny:\n  target: lake\n  outputs:\n    lake: {type: spark, schema: marts}\n"}
    )
    done = project.run("forget", "--contact", ANNA)
    assert done.code == 2 and "target 'lake' of type spark" in done.err


@pytest.mark.slow
def test_ids_can_come_in_a_file(feed: Folder, tmp_path: Path) -> None:
    feed.write("ids.txt", f"{ANNA}\n\n  {ALSO_ANNA}  \n")
    _gone(feed)
    done = feed.run("forget", "--contacts", str(tmp_path / "ids.txt"))
    assert done.code == 1 and "ids.txt" in done.err  # the list itself is left to whoever made it
    (tmp_path / "ids.txt").unlink()
    assert where_found(tmp_path) == []


def test_what_a_model_took_over_from_its_last_version_is_forgotten_too(feed: Folder, tmp_path: Path) -> None:
    feed.write(
        "models/kept.sql",
        "{{ config(materialized='incremental', unique_key='contact_id', meta={'extends_last_build': true}) }}"
        " select contact_id, last_body from {{ ref('conversations') }}"
        " {% if is_incremental() %} where contact_id > (select max(contact_id) from {{ this }}) {% endif %}",
    )
    feed.build()
    _gone(feed)
    feed.build()
    assert feed.query(f"select count(*) from kept where contact_id = '{ANNA}'") == [(1,)]
    done = feed.run("forget", "--contact", ANNA, "--reason", "request 18")
    assert done.code == 0, done.err
    assert where_found(tmp_path) == []
    assert feed.query("select contact_id from kept") == [(BEN,)]
