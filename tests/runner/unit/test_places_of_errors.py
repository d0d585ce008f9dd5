"""Errors that DuckDB's binder finds are said to be where the author wrote them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support import Folder

Make = Callable[..., Folder]

LOOP = """\
{{ config(materialized='table') }}
-- Grain: one row.
{% set days = ['mon', 'tue', 'wed'] %}
with counted as (
    select
        1 as id,
        {% for day in days %}
        {% if day != 'tue' %}
        count(*) as {{ day }}_count,
        {% endif %}
        {% endfor %}
        0 as zero
    from {{ ref('base') }} as base
    group by base.id
),

final as (
    select counted.id, counted.{COLUMN}
    from counted
)

select * from final
"""


def test_a_mistake_below_a_loop_is_on_its_own_line(folder: Make) -> None:
    project = folder({"models/base.sql": "select 1 as id", "models/a.sql": LOOP.replace("{COLUMN}", "mun_count")})
    (error,) = project.errors()
    assert error.startswith('models/a.sql:18: Values list "counted" does not have a column named "mun_count"')


def test_a_mistake_inside_a_loop_is_inside_it(folder: Make) -> None:
    text = LOOP.replace("{COLUMN}", "mon_count").replace(
        "count(*) as {{ day }}_count", "count({{ day }}) as {{ day }}_count"
    )
    (error,) = folder({"models/base.sql": "select 1 as id", "models/a.sql": text}).errors()
    assert error.startswith("models/a.sql:")
    assert 7 <= int(error.split(":")[1]) <= 11


def test_a_mistake_below_a_macro_of_many_lines_is_on_its_own_line(folder: Make) -> None:
    (error,) = folder(
        {
            "macros/many.sql": "{% macro many() %}\n1\n+ 2\n+ 3\n+ 4\n{% endmacro %}",
            "models/a.sql": "select\n    {{ many() }} as total,\n    2 as two\nfrom (select 1 as x) as t\nwhere t.y > 1\n",
        }
    ).errors()
    assert error.startswith("models/a.sql:5: ")


def test_a_mistake_below_an_ephemeral_parent_is_on_its_own_line(folder: Make) -> None:
    (error,) = folder(
        {
            "models/e.sql": "{{ config(materialized='ephemeral') }}\n-- one\n-- two\nselect\n  1 as id\n-- the end",
            "models/a.sql": "select\n  e.id\nfrom {{ ref('e') }} as e\njoin {{ ref('e') }} as f using (id)\nwhere f.id > 0\n  and e.nothing = 1\n",
        }
    ).errors()
    assert error.startswith("models/a.sql:6: ")


def test_a_mistake_in_an_ephemeral_model_is_named_once(folder: Make) -> None:
    errors = folder(
        {
            "models/e.sql": "{{ config(materialized='ephemeral') }}\nselect nothing from (select 1 as id) as t",
            "models/a.sql": "select * from {{ ref('e') }}",
            "models/b.sql": "select * from {{ ref('a') }}",
        }
    ).errors()
    assert [e[:17] for e in errors] == ["models/e.sql:2: R"]


def test_a_mistake_in_a_parent_is_not_repeated_for_its_children_but_their_own_are_found(folder: Make) -> None:
    errors = folder(
        {
            "models/a.sql": "select nothing as id from (select 1 as x) as t",
            "models/b.sql": "select id + 1 as id from {{ ref('a') }}",
            "models/c.sql": "select id, wrong from {{ ref('a') }}",
            "models/a.yml": "models:\n  - name: a\n    columns: [{name: id, data_type: bigint}]\n",
        }
    ).errors()
    assert [e.split(": ")[0] for e in errors] == ["models/a.sql:1", "models/c.sql:1"]


def test_a_message_without_a_line_is_placed_by_the_name_it_quotes(folder: Make) -> None:
    (error,) = folder(
        {"models/a.sql": "select *\nfrom (select 1 as id) as t\njoin (select 1 as id) as u\n  using (idd)\n"}
    ).errors()
    assert error == 'models/a.sql:4: Column "idd" does not exist on left side of join!'


def test_a_misspelt_function_comes_with_the_right_one(folder: Make) -> None:
    (error,) = folder({"models/a.sql": "select\n  lenght('x') as n"}).errors()
    assert error == 'models/a.sql:2: Scalar Function with name lenght does not exist! | did you mean "length"?'


@pytest.mark.parametrize("ephemeral", [True, False])
def test_every_cycle_is_named_once(ephemeral: bool, folder: Make) -> None:
    config = "{{ config(materialized='ephemeral') }}" if ephemeral else ""
    errors = folder(
        {
            **{
                f"models/{a}.sql": f"{config}select * from {{{{ ref('{b}') }}}}"
                for a, b in ("ab", "bc", "ca", "xy", "yx", "zz")
            },
            "models/below.sql": "select * from {{ ref('a') }} join {{ ref('x') }} using (id)",
            "models/ok.sql": "select wrong from (select 1 as id) as t",
            "models/a.yml": """
            models:
              - name: a
                columns: [{name: id, data_tests: [unique]}]
            unit_tests:
              - {name: u, model: a, given: [{input: ref('b'), rows: []}], expect: {rows: []}}
        """,
        }
    ).errors()
    assert [e.split(" | ")[0] for e in errors] == [
        "models/a.sql:1: cycle: a → c → b → a",
        'models/ok.sql:1: Referenced column "wrong" not found in FROM clause!',
        "models/x.sql:1: cycle: x → y → x",
        "models/z.sql:1: 'z' refers to itself",
    ]


def test_a_failed_model_takes_its_tests_along_without_further_errors(folder: Make) -> None:
    errors = folder(
        {
            "models/a.sql": "select {{ 1 / 0 }} as id",
            "models/b.sql": "select id from {{ ref('a') }}",
            "models/a.yml": """
            models:
              - name: a
                columns: [{name: id, data_tests: [unique, not_null]}]
              - name: b
                columns: [{name: id, data_tests: [{relationships: {arguments: {to: ref('a'), field: id}}}]}]
            unit_tests:
              - {name: u, model: a, given: [], expect: {rows: []}}
              - {name: v, model: b, given: [{input: ref('a'), rows: [{id: 1}]}], expect: {rows: [{id: 1}]}}
        """,
        }
    ).errors()
    assert errors == ["models/a.sql:1: template error: division by zero"]


def test_an_error_while_building_names_the_line_too(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "{{ config(materialized='table') }}{% for i in range(4) %}\n{% endfor %}select\n  1 as id,\n  cast(t.x as integer) as n\nfrom (select 'word' as x union all select '1') as t"
        }
    )
    done = project.build(code=1)
    assert "Could not convert string 'word' to INT32" in done.err
    assert "models/a.sql:" in done.err
