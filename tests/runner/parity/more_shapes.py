"""More projects in shapes that people have them: what teaching projects do in SQL and templates, and what lies around models."""

from __future__ import annotations

MORE: dict[str, dict[str, str]] = {
    "duckdb_sql": {
        "seeds/sales.csv": """Day,Region,Units Sold
2024-01-01,n,3
2024-01-01,s,4
2024-01-02,n,5
2024-01-03,,7
""",
        "models/friendly.sql": "from {{ ref('sales') }} select * exclude (\"Units Sold\"), \"Units Sold\" as units -- the end",
        "models/pivoted.sql": "{{ config(materialized='table') }}\npivot {{ ref('friendly') }} on Region in ('n', 's') using sum(units) group by Day order by Day",
        "models/windowed.sql": "select *, sum(units) over w as running, lag(units) over w as before from {{ ref('friendly') }} window w as (partition by Region order by Day) qualify row_number() over (partition by Region order by Day desc) = 1",
        "models/lists.sql": "with recursive up(n) as (select 1 union all select n + 1 from up where n < 4) select list(n order by n) as ns, list_transform([1,2], lambda x : x + 1) as ls, {'a': 1, 'b': [2]} as s, map {'k': 1} as m from up",
        "models/flat.sql": "select unnest(ns) as n, s.a, s.b[1] as b from {{ ref('lists') }}",
        "models/by_name.sql": "select 1 as a, 2 as b union all by name select 3 as b, 'x' as c",
        "models/cols.sql": "select min(columns(* exclude Region)) from {{ ref('friendly') }}",
        "models/asof.sql": "select a.Day, b.units from {{ ref('friendly') }} a asof left join (select Day, units from {{ ref('friendly') }} where Region = 's') b on a.Day >= b.Day",
        "models/vals.sql": "select * from (values (1, date '2024-01-01', timestamp '2024-01-01 10:00', interval 3 day, 1.50::decimal(5,2), true, null, 'é\"''x', time '10:00', '\\xAA'::blob, uuid '00000000-0000-0000-0000-000000000001')) as t(i, d, ts, iv, dc, b, nl, txt, tm, bl, u)",
    },
    "macros_of_all_kinds": {
        "dbt_project.yml": """name: shape
version: '1.0'
profile: shape
vars:
  start: '2024-01-01'
  levels: {gold: 3, silver: 2}
  shape: {only_here: yes it is}
""",
        "macros/overrides.sql": "{% macro ref() %}{% set found = builtins.ref(*varargs, **kwargs) %}{% do return(found) %}{% endmacro %}",
        "macros/m.sql": """
{%- macro wrap(tag) -%}{{ tag }}({{ caller() }}){%- endmacro -%}
{% macro any_of() %}{{ varargs | join('+') }}{% if kwargs %} + {{ kwargs.more }}{% endif %}{% endmacro %}
{% macro total(ns) %}{% set t = namespace(n=0) %}{% for x in ns %}{% set t.n = t.n + x %}{% endfor %}{{ return(t.n) }}{% endmacro %}
{% macro facts() %}{{ return({'a': [1, 2], 'b': {'c': 'd'}}) }}{% endmacro %}
{% macro case_of(column, levels) -%}
case {{ column }}
{% for name, n in levels.items() %}when '{{ name }}' then {{ n }} {% endfor %}else 0 end
{%- endmacro %}
""",
        "models/a.sql": """
{# a comment with {{ ref('nowhere') }} #}
{%- set q -%}select {{ any_of(1, 2, more=3) }} as n{%- endset -%}
{% set ns = facts() %}
{{ q }}, 8 as l, {% call wrap('abs') %}-3{% endcall %} as w, {{ total([1,2,3]) }} as t, '{{ ns.b.c }}{{ ns['a'] | last }}' as f
     , '{{ tojson(ns) }}' as j, '{{ fromyaml("a: [1, 2]").a | sum }}' as y, '{{ toyaml({'k': 1}) | trim }}' as k
     , {% raw %}'{{ not jinja }}'{% endraw %} as r
     , {{ zip([1, 2], ['a', 'b']) | list | length }} as z, '{{ set([1, 1]) | length }}' as s
     , '{{ modules.datetime.date(2024, 1, 31).strftime("%Y/%m") }}' as d
     , '{{ (modules.datetime.datetime.strptime(var("start"), "%Y-%m-%d") + modules.datetime.timedelta(days=3)).date().isoformat() }}' as d2
""",
        "models/b.sql": "select {{ case_of(\"'gold'\", var('levels')) }} as g, '{{ var('only_here') }}' as v, {{ 1 if var('not_there', none) is none else 2 }} as n, '{{ this }}' as me, '{{ model.fqn | join('.') }}' as f, '{{ target.profile_name }}' as p, '{{ ref('a').identifier }}' as i from {{ ref('shape', 'a') }}",
        "models/c.sql": "{% for m in ['a', 'b'] %}select '{{ m }}' as m, '{{ loop.index0 }}' as i, count(*) as n from {{ ref(m) }}{% if not loop.last %} union all {% endif %}{% endfor %}",
        "models/d.sql": "{%- set cols = dbt_utils_like | default('x') -%} select '{{ cols }}' as c, {{ 5 // 2 }} as fl, {{ (7 / 2) | round(1) }} as r, '{{ \"%05d\" | format(42) }}' as p, '{{ \"a,b\".split(\",\")[1] | upper }}' as u, {{ [3,1,2] | sort | first }} as f, '{{ {\"b\": 1, \"a\": 2} | dictsort | map(\"first\") | join }}' as ds, {{ 'true' if 'a' is string and 1 is number else 'false' }} as b, '{{ [1,2,3,4] | batch(2) | list }}' as bt, '{{ \"x\" ~ 1 }}' as cc",
    },
    "tests_with_thresholds": {
        "seeds/t.csv": """id,kind,n
1,a,1
2,b,
2,c,3
""",
        "models/a.sql": "select * from {{ ref('t') }}",
        "models/e.sql": "{{ config(materialized='ephemeral') }} select * from {{ ref('a') }} where n is not null",
        "tests/generic/at_most.sql": "{% test at_most(model, column_name, most, group=none) %}{{ config(severity='warn') }}select {{ column_name }}, count(*) as n from {{ model }} group by 1 having count(*) > {{ most }}{% endtest %}",
        "tests/generic/old.sql": "{% macro test_old_style(model, arg) %}select 1 where {{ arg }} > 1{% endmacro %}",
        "tests/sub/one.sql": "{{ config(error_if='>5', warn_if='>1', tags=['x'], store_failures=true) }}\nselect * from {{ ref('a') }}",
        "tests/sub/limited.sql": "{{ config(limit=1, fail_calc='sum(n)', severity='warn') }} select 0 as n from {{ ref('a') }}",
        "models/p.yml": """version: 2
models:
  - name: a
    tests:
      - unique: {column_name: "id || kind"}
    columns:
      - name: id
        tests:
          - not_null
          - unique: {config: {where: "kind <> 'c'", severity: error}}
          - at_most: {most: 1}
          - accepted_values: {values: [1, 2], quote: false}
      - name: kind
        data_tests:
          - accepted_values: {name: kinds, arguments: {values: ['a', 'b', 'c']}, config: {tags: [nightly], meta: {o: me}}}
          - relationships: {arguments: {to: ref('t'), field: kind}}
  - name: e
    columns: [{name: n, tests: [not_null]}]
""",
    },
    "sources_of_files": {
        "data/a-1.csv": "id,n\n1,2\n",
        "data/a-2.csv": "id,n\n2,3\n",
        "data/j.json": "[{\"id\": 1, \"tags\": [\"x\", \"y\"], \"o\": {\"k\": 1}}]\n",
        "data/l.ndjson": "{\"id\": 1}\n{\"id\": 2}\n",
        "models/s.yml": """
sources:
  - name: files
    description: "{{ var('what', 'files') }}"
    meta: {external_location: "data/{name}.json", owner: me}
    tables:
      - name: j
      - name: many
        meta: {external_location: "read_csv('data/a-*.csv', union_by_name=true, filename=false)"}
        columns: [{name: id, data_tests: [unique, not_null]}]
      - name: lines
        identifier: l
        config: {meta: {external_location: "read_json_auto('data/{identifier}.ndjson', format = 'newline_delimited')"}}
""",
        "models/a.sql": "{{ config(materialized='table') }} select m.id, m.n, j.tags[1] as t, j.o.k from {{ source('files', 'many') }} m left join {{ source('files', 'j') }} j using (id)",
        "models/b.sql": "{{ config(materialized='table') }} select count(*) as n from {{ source('files', 'lines') }}",
    },
    "names_with_quirks": {
        "seeds/Mixed_Case.csv": "\ufeffId,First Name,select,Ünï\n1,Ann,x,é\n2,,\"y, z\",\n",
        "seeds/nested/deep/flags.csv": "flag,at,amount,code\ntrue,2024-01-01 10:00:00,1.5,01\nfalse,,2,02\n",
        "seeds/s.yml": "seeds: [{name: flags, config: {column_types: {code: varchar}, quote_columns: true}}]\n",
        "models/1_first.sql": "select * from {{ ref('Mixed_Case') }}",
        "models/Upper.sql": "select \"First Name\", \"select\" from {{ ref('1_first') }}",
        "models/with-dash.sql": "select count(*) as \"a b\" from {{ ref('Upper') }}",
        "models/order.sql": "{{ config(alias='group') }} select * from {{ ref('flags') }}",
        "models/last.sql": "select * from {{ ref('order') }}",
        "models/p.yml": "models: [{name: Upper, columns: [{name: First Name, quote: true, data_tests: [unique]}, {name: select, quote: true, data_tests: [not_null]}]}]\n",
    },
    "analyses_and_docs": {
        "dbt_project.yml": """name: shape
version: '1.0'
profile: shape
config-version: 2
analysis-paths: [analyses]
asset-paths: [assets]
docs-paths: [docs]
require-dbt-version: ['>=1.0.0', '<3.0.0']
query-comment: 'run by {{ target.user }}'
flags: {send_anonymous_usage_stats: false}
models:
  shape:
    +persist_docs: {relation: true, columns: true}
    marts: {finance: {+tags: [finance], +group: fin, +enabled: "{{ var('with_finance', true) | as_bool }}"}}
    old: {+enabled: false}
""",
        "analyses/look.sql": "select * from {{ ref('a') }} where {{ nothing_here }} = 1",
        "analyses/a.yml": "analyses: [{name: look, description: x}]\n",
        "docs/w.md": "{% docs words %}*What* it is: it{% enddocs %}\n{% docs more %}x{% enddocs %}\n",
        "models/marts/finance/a.sql": "select 1 as id, date '2024-01-01' as day",
        "models/old/z.sql": "select * from {{ ref('nowhere') }}",
        "models/spine.sql": "select cast(range as date) as date_day from range(date '2024-01-01', date '2024-01-05', interval 1 day)",
        "models/all.yml": """version: 2
groups: [{name: fin, owner: {email: a@b.c, slack: x}}]
models:
  - name: a
    description: "{{ doc('words') }} {{ doc('shape', 'more') }}"
    access: protected
    config: {meta: {owner: "{{ env_var('NOBODY', 'me') }}"}, contract: {enforced: false}}
    columns: [{name: id, description: '{{ doc("more") }}', meta: {x: 1}, tags: [pk]}]
  - {name: spine, time_spine: {standard_granularity_column: date_day}, columns: [{name: date_day, granularity: day}]}
macros: [{name: m, description: A macro, arguments: [{name: x, type: string}]}]
exposures: [{name: board, label: The Board, type: dashboard, owner: {email: a@b.c}, depends_on: [ref('a')], tags: [x], meta: {a: 1}}]
""",
        "macros/m.sql": "{% macro m(x) %}{{ x }}{% endmacro %}",
    },
    "packages_of_packages": {
        "packages.yml": "packages:\n  - local: vendor/one\n",
        "vendor/one/dbt_project.yml": """name: one
version: '1.0'
models: {one: {+materialized: table, +schema: one}}
vars: {one: {a: 1}}
""",
        "vendor/one/packages.yml": "packages:\n  - local: vendor/two\n",
        "vendor/two/dbt_project.yml": "name: two\nversion: '1.0'\n",
        "vendor/two/macros/t.sql": "{% macro deep(x) %}{{ return(adapter.dispatch('deep', 'two')(x)) }}{% endmacro %}{% macro default__deep(x) %}{{ x }} + {{ var('a', 5) }}{% endmacro %}",
        "vendor/one/models/p.sql": "select {{ two.deep(1) }} as x, {{ var('a') }} as a",
        "vendor/one/models/p.yml": "models: [{name: p, columns: [{name: x, data_tests: [not_null, {two.odd: {}}]}]}]\n",
        "vendor/two/tests/generic/odd.sql": "{% test odd(model, column_name) %}select * from {{ model }} where {{ column_name }} % 2 = 7{% endtest %}",
        "models/a.sql": "select * from {{ ref('one', 'p') }}",
    },
    "columns_by_rows": {
        "seeds/events.csv": """id,kind,seen,amount
1,open,2024-01-01 00:00:00,1
2,click,2024-01-02 00:00:00,2
3,open,2024-01-02 00:00:00,
""",
        "models/a.sql": """
{%- set q -%}select distinct kind from {{ ref('events') }} order by 1{%- endset -%}
{%- if execute -%}{%- set found = run_query(q).columns['kind'].values() -%}{%- else -%}{%- set found = [] -%}{%- endif -%}
select date_trunc('day', seen) as day
{%- for t in found %}
    , sum(case when kind = '{{ t }}' then 1 else 0 end) as n_{{ t | replace(' ', '_') | lower }}
{%- endfor %}
from {{ ref('events') }}
group by 1
""",
        "models/b.sql": "{% set cols = adapter.get_columns_in_relation(ref('a')) %}select {% for c in cols %}{{ c.quoted }}{% if c.is_numeric() or c.is_integer() %} * 2{% endif %} as {{ c.name }}{{ ', ' if not loop.last }}{% endfor %}{% if not cols %}*{% endif %} from {{ ref('a') }}",
        "models/c.sql": "{% set r = load_relation(ref('a')) %}select '{{ ref('a').schema }}' as s",
        "models/d.sql": "{%- set results = dbt_utils_get(ref('events')) if false else [] -%}{% set t = run_query('select max(amount) as m, count(*) as n from ' ~ ref('events')) %}{% if execute %}{% set row = t.rows[0] %}select {{ row['m'] }} as m, {{ row[1] }} as n, '{{ t.column_names | join(',') }}' as c{% else %}select 1 as m, 1 as n, '' as c{% endif %}",
    },
    "unit_tests_of_all_kinds": {
        "seeds/raw.csv": "id,amount,seen\n1,2.5,2024-01-01\n2,3.5,2024-01-02\n",
        "tests/fixtures/given.csv": "id,amount,seen\n7,1.0,2024-02-01\n",
        "models/e.sql": "{{ config(materialized='view') }} select id, amount * {{ var('rate', 2) }} as amount, seen from {{ ref('raw') }}",
        "models/a.sql": "{{ config(materialized='incremental', unique_key='id') }} select id, amount, seen from {{ ref('e') }} {% if is_incremental() %} where seen > (select max(seen) from {{ this }}) {% endif %}",
        "models/b.sql": "select sum(amount) as total, max(seen) as last from {{ ref('a') }} where {{ is_big('amount') }}",
        "macros/m.sql": "{% macro is_big(c) %}{{ c }} > 1{% endmacro %}",
        "models/p.yml": """
unit_tests:
  - name: by_fixture
    model: a
    given: [{input: ref('e'), format: csv, fixture: given}]
    expect: {format: csv, rows: "id,amount\\n7,1.0\\n"}
    overrides: {macros: {is_incremental: false}}
  - name: with_sql
    model: b
    description: x
    config: {tags: [u], meta: {a: 1}}
    given: [{input: ref('a'), format: sql, rows: "select 1 as id, 5.0 as amount, date '2024-01-01' as seen union all select 2, 0, null"}]
    expect: {rows: [{total: 5, last: 2024-01-01}]}
""",
    },
}  # fmt: skip
"""Name → the files of a project that both build to the same rows."""
