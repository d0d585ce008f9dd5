"""Files of tiny projects that every kind of target builds."""

from __future__ import annotations

EVERY_TYPE = {
    "seeds/amounts.csv": 'id,name,amount,share\n1,a,10.5,0.1\n2,"b ""c"", d",20,1e-300\n3,,30,nan\n4,é 𝄞\\n,,infinity\n',
    "seeds/properties.yml": """\
        seeds:
          - name: amounts
            config: {column_types: {id: bigint, name: varchar, amount: "decimal(10, 2)", share: double}}
        """,
    "models/sales.sql": """\
        {{ config(materialized='table') }}
        select
            id,
            name,
            amount,
            share,
            id > 2 as is_late,
            cast('2024-02-29 01:02:03.000004' as timestamp) as seen_at,
            cast('2024-02-29' as date) as seen_on,
            cast(null as varchar) as nothing,
            count(*) over () as all_rows,
            sum(id) over () as total
        from {{ ref('amounts') }}
        """,
    "models/models.yml": "models: [{name: sales, columns: [{name: id, data_tests: [unique, not_null]}]}]\n",
}
"""One table with a column of each type, what is odd among texts and numbers in it; for comparing two targets."""

ORDERS = {
    "raw/orders.csv": "order_id,colour_id,ordered_at\n10,1,2024-01-02 03:04:05\n11,1,2024-01-03\n12,3,\n",
    "models/sources.yml": """\
        sources:
          - name: raw
            meta: {external_location: "raw/{name}.csv"}
            tables: [{name: orders}]
        """,
    "models/orders.sql": """\
        {{ config(materialized='table') }}
        select cast(order_id as bigint) as order_id, cast(colour_id as bigint) as colour_id, cast(ordered_at as timestamp) as ordered_at
        from {{ source('raw', 'orders') }}
        """,
    "models/sales.sql": """\
        select colours.id, colours.name, count(orders.order_id) as orders, sum(colours.price) as total
        from {{ ref('colours') }} as colours
        left join {{ ref('orders') }} as orders on colours.id = orders.colour_id
        group by colours.id, colours.name
        """,
}
"""A source of files, a table over it, and a view of that with the seed `colours`, which each test brings."""

LETTERS = {
    "vars.yml": "marker: none\n",
    "seeds/letters.csv": "letter\na\nb\n",
    "models/first.sql": "{{ config(materialized='table') }} select letter, '{{ var('marker') }}' as marker from {{ ref('letters') }}",
    "models/second.sql": "select letter, marker from {{ ref('first') }}",
    "models/third.sql": "{{ config(materialized='table') }} select count(*) as n, max(marker) as marker from {{ ref('second') }}",
}
"""A table, a view and a table, each row with the build that made it; for breaking builds."""
