"""The cross-database macros of `dbt.` that stand for one DuckDB expression each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convsql.base.errors import ConvsqlError


def _cast(field: str, type: str) -> str:
    return f"cast({field} as {type})"


def _safe_cast(field: str, type: str) -> str:
    return f"try_cast({field} as {type})"


# As in dbt: a row of a test that comes back is a failure.
BUILT_IN_MACROS = """
{%- macro test_not_null(model, column_name) -%}
select *
from {{ model }}
where {{ column_name }} is null
{%- endmacro -%}

{%- macro test_unique(model, column_name) -%}
select
    {{ column_name }} as unique_field,
    count(*) as n_records
from {{ model }}
where {{ column_name }} is not null
group by {{ column_name }}
having count(*) > 1
{%- endmacro -%}

{%- macro test_accepted_values(model, column_name, values, quote=true) -%}
select
    {{ column_name }} as value_field,
    count(*) as n_records
from {{ model }}
where {{ column_name }} not in (
    {%- for value in values %}
    {% if quote %}'{{ value | string | replace("'", "''") }}'{% else %}{{ value }}{% endif %}{{ "," if not loop.last }}
    {%- endfor %}
)
group by {{ column_name }}
{%- endmacro -%}

{%- macro test_relationships(model, column_name, to, field) -%}
select child.{{ column_name }} as from_field
from (select * from {{ model }} where {{ column_name }} is not null) as child
left join {{ to }} as parent
    on child.{{ column_name }} = parent.{{ field }}
where parent.{{ field }} is null
{%- endmacro -%}

{%- macro generate_schema_name(custom_schema_name=none, node=none) -%}
{{ return(adapter.dispatch('generate_schema_name', 'dbt')(custom_schema_name, node)) }}
{%- endmacro -%}

{%- macro default__generate_schema_name(custom_schema_name, node) -%}
{{ target.schema }}{% if custom_schema_name is not none %}_{{ custom_schema_name | trim }}{% endif %}
{%- endmacro -%}

{%- macro generate_schema_name_for_env(custom_schema_name, node) -%}
{{ custom_schema_name | trim if target.name == 'prod' and custom_schema_name is not none else target.schema }}
{%- endmacro -%}

{%- macro generate_alias_name(custom_alias_name=none, node=none) -%}
{{ return(adapter.dispatch('generate_alias_name', 'dbt')(custom_alias_name, node)) }}
{%- endmacro -%}

{%- macro default__generate_alias_name(custom_alias_name=none, node=none) -%}
{{ custom_alias_name | trim if custom_alias_name else node.name }}
{%- endmacro -%}

{%- macro generate_database_name(custom_database_name=none, node=none) -%}
{{ return(adapter.dispatch('generate_database_name', 'dbt')(custom_database_name, node)) }}
{%- endmacro -%}

{%- macro default__generate_database_name(custom_database_name=none, node=none) -%}
{{ target.database if custom_database_name is none else custom_database_name }}
{%- endmacro -%}
"""


def dbt_namespace() -> dict[str, Any]:  # long, as it is one table
    """The cross-database macros of `dbt.` that stand for one DuckDB expression each."""

    def listagg(
        measure: str, delimiter_text: str = "','", order_by_clause: str | None = None, limit_num: Any = None
    ) -> str:
        if limit_num:
            raise ConvsqlError("dbt.listagg with a limit is not supported")
        return f"string_agg({measure}, {delimiter_text}{' ' + order_by_clause if order_by_clause else ''})"

    def dateadd(datepart: str, interval: Any, from_date_or_timestamp: str) -> str:
        return f"{from_date_or_timestamp} + ((interval '1 {datepart}') * ({interval}))"

    functions: dict[str, Callable[..., str]] = {
        "type_string": lambda: "varchar",
        "type_timestamp": lambda: "timestamp",
        "type_int": lambda: "integer",
        "type_bigint": lambda: "bigint",
        "type_float": lambda: "float",
        "type_numeric": lambda: "numeric(28,6)",
        "type_boolean": lambda: "boolean",
        "dateadd": dateadd,
        "listagg": listagg,
        "date_trunc": lambda datepart, date: f"date_trunc('{datepart}', {date})",
        "datediff": lambda first_date, second_date, datepart: (
            f"date_diff('{datepart}', {first_date}::timestamp, {second_date}::timestamp)"
        ),
        "concat": lambda fields: " || ".join(fields),
        "hash": lambda field: f"md5(cast({field} as varchar))",
        "length": lambda expression: f"length({expression})",
        "safe_cast": _safe_cast,
        "cast": _cast,
        "string_literal": lambda value: f"'{value}'",
        "escape_single_quotes": lambda expression: str(expression).replace("'", "''"),
        "bool_or": lambda expression: f"bool_or({expression})",
        "any_value": lambda expression: f"any_value({expression})",
        "replace": lambda field, old_chars, new_chars: f"replace({field}, {old_chars}, {new_chars})",
        "right": lambda string_text, length_expression: f"right({string_text}, {length_expression})",
        "position": lambda substring_text, string_text: f"position({substring_text} in {string_text})",
        "split_part": lambda string_text, delimiter_text, part_number: (
            f"split_part({string_text}, {delimiter_text}, {part_number})"
        ),
        "except": lambda: "except",
        "intersect": lambda: "intersect",
        "cast_bool_to_text": lambda expression: f"lower(cast({expression} as varchar))",
        "last_day": lambda date, datepart: (
            f"cast(date_trunc('{datepart}', {date}) + interval '1 {datepart}' - interval '1 day' as date)"
        ),
    }
    return dict(functions)
