"""A tiny project with one of everything that is written."""

from __future__ import annotations

FILES = {
    "seeds/amounts.csv": 'id,name,amount\n1,a,10.5\n2,"b ""c""",20\n3,,30\n',
    "seeds/properties.yml": """\
        seeds:
          - name: amounts
            config: {column_types: {id: bigint, name: varchar, amount: "decimal(10, 2)"}}
        """,
    "raw/orders.csv": "order_id,amount_id,ordered_at\n10,1,2024-01-02 03:04:05\n11,1,2024-01-03\n12,3,\n",
    "models/sources.yml": """\
        sources:
          - name: raw
            meta: {external_location: "raw/{name}.csv"}
            tables:
              - name: orders
                columns: [{name: order_id, data_tests: [not_null]}]
        """,
    "models/marts/orders.sql": """\
        {{ config(materialized='ephemeral') }}
        select cast(order_id as bigint) as order_id, cast(amount_id as bigint) as amount_id, cast(ordered_at as timestamp) as ordered_at
        from {{ source('raw', 'orders') }}
        """,
    "models/marts/sales.sql": """\
        {{ config(materialized='table', alias='sold', schema='sales', tags=['money'], meta={'owner': 'us'}, contract={'enforced': true}) }}
        select
            amounts.id,
            amounts.name,
            count(orders.order_id) as orders,
            coalesce(sum(amounts.amount), 0) as total,
            cast(count(orders.order_id) as double) / 3 as share,
            '{{ "{{" }} x }} {{ "{%" }}' as braces
        from {{ ref('amounts') }} as amounts
        left join {{ ref('orders') }} as orders on amounts.id = orders.amount_id
        group by amounts.id, amounts.name
        """,
    "models/large.sql": "select * from {{ ref('sales') }} where total > 10",
    "models/models.yml": """\
        models:
          - name: sales
            description: "What was sold, in {{ '{{' }} braces }}."
            columns:
              - {name: id, data_type: bigint, description: The amount., data_tests: [not_null, unique]}
              - {name: name, data_type: varchar, data_tests: [{accepted_values: {arguments: {values: [a, 'b "c"']}}}]}
              - {name: orders, data_type: bigint, data_tests: [{not_null: {config: {where: "total > 0"}}}]}
              - {name: total, data_type: "decimal(38, 2)"}
              - {name: share, data_type: double}
              - {name: braces, data_type: varchar}
            data_tests: [{above: {arguments: {column: total, least: -1}, config: {severity: warn}}}]
          - name: large
            columns:
              - name: id
                data_tests: [{relationships: {arguments: {to: ref('sales'), field: id}, config: {tags: [keys]}}}]
        """,
    "macros/above.sql": "{% test above(model, column, least) %}select * from {{ model }} where {{ column }} <= {{ least }}{% endtest %}",
    "tests/none_is_lost.sql": """\
        {{ config(fail_calc='sum(missing)', error_if='> 5', warn_if='> 3') }}
        select 3 - count(*) as missing from {{ ref('sales') }}
        """,
}
