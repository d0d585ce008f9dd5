"""What people wrote, and how they are called and reached, is shown to those who ask for it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from convsql.base.personal import MASK
from tests.support import Folder, convsql

FILES = {
    "seeds/letters.csv": "letter_id,contact_id,body,seen_on\n1,twilio:+4915112345678,Hello from Anna,soon\n2,c2,,later\n",
    "models/letters_read.sql": """\
        {{ config(materialized='table') }}
        select letter_id, contact_id, body, length(body) as body_length from {{ ref('letters') }}
        """,
    "models/models.yml": """\
        seeds:
          - name: letters
            columns: [{name: body, meta: {pii: true}}, {name: seen_on}]
        models:
          - name: letters_read
            columns:
              - {name: letter_id}
              - {name: body, config: {meta: {pii: true}}}
        """,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The project built once, for those who only look."""
    project = Folder(tmp_path_factory.mktemp("letters"), FILES)
    with contextlib.chdir(project.root):
        project.build()
    return project


TEST = "{{ config(severity='warn') }} select letter_id, upper(body) as said, contact_id from {{ ref('letters_read') }} where letter_id = 1"


@pytest.fixture
def letters(folder: Callable[..., Folder]) -> Folder:
    return folder(FILES)


def test_show_masks_marked_columns_and_what_looks_like_a_number_until_it_is_asked(letters: Folder) -> None:
    letters.build()
    rows = letters.run("show", "letters_read", "--json").json["rows"]
    assert rows == [[1, "twilio:(personal)", "(personal)", 15], [2, "c2", None, None]]
    rows = letters.run("show", "letters_read", "--json", "--pii").json["rows"]
    assert rows[0] == [1, "twilio:+4915112345678", "Hello from Anna", 15]
    assert "Anna" not in letters.run("show", "letters_read").out


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("select lower(body) as x, letter_id from {{ ref('letters_read') }} order by 2", "(personal)"),
        ("select body || '!' as x from {{ ref('letters_read') }} order by letter_id", "(personal)"),
        (
            "with a as (select * from {{ ref('letters_read') }}) select body as x from a order by letter_id",
            "(personal)",
        ),
        ("select case when letter_id = 1 then body else '' end as x from {{ ref('letters_read') }}", "(personal)"),
        ("select max(body) as x from {{ ref('letters_read') }}", "(personal)"),
        ("select body as x from main.letters_read order by letter_id", "(personal)"),
        ("select body from main.letters_read order by letter_id", "(personal)"),
        ("select * exclude (letter_id, contact_id) from main.letters_read order by body_length", "(personal)"),
        ("select columns('body$') from {{ ref('letters_read') }} order by letter_id", "(personal)"),
        ("select t from {{ ref('letters_read') }} as t order by letter_id", "(personal)"),
        ("select length(body) as x from {{ ref('letters_read') }} order by letter_id", 15),
        ("select case when body like 'Hello%' then 'yes' else 'no' end as x from {{ ref('letters_read') }}", "yes"),
        ("select count(distinct body) as x from {{ ref('letters_read') }}", 1),
        ("select md5(body) = md5('Hello from Anna') as x from {{ ref('letters_read') }} order by letter_id", True),
    ],
)
def test_a_query_is_masked_where_a_marked_value_could_be_read_back(built: Folder, query: str, shown: object) -> None:
    with contextlib.chdir(built.root):
        done = built.run("show", "--json", "--inline", query)
    assert done.code == 0, done.out
    assert done.json["rows"][0][0] == shown


def test_failing_rows_are_masked_wherever_they_go(letters: Folder, tmp_path: Path) -> None:
    letters.write("tests/said.sql", TEST)
    reports = ["--junit", "j.xml", "--sarif", "s.json", "--code-quality", "q.json"]
    done = letters.build(*reports)
    assert "1 | (personal) | twilio:(personal)" in done.err
    assert "_convsql_failures.said' --pii" in done.err
    (row,) = json.loads((tmp_path / "target/run_results.json").read_text())["results"][-1]["adapter_response"][
        "convsql"
    ]["failing_rows"]
    assert row == {"letter_id": 1, "said": "(personal)", "contact_id": "twilio:(personal)"}
    written = [
        p
        for p in tmp_path.rglob("*")
        if p.is_file() and p.suffix in (".json", ".xml", ".jsonl", ".md", ".html", ".txt")
    ]
    assert len(written) > 4
    for file in written:
        assert b"nna" not in file.read_bytes().lower(), file
    assert "HELLO FROM ANNA" in letters.run("test", "--pii").err
    shown = letters.run("show", "--json", "--inline", "select * from _convsql_failures.said").json["rows"]
    assert shown[0][0] == 1 and shown[0][2] == "twilio:(personal)"


def test_an_engines_message_quotes_no_personal_value(letters: Folder) -> None:
    letters.write(
        "models/broken.sql",
        "{{ config(materialized='table') }} select cast(body as integer) as n from {{ ref('letters_read') }}",
    )
    done = letters.build(code=1)
    assert "Anna" not in done.err and "Could not convert string (personal) to INT32" in done.err
    assert "Hello from Anna" in letters.build("--pii", code=1).err


def test_a_message_about_what_is_not_personal_quotes_its_value(letters: Folder) -> None:
    letters.write(
        "models/dates.sql", "{{ config(materialized='table') }} select cast('soon' as date) as d from (select 1 as n)"
    )
    assert "soon" in letters.build(code=1).err


def test_what_init_says_of_values_shows_no_address(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    lines = [
        "message_id,contact_id,sent_at,direction,channel",
        *(f"m{n},c{n},2026-01-0{n} 09:00:00,inbound,{'sms' if n < 5 else 'ann@example.com'}" for n in range(1, 9)),
    ]
    (raw / "messages.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = convsql("init", str(tmp_path / "own"), "--from", str(raw), "--yes")
    assert done.code == 0, done.err
    assert "ann@example.com" not in done.err + done.out
    assert MASK in done.err
