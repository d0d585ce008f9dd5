"""A little of everything that stands in artifacts: seeds that are sources, tests of each kind, a contract, a group, an exposure."""

from __future__ import annotations

FILES = {
    "dbt_project.yml": "name: shop\nversion: 1.0.0\nprofile: shop\n",
    "profiles.yml": "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb, schema: main, threads: 1}\n",
    "seeds/raw_orders.csv": "id,customer_id,amount\n1,1,10\n2,1,20\n3,2,5\n",
    "seeds/raw_customers.csv": "id,name\n1,Ann\n2,Bo\n",
    "seeds/seeds.yml": "seeds: [{name: raw_orders, description: Orders as loaded., columns: [{name: id, description: Key.}]}]\n",
    "macros/cents.sql": "{% macro cents(column) %}({{ column }} * 100){% endmacro %}\n",
    "models/staging/stg_orders.sql": "select id as order_id, customer_id, {{ cents('amount') }} as cents from {{ ref('raw_orders') }}",
    "models/staging/stg_customers.sql": "{{ config(materialized='view', tags=['people']) }} select id as customer_id, name from {{ source('crm', 'raw_customers') }}",
    "models/marts/customers.sql": """
        {{ config(materialized='table') }}
        with orders as (select * from {{ ref('stg_orders') }})
        select c.customer_id, c.name, sum(o.cents) as cents
        from {{ ref('stg_customers') }} as c left join orders as o on o.customer_id = c.customer_id
        group by 1, 2
        """,
    "models/sources.yml": "sources: [{name: crm, schema: main, tables: [{name: raw_customers, description: People., columns: [{name: id, description: Key., data_tests: [unique]}]}]}]\n",
    "models/staging/staging.yml": """
        models:
          - name: stg_orders
            description: Orders.
            columns:
              - {name: order_id, description: Key., data_tests: [unique, not_null]}
              - {name: customer_id, data_tests: [{relationships: {arguments: {to: ref('stg_customers'), field: customer_id}}}]}
          - {name: stg_customers, columns: [{name: customer_id, description: Key.}]}
        """,
    "models/marts/marts.yml": """
        models:
          - name: customers
            description: One row per customer.
            access: public
            config: {group: sales, contract: {enforced: true}, meta: {owner: ann}}
            columns:
              - {name: customer_id, description: Key., data_type: integer, data_tests: [unique]}
              - {name: name, data_type: varchar, data_tests: [{accepted_values: {arguments: {values: [Ann, Bo]}, config: {severity: warn}}}]}
              - {name: cents, data_type: hugeint}
        groups: [{name: sales, owner: {name: Ann, email: ann@example.com}}]
        exposures: [{name: weekly, type: dashboard, maturity: high, url: "https://example.com", description: The week., owner: {name: Ann}, depends_on: [ref('customers')]}]
        unit_tests:
          - {name: in_cents, model: stg_orders, given: [{input: ref('raw_orders'), rows: [{id: 1, customer_id: 1, amount: 2}]}], expect: {rows: [{order_id: 1, customer_id: 1, cents: 200}]}}
        """,
    "tests/nothing_negative.sql": "select * from {{ ref('customers') }} where cents < 0",
}  # fmt: skip
