"""The cross-database macros of `dbt.` that stand for one DuckDB expression each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convsql.base.errors import ConvsqlError


def _cast(field: str, type: str) -> str:
    return f"cast({field} as {type})"


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

{%- macro get_intervals_between(start_date, end_date, datepart) -%}
{%- call statement('get_intervals_between', fetch_result=true) %}select {{ dbt.datediff(start_date, end_date, datepart) }}{% endcall -%}
{%- set found = load_result('get_intervals_between') -%}
{{ return(found['data'][0][0] if found and found['data'] else 1) }}
{%- endmacro -%}

{%- macro date_spine(datepart, start_date, end_date) %}
with rawdata as (
    {{ dbt.generate_series(dbt.get_intervals_between(start_date, end_date, datepart)) }}
),
all_periods as (
    select ({{ dbt.dateadd(datepart, "row_number() over (order by 1) - 1", start_date) }}) as date_{{ datepart }} from rawdata
),
filtered as (
    select * from all_periods where date_{{ datepart }} <= {{ end_date }}
)
select * from filtered
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


def _dateadd(datepart: str, interval: Any, from_date_or_timestamp: str) -> str:
    unit = str(datepart).lower()
    factor, unit = {"quarter": (" * 3", "month"), "week": (" * 7", "day")}.get(unit, ("", unit))
    number = f"(cast({interval} as bigint){factor})" if factor else f"cast({interval} as bigint)"
    return f"({from_date_or_timestamp} + {number} * interval 1 {unit})"


def _datediff(first_date: str, second_date: str, datepart: str) -> str:
    if datepart != "week":
        return f"(date_diff('{datepart}', {first_date}::timestamp, {second_date}::timestamp))"
    days = _datediff(first_date, second_date, "day")
    return (
        f"({days} // 7 + case when date_part('dow', ({first_date})::timestamp) <= date_part('dow', ({second_date})::timestamp) "
        f"then case when {first_date} <= {second_date} then 0 else -1 end "
        f"else case when {first_date} <= {second_date} then 1 else 0 end end)"
    )


def _last_day(date: str, datepart: str) -> str:
    begun = f"date_trunc('{datepart}', {date})"
    following = _dateadd("month", "3", begun) if datepart == "quarter" else _dateadd(datepart, "1", begun)
    return f"cast({_dateadd('day', '-1', following)} as date)"


def _listagg(
    measure: str, delimiter_text: str = "','", order_by_clause: str | None = None, limit_num: Any = None
) -> str:
    ordered = f"{measure} {order_by_clause}" if order_by_clause else measure
    if limit_num:
        return f"list_aggr((array_agg({ordered}))[1:{limit_num}], 'string_agg', {delimiter_text})"
    return f"string_agg({measure}, {delimiter_text}{' ' + order_by_clause if order_by_clause else ''})"


def _powers_of_two(upper_bound: int) -> int:
    if upper_bound <= 0:
        raise ConvsqlError("upper bound must be positive")
    return next(n for n in range(1, 100) if upper_bound <= 2**n)


def dbt_namespace(reads_clock: Callable[[], bool]) -> dict[str, Any]:  # long, as it is one table
    """The cross-database macros of `dbt.`, each as dbt-duckdb writes it. `reads_clock`: whether what is rendered may read the clock."""

    def current_timestamp() -> str:
        if not reads_clock():
            raise ConvsqlError(
                "convsql does not support 'current_timestamp' in models: a result must not depend on when it is made",
                hint="pass a variable, or let models read the clock: `vars: {allow_clock: true}`",
            )
        return "now()"

    functions: dict[str, Callable[..., Any]] = {
        "type_string": lambda: "varchar",
        "type_timestamp": lambda: "timestamp",
        "type_int": lambda: "integer",
        "type_bigint": lambda: "bigint",
        "type_float": lambda: "float",
        "type_numeric": lambda: "numeric(28,6)",
        "type_boolean": lambda: "boolean",
        "date": lambda year, month, day: f"make_date({year}, {month}, {day})",
        "dateadd": _dateadd,
        "datediff": _datediff,
        "date_trunc": lambda datepart, date: f"date_trunc('{datepart}', {date})",
        "last_day": _last_day,
        "current_timestamp": current_timestamp,
        "current_timestamp_backcompat": lambda: f"{current_timestamp()}::timestamp",
        "current_timestamp_in_utc_backcompat": lambda: f"{current_timestamp()}::timestamp",
        "generate_series": lambda upper_bound: (
            f"select generate_series as generated_number from generate_series(1, {upper_bound})"
        ),
        "get_powers_of_two": _powers_of_two,
        "listagg": _listagg,
        "concat": lambda fields: " || ".join(map(str, fields)),
        "hash": lambda field: f"md5(cast({field} as varchar))",
        "length": lambda expression: f"length({expression})",
        "safe_cast": _cast,
        "cast": _cast,
        "string_literal": lambda value: f"'{value}'",
        "escape_single_quotes": lambda expression: str(expression).replace("'", "''"),
        "bool_or": lambda expression: f"bool_or({expression})",
        "any_value": lambda expression: f"arbitrary({expression})",
        "replace": lambda field, old_chars, new_chars: f"replace({field}, {old_chars}, {new_chars})",
        "right": lambda string_text, length_expression: f"right({string_text}, {length_expression})",
        "position": lambda substring_text, string_text: f"position({substring_text} in {string_text})",
        "split_part": lambda string_text, delimiter_text, part_number: (
            f"string_split({string_text}, {delimiter_text})[{part_number}]"
        ),
        "except": lambda: "except",
        "intersect": lambda: "intersect",
        "equals": lambda expr1, expr2: f"({expr1} = {expr2})",
        "cast_bool_to_text": lambda field: f"cast({field} as varchar)",
        "array_construct": lambda inputs=(), data_type="integer": (
            f"array[{', '.join(map(str, inputs))}]" if inputs else f"array[]::{data_type}[]"
        ),
        "array_append": lambda array, new_element: f"array_append({array}, {new_element})",
        "array_concat": lambda array_1, array_2: f"array_cat({array_1}, {array_2})",
    }
    return functions
