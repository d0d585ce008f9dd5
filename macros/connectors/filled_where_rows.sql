{#- A count of filled rows is not 0 where row_count says that there are rows. -#}
{% test filled_where_rows(model, column_name) %}
select *
from {{ model }}
where
    row_count > 0
    and {{ column_name }} = 0
{% endtest %}
