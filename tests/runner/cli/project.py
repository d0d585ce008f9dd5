"""The project that most tests of commands run on."""

from __future__ import annotations

FILES = {
    "models/orders.sql": "{{ config(materialized='table', tags=['daily']) }}\nselect i as order_id, 'o' || i as word from range(1, 13) as t(i)",
    "models/big.sql": "select order_id from {{ ref('orders') }} where order_id > 10",
    "models/folded.sql": "{{ config(materialized='ephemeral') }} select 5 as five",
    "models/all.yml": "models:\n  - name: orders\n    description: All of them.\n    columns: [{name: order_id, data_tests: [unique]}]\n",
    "seeds/words.csv": "word\n[red]not markup[/red]\n[/]\n",
}
