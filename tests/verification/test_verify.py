"""`convsql verify`: what is equal, what is not, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support import Folder, Run, convsql
from tests.verification.project import FILES, PROFILES, plant

Make = Callable[..., Folder]
TABLE = "{{ config(materialized='table') }} "


@pytest.fixture
def built(folder: Make) -> Folder:
    """A project that is built on both targets, and equal."""
    project = folder(FILES)
    assert verify(project).code == 0
    return project


def verify(project: Folder, *arguments: str) -> Run:
    return project.run("verify", "--against", "other", *arguments)


def compared(project: Folder, *arguments: str) -> dict[str, Any]:
    """The relations of a comparison of what is published, by name."""
    done = verify(project, "--no-build", "--json", *arguments)
    assert done.json["exit_code"] == done.code
    return {relation["name"]: relation for relation in done.json["relations"]}


def test_both_sides_are_built_published_and_compared(folder: Make) -> None:
    project = folder(FILES)
    done = verify(project)
    assert done.code == 0, done.err
    assert "published build 1 to 'main'" in done.err
    assert "published build 1 to 'marts'" in done.err
    assert "3 relations are equal on 'dev' (duckdb " in done.err
    assert [line.split() for line in done.out.splitlines() if line.strip()][2:] == [
        ["amounts", "3", "3", "0", "0", "equal"],
        ["sales", "3", "3", "0", "0", "equal"],
        ["doubled", "6", "6", "0", "0", "equal"],
    ]


def test_one_unit_in_one_row_is_found_and_shown_by_the_key_of_its_tests(built: Folder) -> None:
    plant(built, "sales", "update {} set amount = amount + 1 where id = 2")
    done = verify(built)
    assert done.code == 1
    assert "id 2: amount is 20.00 here and 21.00 there" in done.out
    assert "1 of 3 relations differ" in done.err
    found = compared(built)
    assert (found["sales"]["status"], found["sales"]["only_here"], found["sales"]["only_there"]) == ("differs", 1, 1)
    assert found["sales"]["key"] == ["id"]
    assert found["doubled"]["status"] == "equal"


def test_a_double_may_differ_by_one_part_in_a_billion_and_no_more(built: Folder) -> None:
    plant(built, "sales", "update {} set share = share * (1 + 1e-12) where id = 1")
    assert compared(built)["sales"]["status"] == "equal"
    plant(built, "sales", "update {} set share = share * (1 + 1e-8) where id = 1")
    pairs = compared(built)["sales"]["differences"]
    assert [pair["differing"] for pair in pairs] == [["share"]]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("share = null where id = 3", "share"),
        ("share = 0.5 where id = 3", "share"),
        ("share = 'infinity' where id = 3", "share"),
        ("seen = seen + interval 1 microsecond where id = 1", "seen"),
        ("seen = '1970-01-01' where id = 2", "seen"),
        ("name = 'B' where id = 2", "name"),
        ("name = 'b ' where id = 2", "name"),
        ("name = '' where id = 2", "name"),
        ("amount = 10.51 where id = 1", "amount"),
    ],
)
def test_any_other_value_is_another_one(built: Folder, change: str, column: str) -> None:
    plant(built, "sales", f"update {{}} set {change}")
    found = compared(built)["sales"]
    assert (found["status"], found["only_here"], found["only_there"]) == ("differs", 1, 1)
    assert [pair["differing"] for pair in found["differences"]] == [[column]]


def test_null_is_null_and_an_empty_text_is_none(folder: Make) -> None:
    project = folder(
        {"profiles.yml": PROFILES, "models/odd.sql": TABLE + "select '' as a, null::varchar as b, 'null' as c"}
    )
    assert verify(project).code == 0
    plant(project, "odd", "update {} set a = null")
    assert compared(project)["odd"]["differences"][0]["differing"] == ["a"]


def test_text_of_every_kind_comes_through_as_it_is(folder: Make) -> None:
    text = "e'a\"b,c\\nd\\r\\te' || chr(8239) || ' 𝄞'"
    nested = "[1, 2] as listed, {'a': 1} as record, '\\x00\\xff'::blob as bytes, date '2024-02-29' as day"
    project = folder({"profiles.yml": PROFILES, "models/odd.sql": f"{TABLE}select {text} as t, {nested}"})
    done = verify(project)
    assert done.code == 0, done.out + done.err
    plant(project, "odd", "update {} set listed = [1, 3]")
    assert compared(project)["odd"]["differences"][0]["differing"] == ["listed"]


def test_how_often_a_row_is_there_counts_and_its_place_does_not(built: Folder) -> None:
    plant(built, "doubled", "insert into {} select * from {} where name = 'a' limit 1")
    found = compared(built)["doubled"]
    assert (found["rows_here"], found["rows_there"], found["only_here"], found["only_there"]) == (6, 7, 0, 1)
    assert found["differences"] == [
        {"here": None, "there": {"name": "a", "amount": "10.50"}, "differing": [], "times": 1}
    ]
    plant(built, "sales", "create or replace table {} as select * from {} order by id desc")
    assert compared(built)["sales"]["status"] == "equal"


def test_rows_without_a_key_stand_beside_each_other_in_sorted_order(built: Folder) -> None:
    plant(built, "doubled", "update {} set amount = 11 where name = 'a'")
    done = verify(built, "--no-build")
    assert "name 'a', amount 10.50: amount is 10.50 here and 11.00 there (2 rows)\n" in done.out
    assert "more" not in done.out


def test_no_more_rows_are_shown_than_asked_for_and_all_are_counted(built: Folder) -> None:
    plant(built, "doubled", "update {} set amount = amount + 1")
    found = compared(built, "--limit", "2")["doubled"]
    assert (len(found["differences"]), found["only_here"]) == (2, 6)
    assert "… more: --limit shows them" in verify(built, "--no-build", "--limit", "2").out


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("alter table {} rename column name to label", "only here: name; only there: label"),
        ("alter table {} drop column share", "only here: share"),
        ("alter table {} alter amount type varchar", "amount is DECIMAL(10,2) here and VARCHAR there"),
        (
            "create or replace table {} as select id, amount, name, share, seen from {}",
            "in another order: column 2 is name here and amount there",
        ),
    ],
)
def test_columns_have_the_same_names_and_order_and_comparable_types(built: Folder, change: str, reason: str) -> None:
    plant(built, "sales", change)
    found = compared(built)["sales"]
    assert (found["status"], found["reason"]) == ("columns differ", reason)
    assert f"sales: columns differ: {reason}" in verify(built, "--no-build").out


@pytest.mark.parametrize(("kind", "status"), [("double", "equal"), ("decimal(20, 4)", "equal"), ("bigint", "differs")])
def test_a_number_is_the_same_one_in_another_type(built: Folder, kind: str, status: str) -> None:
    plant(built, "sales", f"alter table {{}} alter amount type {kind}")
    assert compared(built)["sales"]["status"] == status


@pytest.mark.parametrize(("places", "status"), [(12, "equal"), (11, "differs")])
def test_a_decimal_of_twelve_places_is_one_made_of_doubles(folder: Make, places: int, status: str) -> None:
    text = "cast({} as decimal(38, " + str(places) + ")) as amount"
    project = folder(FILES | {"models/sums.sql": "{{ config(materialized='table') }}\nselect " + text.format(5000.25)})
    project.build()
    verify(project)
    plant(project, "sums", "update {} set amount = amount + cast(1e-" + str(places) + " as decimal(38, 18))")
    assert compared(project)["sums"]["status"] == status


def test_a_relation_that_one_side_lacks_is_named(built: Folder) -> None:
    built.write("models/later.sql", "select 1 as one")
    built.build()
    found = compared(built)["later"]
    assert (found["status"], found["rows_here"], found["rows_there"]) == ("missing there", 1, None)
    assert verify(built, "--no-build").code == 1
    assert verify(built).code == 0


def test_only_what_is_chosen_is_built_and_compared(folder: Make) -> None:
    project = folder(FILES)
    done = verify(project, "--select", "sales", "--json")
    assert [relation["name"] for relation in done.json["relations"]] == ["sales"]


def test_what_was_compared_is_recorded_without_rows_and_places(built: Folder) -> None:
    plant(built, "sales", "update {} set amount = amount + 1 where id = 2")
    verify(built, "--select", "sales", "--no-build")
    text = (built.root / "target" / "verified.json").read_text()
    kept = json.loads(text)
    assert kept["command"] == "convsql verify --target dev --against other --select sales --no-build"
    assert kept["here"] == {"target": "dev", "engine": "duckdb", "version": kept["there"]["version"]}
    assert kept["relations"] == [
        {
            "name": "sales", "unique_id": "model.tiny.sales", "resource_type": "model", "status": "differs",
            "rows_here": 3, "rows_there": 3, "only_here": 1, "only_there": 1, "reason": None,
        }
    ]  # fmt: skip
    assert str(built.root) not in text


def test_a_build_that_fails_on_a_side_is_compared_with_nothing(folder: Make) -> None:
    project = folder({**FILES, "tests/none.sql": "select * from {{ ref('sales') }} where id = 2"})
    done = verify(project)
    assert done.code == 1
    assert "nothing was compared: the build on target 'dev' failed" in done.err
    assert done.out == ""
    assert verify(project, "--json").json["target"] == "dev"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("dev", "targets 'dev' and 'dev' are one place"),
        ("same", "targets 'dev' and 'same' are one place"),
        ("memory", "target 'memory' is in memory, where nothing stays"),
        ("othr", "no target 'othr'"),
    ],
)
def test_the_other_target_is_another_place(folder: Make, target: str, said: str) -> None:
    more = "    same: {type: duckdb, path: ./tiny.duckdb}\n        memory: {type: duckdb}\n    "
    project = folder({**FILES, "profiles.yml": PROFILES + more})
    done = project.run("verify", "--against", target)
    assert done.code == 2
    assert said in done.err


def test_nothing_is_built_where_nothing_shall_be(folder: Make) -> None:
    project = folder(FILES)
    done = verify(project, "--no-build")
    assert (done.code, "nothing was published to target 'dev' yet" in done.err) == (2, True)
    assert not (project.root / "other.duckdb").exists()


def test_two_schemas_of_one_database_are_two_places(folder: Make) -> None:
    more = "    beside: {type: duckdb, path: tiny.duckdb, schema: beside, threads: 1}\n    "
    project = folder({**FILES, "profiles.yml": PROFILES + more})
    done = project.run("verify", "--against", "beside")
    assert done.code == 0, done.err


def test_nothing_is_left_behind_but_the_record(built: Folder) -> None:
    assert not list((built.root / "target").glob("verifying_*"))


def test_folders_given_from_where_one_stands_are_those_of_both_sides(
    built: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(built.root.parent)
    name = built.root.name
    done = convsql("verify", "--against", "other", "--project-dir", name, "--profiles-dir", name)
    assert done.code == 0, done.err
    assert "3 relations are equal" in done.err
