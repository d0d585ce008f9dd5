select 1 as id
{% set rows = run_query('select 1') %}
