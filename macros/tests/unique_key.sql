{#-
    A test that no two rows of the model agree in all of the columns; null is a value like any other.
    Arguments:
        model (relation): the model tested.
        columns (list): names of its columns, at least one.
    Returns: a query of the keys that are there more than once, with row_count; no rows when the test passes.
-#}
{% test unique_key(model, columns) %}
select
    {{ columns | join(',\n    ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
