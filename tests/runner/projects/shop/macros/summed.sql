{% macro summed(column, key='customer_id') %}
select {{ key }}, cast(sum({{ column }}) as bigint) as total
from ({{ caller() }}) as inner_rows
group by {{ key }}
{% endmacro %}
