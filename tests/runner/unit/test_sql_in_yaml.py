"""A value of YAML that reaches SQL is what it claims to be, and carries nothing else; SQL of the project is one query."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support import Folder

Make = Callable[..., Folder]

# What an attacker writes behind a value that would be right, `V`: end ours and say more, swallow ours, open another one.
FORMS = {
    "a second statement": "V; copy (select 1) to 'pwned'",
    "our bracket closed": "V); copy (select 1) to 'pwned'; select (1",
    "two brackets closed": "V)); drop table x; select ((1",
    "a union": "V) union all (select 666",
    "a comment to the end of the line": "V) --",
    "a comment that swallows our bracket": "V --",
    "an open comment": "V) /*",
    "a comment that is closed in it": "V) /* */ + (1",
    "a nested comment": "V /* /* */",
    "an open quote": "V || '",
    "an open dollar quote": "V || $$",
    "a dollar quote closed by it": "$a$ $a$) , (V",
    "a second value": "V, 1",
    "an alias": "V as a, 2 as b",
    "a from": "V from (select 1) as z",
    "our bracket closed and opened": "V) , (V",
    "a where": "V) from (select 1) where (true",
    "a limit": "V limit 0",
}

PARTS = 4

KEYS = {
    "data_type": (
        "models: [{name: a, config: {contract: {enforced: true}}, columns: [{name: id, data_type: !}, {name: n, data_type: integer}]}]",
        "integer",
    ),
    "column_types": ("seeds: [{name: s, config: {column_types: {id: !}}}]", "integer"),
    "fail_calc": ("models: [{name: a, data_tests: [{unique: {column_name: id, config: {fail_calc: !}}}]}]", "count(*)"),
    "where": ("models: [{name: a, columns: [{name: id, data_tests: [{not_null: {config: {where: !}}}]}]}]", "id > 0"),
    "name": ("models: [{name: a, columns: [{name: !, data_tests: [not_null]}]}]", "id"),
    "column_name": ("models: [{name: a, data_tests: [{unique: {column_name: !}}]}]", "id + 0"),
    "values": (
        "models: [{name: a, columns: [{name: id, data_tests: [{accepted_values: {values: [!], quote: false}}]}]}]",
        "1 + 0",
    ),
    "field": (
        "models: [{name: a, columns: [{name: id, data_tests: [{relationships: {to: ref('a'), field: !}}]}]}]",
        "id",
    ),
    "to": (
        "models: [{name: a, columns: [{name: id, data_tests: [{relationships: {to: !, field: id}}]}]}]",
        "(select 1 as id)",
    ),
    "external_location": (
        "sources: [{name: raw, tables: [{name: u, meta: {external_location: !}}]}]",
        "(select * from 'seeds/s.csv')",
    ),
    "when": ("models: [{name: a, config: {meta: {closed: {key: [id], when: !}}}}]", "n > 0"),
    "key": ("models: [{name: a, config: {meta: {closed: {key: [!], when: n > 0}}}}]", "id"),
    "except": ("models: [{name: a, config: {meta: {closed: {key: [id], when: n > 0, except: [!]}}}}]", "n"),
    "rows": (
        "unit_tests: [{name: t, model: b, given: [{input: ref('s'), format: sql, rows: !}], expect: {rows: [{id: 1}]}}]",
        "select 1 as id",
    ),
    "loaded_at_field": (
        "sources: [{name: raw, schema: main, tables: [{name: a, loaded_at_field: !}]}]",
        "id",
    ),
}


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def project_of(folder: Make, key: str, value: str) -> Folder:
    text = KEYS[key][0].replace("!", quoted(value))
    files = {
        "models/a.sql": "{{ config(materialized='table') }} select 1 as id, 2 as n",
        "models/b.sql": "select id from {{ ref('s') }}",
        "seeds/s.csv": "id\n1\n",
        "models/of_yaml.yml": "version: 2\n\n" + text + "\n",
    }
    if key == "external_location":
        files["models/c.sql"] = "select * from {{ source('raw', 'u') }}"
    return folder(files)


@pytest.mark.parametrize("key", KEYS)
def test_what_a_key_may_say_is_taken(folder: Make, key: str) -> None:
    project_of(folder, key, KEYS[key][1]).build("-q")


ATTACKED = [k for k in KEYS if k != "loaded_at_field"]


# Fast: every form behind some keys, and some forms behind every key; in CI every form behind every key.
@pytest.mark.parametrize("key", ATTACKED)
@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, PARTS))])
def test_nothing_else_is_taken_behind_a_value(folder: Make, key: str, part: int) -> None:
    project = project_of(folder, key, KEYS[key][1])
    taken = []
    for form, injected in list(FORMS.items())[(part + ATTACKED.index(key)) % PARTS :: PARTS]:
        if key == "rows" and form in (
            "a second value",
            "an alias",
            "a from",
            "a limit",
            "a comment that swallows our bracket",
        ):
            continue  # another query, and still one: rows stand on lines of their own
        value = injected.replace("V", KEYS[key][1])
        project.write("models/of_yaml.yml", "version: 2\n\n" + KEYS[key][0].replace("!", quoted(value)) + "\n")
        errors = project.errors("--no-cache")
        if not errors or not all(e.startswith("models/of_yaml.yml:3: ") for e in errors):
            taken.append((form, errors))
    assert not taken
    assert not list(project.root.rglob("pwned*"))


def test_a_loaded_at_field_is_one_name(folder: Make) -> None:
    project = project_of(folder, "loaded_at_field", "id")
    project.write("models/c.sql", "select id from {{ source('raw', 'a') }}")
    project.execute("create table a as select 1 as id")
    project.write(
        "models/of_yaml.yml",
        KEYS["loaded_at_field"][0].replace("!", quoted('id"), 1 from a; drop table a; select max("id')),
    )
    project.write("models/a.sql", "{{ config(alias='other') }} select 1 as id, 2 as n")
    (error,) = project.errors()
    assert "can't be read" in error
    assert project.query("select count(*) from a") == [(1,)]


def test_an_error_names_the_line_of_the_value(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select 1 as id",
            "models/a.yml": """
                models:
                  - name: a
                    columns:
                      - name: id
                        data_tests:
                          - unique
                          - not_null:
                              config:
                                where: id > 0
                                fail_calc: count(*) --
            """,
        }
    )
    (error,) = project.errors()
    assert error.startswith("models/a.yml:11: fail_calc of test 'not_null_a_id' is not one expression")
    assert error.endswith("count(*) -- | write one expression")


STATEMENTS = {
    "two queries": "select 1 as id; select 2",
    "a dropped table": "select 1; drop table x",
    "ddl": "create table x as select 1 as id",
    "copy": "copy (select 1) to 'pwned.csv'",
    "attach": "attach 'pwned.db' as x",
    "install": "install httpfs",
    "load": "load httpfs",
    "pragma": "pragma database_list",
    "set": "set threads = 1",
    "a variable": "set variable x = 1",
    "use": "use memory",
    "call": "call duckdb_settings()",
    "checkpoint": "checkpoint",
    "export": "export database 'pwned'",
    "a secret": "create secret (type http, bearer_token 'x')",
    "insert": "insert into x values (1)",
    "a query that deletes": "with d as (delete from {{ ref('below') }} returning *) select * from d",
    "an open bracket": "select 1 as id) union all (select 2",
    "an open comment": "select 1 as id /*",
    "a comment, then a statement": "select 1 as id /* */; drop table x --",
    "a dollar quote": "select $$;$$ as id; drop table x",
}


@pytest.mark.parametrize("name", STATEMENTS)
@pytest.mark.parametrize("place", ["models/x.sql", "tests/x.sql"])
def test_a_model_or_a_test_is_one_query(folder: Make, place: str, name: str) -> None:
    project = folder({"models/below.sql": "{{ config(materialized='table') }} select 1 as id", place: STATEMENTS[name]})
    (error, *_) = project.errors()
    assert error.startswith(f"{place}:")
    assert not list(project.root.rglob("pwned*"))


def test_what_is_shown_is_one_query(folder: Make) -> None:
    project = folder({"models/below.sql": "{{ config(materialized='table') }} select 1 as id"})
    project.build()
    for text in STATEMENTS.values():
        done = project.run("show", "--inline", text)
        assert done.code == 2, text
        assert done.err.startswith("error: "), text
    assert project.query("select id from below") == [(1,)]
    assert not list(project.root.rglob("pwned*"))


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        ("true", "must be a mapping"),
        ("[a]", "must be a mapping"),
        ("{when: n > 0}", "'key' must be a list of its columns"),
        ("{key: [], when: n > 0}", "'key' must be a list of its columns"),
        ("{key: id, when: n > 0}", "'key' must be a list of its columns"),
        ("{key: [1], when: n > 0}", "'key' must be a list of its columns"),
        ("{key: [idd], when: n > 0}", "no column 'idd', which 'key' names | did you mean 'id'?"),
        ("{key: [id, id], when: n > 0}", "'key' names column 'id' twice"),
        ("{key: [id]}", "'when' must be an expression"),
        ("{key: [id], when: [1]}", "'when' must be an expression"),
        ("{key: [id], when: n + 1}", "'when' is INTEGER, and must be true or false"),
        ("{key: [id], when: m > 0}", '"m" not found'),
        ("{key: [id], when: n > 0, except: n}", "'except' must be a list of its columns"),
        ("{key: [id], when: n > 0, except: [m]}", "no column 'm', which 'except' names"),
        ("{key: [id], when: n > 0, exept: [n]}", "unknown key 'exept' | did you mean 'except'?"),
    ],
)
def test_what_is_closed_is_checked_before_anything_runs(folder: Make, closed: str, words: str) -> None:
    project = folder(
        {
            "models/a.sql": "select 1 as id, 2 as n",
            "models/a.yml": f"models:\n  - name: a\n    config:\n      meta:\n        closed: {closed}\n",
        }
    )
    (error,) = project.errors()
    assert error.startswith("models/a.yml:5: meta.closed of 'a'")
    assert words in error
