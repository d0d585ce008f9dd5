{#-
    A test that the amounts of a connector's deals are in one currency, as sums of them are not converted.
    Arguments:
        model (relation): the model tested.
        columns (list): the columns of the amount and of its currency; null is the account's own.
    Returns: a query of the currencies with their number of amounts, where there are several; no rows when the test
        passes.
-#}
{% test one_currency(model, columns) %}
with

counted as (

    select
        coalesce({{ columns[1] }}, 'the account''s own') as currency,
        count(*) as amount_count
    from {{ model }}
    where {{ columns[0] }} is not null
    group by coalesce({{ columns[1] }}, 'the account''s own')

)

select *
from counted
where (select count(*) from counted as currencies) > 1
{% endtest %}
