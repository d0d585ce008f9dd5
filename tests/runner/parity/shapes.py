"""Projects in the shapes that people have them: what dbt builds of each, convsql builds too, or refuses by name."""

from __future__ import annotations

PROJECT = "name: shape\nversion: '1.0'\nprofile: shape\n"
PROFILES = "shape:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: wh.duckdb, threads: 1}\n    prod: {type: duckdb, path: other.duckdb}\n"
CUSTOMERS = {"seeds/raw_customers.csv": "id,first_name,last_name\n1,Ada,L\n2,Bob,\n3,Cy,M\n"}
ORDERS = {
    "seeds/raw_orders.csv": "id,user_id,order_date,status\n1,1,2024-01-01,paid\n2,1,2024-01-05,open\n3,3,2024-02-01,paid\n",
    "seeds/raw_payments.csv": "id,order_id,method,amount\n1,1,card,10\n2,1,coupon,5\n3,2,card,7\n4,3,transfer,20\n",
}
STAGING = {
    "models/staging/stg_customers.sql": "select id as customer_id, first_name, last_name from {{ ref('raw_customers') }}",
    "models/staging/stg_orders.sql": "with source as (select * from {{ ref('raw_orders') }}), renamed as (select id as order_id, user_id as customer_id, order_date, status from source) select * from renamed",
    "models/staging/stg_payments.sql": "select id as payment_id, order_id, method, amount / 100.0 as amount from {{ ref('raw_payments') }}",
}
OTHERS = {
    "packages.yml": "packages: [{local: vendor/others}]\n",
    "vendor/others/dbt_project.yml": "name: others\nversion: '1.0'\n",
    "vendor/others/macros/m.sql": """
{% macro star(from, except=[]) %}{{ return(adapter.dispatch('star', 'others')(from, except)) }}{% endmacro %}
{% macro default__star(from, except=[]) %}
  {%- if not execute -%}{{ return('*') }}{%- endif -%}
  {%- set kept = [] -%}
  {%- for column in adapter.get_columns_in_relation(from) if column.name not in except -%}
    {%- do kept.append(adapter.quote(column.name)) -%}
  {%- endfor -%}
  {{ return(kept | join(', ')) }}
{% endmacro %}
{% macro union_all(relations) %}
  {%- for relation in relations %}
    select cast('{{ relation }}' as varchar) as came_from, {{ others.star(relation) }} from {{ relation }}
    {% if not loop.last %}union all{% endif %}
  {%- endfor %}
{% endmacro %}
{% macro _private(x) %}{{ x }} + 1{% endmacro %}
{% macro cents(x) %}{{ return(adapter.dispatch('cents', 'others')(x)) }}{% endmacro %}
{% macro default__cents(x) %}cast({{ x }} * 100 as bigint){% endmacro %}
""",
}
SCHEMA_AS_SAID = "{% macro generate_schema_name(custom_schema_name, node) -%}{%- if custom_schema_name is none -%}{{ target.schema }}{%- else -%}{{ custom_schema_name | trim }}{%- endif -%}{%- endmacro %}"

ASKING = """
{% macro column_values(table, column) %}
  {%- if not execute -%}{{ return([]) }}{%- endif -%}
  {%- if load_relation(table) is none -%}{{ exceptions.raise_compiler_error('no ' ~ table) }}{%- endif -%}
  {%- call statement('values', fetch_result=true) -%}
    select {{ column }} as value from {{ table }} group by {{ column }} order by count(*) desc
  {%- endcall -%}
  {{ return(load_result('values')['data'] | map(attribute=0) | list) }}
{% endmacro %}
{% macro pivot(column, values, amount) %}
  {% for v in values %}sum(case when {{ column }} = '{{ v }}' then {{ amount }} else 0 end) as {{ adapter.quote(v) }}{{ ',' if not loop.last }}{% endfor %}
{% endmacro %}
{% macro star(from, except=[]) %}
  {%- set kept = [] -%}
  {%- for col in adapter.get_columns_in_relation(from) if col.column not in except %}{% do kept.append(adapter.quote(col.column)) %}{% endfor -%}
  {{ return(kept | join(', ') or '*') }}
{% endmacro %}
{% macro unpivot(relation, key) %}
  {%- for col in adapter.get_columns_in_relation(relation) if col.column != key %}
    select {{ key }}, cast('{{ col.column }}' as {{ dbt.type_string() }}) as field, cast({{ adapter.quote(col.column) }} as double) as value from {{ relation }}
    {% if not loop.last %}union all{% endif %}
  {%- else %}select 1 as id from {{ relation }}{% endfor -%}
{% endmacro %}
{% macro single(query) %}
  {%- call statement('single', fetch_result=true, auto_begin=false) -%}{{ query }}{%- endcall -%}
  {%- if execute -%}{{ return(load_result('single').table.columns[0].values()[0]) }}{%- endif -%}
{% endmacro %}
{% macro as_dict(query) %}
  {%- call statement('dict', fetch_result=true, auto_begin=false) -%}{{ query }}{%- endcall -%}
  {%- set found = {} -%}
  {%- if execute -%}{%- for name, column in load_result('dict').table.columns.items() %}{% do found.update({name: column.values()}) %}{% endfor -%}{%- endif -%}
  {{ return(found) }}
{% endmacro %}
"""
"""Macros that ask, as dbt_utils writes `get_column_values`, `pivot`, `star`, `unpivot`, `get_single_value` and `get_query_results_as_dict`."""

BUILT: dict[str, dict[str, str]] = {
    "starter": {
        "models/example/my_first_dbt_model.sql": "/* Welcome! */\n{{ config(materialized='table') }}\nwith source_data as (\n    select 1 as id\n    union all\n    select null as id\n)\nselect *\nfrom source_data\nwhere id is not null\n",
        "models/example/my_second_dbt_model.sql": "select *\nfrom {{ ref('my_first_dbt_model') }}\nwhere id = 1\n",
        "models/example/schema.yml": "version: 2\nmodels:\n  - name: my_first_dbt_model\n    description: \"A starter dbt model\"\n    columns: [{name: id, description: The key, data_tests: [unique, not_null]}]\n",
        "dbt_project.yml": PROJECT + "config-version: 2\nmodel-paths: [models]\nanalysis-paths: [analyses]\ntest-paths: [tests]\nseed-paths: [seeds]\nmacro-paths: [macros]\nsnapshot-paths: [snapshots]\nclean-targets: [target, dbt_packages]\nmodels:\n  shape:\n    example:\n      +materialized: view\n",
    },
    "shop": {
        **CUSTOMERS, **ORDERS, **STAGING,
        "models/customers.sql": "select c.customer_id, count(o.order_id) as n, min(o.order_date) as first_order from {{ ref('stg_customers') }} as c left join {{ ref('stg_orders') }} as o using (customer_id) group by 1",
        "models/orders.sql": "{% set methods = ['card', 'coupon', 'transfer'] %}select order_id, {% for m in methods -%} sum(case when method = '{{ m }}' then amount else 0 end) as {{ m }}_amount, {% endfor -%} sum(amount) as total from {{ ref('stg_payments') }} group by order_id",
        "dbt_project.yml": PROJECT + "models: {shape: {staging: {+materialized: view}, +materialized: table}}\n",
    },
    "seeds_as_sources": {
        **CUSTOMERS,
        "dbt_project.yml": PROJECT + "seeds: {shape: {+schema: raw}}\n",
        "macros/names.sql": SCHEMA_AS_SAID,
        "models/sources.yml": "sources: [{name: ecom, schema: raw, tables: [{name: customers, identifier: raw_customers, columns: [{name: id, data_tests: [unique]}]}]}]\n",
        "models/c.sql": "-- depends_on: {{ ref('raw_customers') }}\nselect * from {{ source('ecom', 'customers') }}",
    },
    "schemas_by_target": {
        "macros/names.sql": "{% macro generate_schema_name(custom_schema_name, node) -%}{{ generate_schema_name_for_env(custom_schema_name, node) }}{%- endmacro %}",
        "models/a.sql": "{{ config(schema='marts') }} select '{{ this.schema }}' as s",
    },
    "aliases_by_macro": {
        "macros/names.sql": "{% macro generate_alias_name(custom_alias_name=none, node=none) -%}{%- if custom_alias_name -%}{{ custom_alias_name | trim }}{%- else -%}{{ node.fqn[-2] }}__{{ node.name }}{%- endif -%}{%- endmacro %}",
        "models/core/a.sql": "select 1 as id",
        "models/core/b.sql": "{{ config(alias='said') }} select id, '{{ this.identifier }}' as me from {{ ref('a') }}",
    },
    "schemas_by_folder": {
        "dbt_project.yml": PROJECT + "models: {shape: {marts: {+schema: marts, +materialized: table, +tags: [nightly]}}}\n",
        "models/marts/a.sql": "select 1 as id",
        "models/b.sql": "select * from {{ ref('a') }}",
    },
    "alias_in_file": {"models/a.sql": "select '{{ this.name }} {{ this.schema }} {{ model.alias }}' as x {{ config(alias='b', schema='s') }}"},
    "incremental_merge": {
        **ORDERS,
        "models/a.sql": "{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert') }} select * from {{ ref('raw_orders') }} {% if is_incremental() %} where order_date >= (select max(order_date) from {{ this }}) {% endif %}",
    },
    "incremental_append": {
        **ORDERS,
        "models/a.sql": "{{ config(materialized='incremental', on_schema_change='fail') }} select id, {{ 'true' if is_incremental() else 'false' }} as again from {{ ref('raw_orders') }}",
    },
    "ephemeral": {
        "models/a.sql": "{{ config(materialized='ephemeral') }} select 1 as id",
        "models/b.sql": "{{ config(materialized='ephemeral') }} with x as (select * from {{ ref('a') }}) select id + 1 as id from x",
        "models/c.sql": "with y as (select * from {{ ref('b') }}) select * from y union all select * from {{ ref('a') }}",
    },
    "columns_of_relations": {
        **CUSTOMERS, **OTHERS,
        "models/a.sql": "select {{ others.star(ref('raw_customers'), except=['last_name']) }} from {{ ref('raw_customers') }}",
        "models/b.sql": "{{ others.union_all([ref('a'), ref('a')]) }}",
    },
    "private_and_dispatched": {
        **OTHERS,
        "macros/mine.sql": "{% macro default__cents(x) %}{{ x }}{% endmacro %}",
        "dbt_project.yml": PROJECT + "dispatch: [{macro_namespace: others, search_order: [shape, others]}]\n",
        "models/a.sql": "select {{ others._private(1) }} as a, {{ others.cents(2) }} as b",
    },
    "package_with_models": {
        **OTHERS,
        "vendor/others/models/p.sql": "{{ config(materialized=var('how', 'view')) }} select '{{ var('word', 'none') }}' as word",
        "vendor/others/seeds/s.csv": "k,v\na,1\n",
        "dbt_project.yml": PROJECT + "vars: {others: {word: mine}, how: table}\nmodels: {others: {+schema: pkg}}\nseeds: {others: {s: {+column_types: {v: varchar}}}}\n",
        "models/a.sql": "select word, v from {{ ref('others', 'p') }}, {{ ref('s') }}",
    },
    "lists_and_mappings": {
        "macros/m.sql": "{% macro kinds() %}{{ return(['a', 'b']) }}{% endmacro %}",
        "models/a.sql": "{% set k = kinds() %}{% do k.append('c') %}{% set m = {} %}{% for x in k %}{% do m.update({x: loop.index}) %}{% endfor %}{% set s = set(k) %}{% do s.discard('a') %}select {% for key, n in m.items() %}{{ n }} as {{ key }}{{ ',' if not loop.last }}{% endfor %}, {{ s | length }} as n",
        "models/b.sql": "select '{{ kinds() | join }}' as x",
    },
    "dates": {
        "models/a.sql": "{{ dbt.date_spine('day', \"cast('2024-01-01' as date)\", \"cast('2024-01-10' as date)\") }}",
        "models/b.sql": "select {{ dbt.dateadd('week', 2, \"cast('2024-01-31' as date)\") }} as a, {{ dbt.datediff(\"cast('2024-01-06' as date)\", \"cast('2024-01-09' as date)\", 'week') }} as b, {{ dbt.last_day(\"cast('2024-02-03' as date)\", 'quarter') }} as c, {{ dbt.date_trunc('month', \"cast('2024-02-03' as date)\") }} as d",
    },
    "across_databases": {
        "models/a.sql": "select {{ dbt.concat([\"'a'\", \"'b'\"]) }} as a, {{ dbt.split_part(\"'a|b'\", \"'|'\", 3) }} as b, {{ dbt.safe_cast(\"'7'\", api.Column.translate_type('integer')) }} as c, {{ dbt.hash(\"'x'\") }} as d, {{ dbt.right(\"'abc'\", 2) }} as e, {{ dbt.position(\"'b'\", \"'abc'\") }} as f, {{ dbt.cast_bool_to_text('true') }} as g, cast(1 as {{ dbt.type_numeric() }}) as h, {{ dbt.array_construct([1, 2]) }} as i",
        "models/b.sql": "select {{ dbt.listagg('x', \"'-'\", 'order by x', 2) }} as a, {{ dbt.bool_or('x > 1') }} as b, {{ dbt.any_value('1') }} as c from (values (1), (2), (3)) as t(x)",
    },
    "files": {
        "raw/things.csv": "id,word\n1,a\n2,b\n",
        "models/s.yml": "sources: [{name: raw, meta: {external_location: \"read_csv('raw/{name}.csv')\"}, tables: [{name: things}]}]\n",
        "models/a.sql": "{{ config(materialized='table') }} select * from {{ source('raw', 'things') }}",
    },
    "target_and_environment": {
        "dbt_project.yml": PROJECT + "vars: {where_to: \"{{ target.name }}\"}\nmodels: {shape: {+enabled: \"{{ target.name == 'dev' }}\", +schema: \"{{ env_var('NOT_SET_HERE', 'x') }}\"}}\n",
        "models/a.sql": "select '{{ var('where_to') }} {{ target.schema }} {{ target.type }}' as x",
    },
    "data_tests": {
        **CUSTOMERS,
        "tests/generic/positive.sql": "{% test positive(model, column_name, than=0) %}select * from {{ model }} where {{ column_name }} <= {{ than }}{% endtest %}",
        "tests/no_bob_twice.sql": "{{ config(severity='warn') }} select first_name from {{ ref('raw_customers') }} group by 1 having count(*) > 1",
        "models/a.sql": "select * from {{ ref('raw_customers') }}",
        "models/p.yml": "models: [{name: a, columns: [{name: id, data_tests: [unique, positive, {positive: {name: above, arguments: {than: -1}}}, {relationships: {arguments: {to: ref('raw_customers'), field: id}}}]}, {name: last_name, data_tests: [{not_null: {config: {severity: warn}}}, {accepted_values: {arguments: {values: [L, M]}}}]}]}]\n",
    },
    "unit_tests": {
        **CUSTOMERS,
        "models/a.sql": "select id, upper(first_name) as name from {{ ref('raw_customers') }}",
        "models/p.yml": "unit_tests: [{name: loud, model: a, given: [{input: ref('raw_customers'), rows: [{id: 1, first_name: x}]}], expect: {rows: [{id: 1, name: X}]}}]\n",
    },
    "governed": {
        "models/a.sql": "select 1 as id",
        "models/p.yml": "models: [{name: a, access: public, group: finance, description: \"{{ doc('words') }}\", docs: {show: true}, config: {contract: {enforced: true}, persist_docs: {relation: true}}, columns: [{name: id, data_type: integer, description: Key}]}]\ngroups: [{name: finance, owner: {name: me}}]\nexposures: [{name: weekly, type: dashboard, owner: {name: me}, depends_on: [ref('a')]}]\n",
        "models/words.md": "{% docs words %}What a is.{% enddocs %}",
    },
    "configs_of_others": {
        "models/a.sql": "{{ config(materialized='table', sort='id', dist='even', transient=true, cluster_by=['id'], my_own={'x': 3}) }} select {{ config.get('my_own').x }} as id",
        "models/p.yml": "models: [{name: a, config: {snowflake_warehouse: big}}]\n",
    },
    "selectors_and_keys": {
        **CUSTOMERS,
        "selectors.yml": "selectors: [{name: nightly, definition: {method: tag, value: nightly}}]\n",
        "models/p.yml": "models: [{name: raw_customers, columns: [{name: id, data_tests: [not_null]}]}]\n",
        "models/a.sql": "{{ config(tags=['nightly']) }} select id from {{ ref('raw_customers') }}",
    },
    "typed_seeds": {
        "seeds/codes.csv": "code;name;at\n007;a;2024-01-01\n010;;2024-01-02 03:04:05\n",
        "seeds/p.yml": "seeds: [{name: codes, config: {delimiter: ';', column_types: {code: varchar(3)}, alias: zip_codes}}]\n",
        "models/a.sql": "select code, name from {{ ref('codes') }}",
    },
    "logging": {"models/a.sql": "{{ log('seen ' ~ model.name, info=true) }}{% do print(target.name) %} select {{ 1 if execute else 2 }} as id"},
    "stored_failures": {
        "tests/generic/ok.sql": "{% test ok(model) %}select {{ '*' if should_store_failures() else 1 }} from {{ model }} where false{% endtest %}",
        "models/a.sql": "select 1 as id",
        "models/p.yml": "models: [{name: a, data_tests: [ok]}]\n",
    },
    "dependencies": {
        "dependencies.yml": "packages: [{local: vendor/others}]\n",
        **{k: v for k, v in OTHERS.items() if k != "packages.yml"},
        "models/a.sql": "select {{ others.cents('1.5') }} as x, '{{ local_md5('a') }}' as y, '{{ modules.re.sub('[^a-z]', '_', 'a-b') }}' as z, {{ fromjson('[1, 2]')[1] }} as w",
    },
    "rows_in_templates": {
        **CUSTOMERS,
        "models/a.sql": "{% set found = run_query('select id from ' ~ ref('raw_customers')) %}select {{ found.columns[0].values() | length if execute else 0 }} as n",
    },
    "asked_of_parents": {
        "packages.yml": "packages: [{local: vendor/asking}]\n",
        "vendor/asking/dbt_project.yml": "name: asking\nversion: 1.0.0\n",
        "vendor/asking/macros/m.sql": ASKING,
        "seeds/s.csv": "id,colour,amount,seen_on\n1,red,1.5,2024-01-01\n2,blue,2.5,2024-01-02\n3,red,3,2024-01-03\n4,red,4,2024-01-03\n5,green,4,2024-01-04\n6,blue,,2024-01-04\n",
        "models/first.sql": "{{ config(materialized='table') }} select * from {{ ref('s') }}",
        "models/wide.sql": "select seen_on, {{ asking.pivot('colour', asking.column_values(ref('first'), 'colour'), 'amount') }} from {{ ref('first') }} group by 1",
        "models/long.sql": "{{ asking.unpivot(ref('wide'), 'seen_on') }}",
        "models/some.sql": "select {{ asking.star(ref('wide'), ['red']) }} from {{ ref('wide') }}",
        "models/counted.sql": "select id, colour from {{ ref('first') }} where id > (select count(*) from {{ ref('long') }}) - 10",
        "models/single.sql": "select {{ asking.single('select max(amount) from ' ~ ref('first')) }} as m, '{{ asking.single('select max(seen_on) from ' ~ ref('s')) }}' as d",
        "models/listed.sql": "{% set r = asking.as_dict('select id, colour from ' ~ ref('counted') ~ ' order by id') %} select {{ r['id'] | sum if execute else 0 }} as n, '{{ r['colour'] | join('-') if execute else '' }}' as c",
        "tests/as_many.sql": "{% set n = asking.single('select count(*) from ' ~ ref('first')) %} select count(*) from {{ ref('s') }} having count(*) <> {{ n or 0 }}",
    },
    "hooks_allowed": {
        "dbt_project.yml": PROJECT + """
vars: {allow_hooks: true}
on-run-start: "{{ audit_table() }}"
on-run-end:
  - "{% for schema in schemas %}insert into {{ target.schema }}.audit values ('end', '{{ schema }}');{% endfor %}"
  - "{{ noted('end', target.name) }}"
models:
  shape:
    +post-hook: ["{{ noted('built', this.name) }}"]
    marts: {+materialized: table, +post-hook: "create index if not exists of_{{ this.name }} on {{ this }} (id)"}
seeds: {shape: {+pre-hook: "insert into {{ this.schema }}.audit select 'seed', '{{ model.name }}'"}}
""",
        "macros/hooks.sql": "{% macro audit_table() %}create table if not exists {{ target.schema }}.audit (what varchar, which varchar){% endmacro %}{% macro noted(what, which) %}{% if target.name == 'dev' %}insert into {{ target.schema }}.audit (what, which) values ('{{ what }}', '{{ which }}'){% endif %}{% endmacro %}",
        "seeds/s.csv": "id,n\n1,2\n",
        "models/marts/a.sql": "{{ config(post_hook=[{'sql': \"insert into {{ target.schema }}.audit select 'rows', count(*)::varchar from {{ this }}\", 'transaction': true}]) }} select id from {{ ref('s') }}",
        "models/b.sql": "select * from {{ ref('a') }}",
    },
}  # fmt: skip
"""Name → the files of a project that both build to the same rows."""

REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "hooks": (
        {"models/a.sql": "{{ config(post_hook='create table main.log as select 1 as x') }} select 1 as id"},
        "convsql does not run hooks (config 'post_hook')",
    ),
    "run_hooks": (
        {"dbt_project.yml": PROJECT + "on-run-end: ['select 1']\n", "models/a.sql": "select 1 as id"},
        "convsql does not run hooks ('on-run-end')",
    ),
    "snapshots": (
        {**CUSTOMERS, "snapshots/s.yml": "snapshots: [{name: s, relation: ref('raw_customers'), config: {unique_key: id, strategy: check, check_cols: all}}]\n"},
        "convsql does not support snapshots",
    ),
    "python": (
        {"models/a.py": "def model(dbt, session):\n    return session.sql('select 1 as id')\n"},
        "convsql does not support Python models",
    ),
    "catalogue_in_templates": (
        {"models/a.sql": "{% set found = run_query(\"select table_name from information_schema.tables where table_name like 'raw%'\") %}select {{ found.columns[0].values() | length if execute else 0 }} as n"},
        "convsql does not support 'run_query' over the database's own catalogue",
    ),
}  # fmt: skip
"""Name → the files of a project that dbt builds, and what convsql says of it."""
