"""`convsql show`: rows as they are, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.runner.cli.project import FILES
from tests.support import Folder

Make = Callable[..., Folder]


def test_show_prints_rows_of_what_is_published(folder: Make) -> None:
    project = folder(FILES)
    done = project.run("show", "orders")
    assert (done.code, done.err) == (2, "error: nothing was built yet\n  hint: run `convsql build`\n")
    project.build()
    assert project.run("show", "big", "--json").json == {"columns": ["order_id"], "rows": [[11], [12]]}
    assert len(project.run("show", "orders", "--json").json["rows"]) == 10
    assert len(project.run("show", "--select", "orders", "--limit", "3", "--json").json["rows"]) == 3
    assert "o12" in project.run("show", "orders", "--limit", "20").out


def test_show_prints_cells_as_they_are(folder: Make) -> None:
    project = folder(
        {**FILES, "models/wide.sql": "select " + ", ".join(f"'{'v' * 30}{n}' as column_{n}" for n in range(20))}
    )
    project.build()
    done = project.run("show", "words")
    assert "[red]not markup[/red]" in done.out
    assert "[/]" in done.out
    wide = project.run("show", "wide").out
    assert all(f"{'v' * 30}{n}" in wide for n in range(20))
    odd = project.run(
        "show",
        "--inline",
        "select '[a]' as \"[/b]\", date '2026-01-02' as d, 1.5::decimal(3,1) as n, null as e, interval 1 day as i, 'nan'::double as x, [1] as l, '\\x01'::blob as b",
    )
    assert odd.code == 0
    assert "[/b]" in odd.out


def test_show_answers_in_json_whatever_the_types(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    query = (
        "select date '2026-01-02' as d, timestamp '2026-01-02 03:04:05' as t, 1.5::decimal(3,1) as n, null as e, 'nan'::double as x,"
        " 'inf'::double as y, [1, 2] as l, {'a': date '2026-01-02'} as s, uuid '00000000-0000-0000-0000-000000000001' as u"
    )
    done = project.run("show", "--json", "--inline", query)
    assert done.code == 0
    json.loads(done.out, parse_constant=lambda c: pytest.fail(f"{c} is no JSON"))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ordrs"], 2, "did you mean 'orders'?"),
        ([], 2, "name one model, or give --inline 'select …'"),
        (["orders", "--select", "folded"], 2, "name one model, or give --inline 'select …'"),
        (["orders", "--inline", "select 1"], 2, "name one model, or give --inline 'select …'"),
        (["--inline", ""], 2, "error: "),
        (["--inline", "-- nothing"], 2, "error: "),
        (["--inline", "select 1; select 2"], 2, "more than one statement"),
        (["--inline", "selct 1"], 2, "--inline: syntax error at or near \"1\"\n  hint: write one query: 'select …'"),
        (["--inline", "select * from ordrs"], 2, 'did you mean "orders"? `convsql build` publishes what is missing'),
        (["nothing_such"], 2, "no model or seed 'nothing_such'\n  hint: `convsql ls` lists them"),
        (["--inline", "select * from {{ ref('ordrs') }}"], 2, "no model or seed 'ordrs'"),
        (["--inline", "select {{ 1 / 0 }}"], 2, "division by zero"),
        (["--inline", "select nothing from {{ ref('orders') }}"], 2, "nothing"),
        (["--inline", "create table x as select 1"], 2, "error: "),
        (["--inline", "drop view orders"], 2, "error: "),
        (["--inline", "select orders.order_id from {{ ref('orders') }} order by 1"], 0, ""),
        (["--inline", "select five from {{ ref('folded') }}"], 0, ""),
        (["folded"], 0, ""),
    ],
)
def test_show_of_anything_else_is_said_plainly(arguments: list[str], code: int, said: str, folder: Make) -> None:
    project = folder(FILES)
    project.build()
    done = project.run("show", *arguments)
    assert (done.code, said in done.err) == (code, True), done.err


def test_a_model_that_its_own_config_switches_off_can_not_be_shown(folder: Make) -> None:
    project = folder({**FILES, "models/off.sql": "{{ config(enabled=false) }} select 1 as n"})
    project.build()
    done = project.run("show", "--inline", "select * from {{ ref('off') }}")
    assert done.code == 2
    assert done.err == "error: --inline:1: no model or seed 'off'\n  hint: it is disabled in models/off.sql\n"
