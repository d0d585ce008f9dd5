"""A seed, three models and tests of every kind: the build that is broken at one place after the other."""

from __future__ import annotations

FILES = {
    "dbt_project.yml": "name: small\nversion: 1.0.0\nprofile: small\nvars: {marker: none}\nmodels: {small: {+materialized: table}}\n",
    "profiles.yml": "small:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: data/small.duckdb, schema: main, threads: 1}\n",
    "seeds/words.csv": "id,word\n1,good\n2,bad\n",
    "raw/calls.csv": "id,seconds\n1,10\n2,20\n3,30\n",
    "models/sources.yml": "sources: [{name: raw, tables: [{name: calls, meta: {external_location: \"read_csv('raw/calls.csv')\"}}]}]\n",
    "models/calls.sql": "select '{{ var(\"marker\") }}' as marker, id, seconds from {{ source('raw', 'calls') }}",
    "models/named.sql": "{{ config(materialized='view') }}\nselect calls.marker, calls.id, words.word from {{ ref('calls') }} as calls"
    "\ninner join {{ ref('words') }} as words on calls.id = words.id",
    "models/totals.sql": "select min(marker) as marker, count(*) as call_count, true as is_complete from {{ ref('named') }}",
    "models/models.yml": """\
models:
  - name: calls
    columns: [{name: id, data_tests: [unique, not_null]}]
  - name: totals
    config: {meta: {closed: {when: is_complete, key: [is_complete]}}}
    columns: [{name: marker, data_tests: [not_null]}, {name: call_count, data_tests: [{accepted_values: {arguments: {values: [7]}, config: {severity: warn}}}]}]
unit_tests:
  - name: calls_are_counted
    model: totals
    given: [{input: ref('named'), rows: [{marker: x, id: 1, word: good}]}]
    expect: {rows: [{marker: x, call_count: 1, is_complete: true}]}
""",
}
DATABASE = "data/small.duckdb"
SHOWN = {"calls": 3, "named": 2, "totals": 1}
