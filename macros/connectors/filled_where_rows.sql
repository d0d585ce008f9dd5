{#-
    A test that a count of filled rows is not 0 where row_count says that there are rows.
    Arguments:
        model (relation): the model tested, which has row_count.
        column_name (text): the column of the count.
    Returns: a query of the rows where it is 0; no rows when the test passes.
-#}
{% test filled_where_rows(model, column_name) %}
select *
from {{ model }}
where
    row_count > 0
    and {{ column_name }} = 0
{% endtest %}
