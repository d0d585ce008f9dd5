{% set days = [1, 2, 3] %}
select
    order_id,
    {% for day in days %}
    ordered_on + {{ day }} as day_{{ day }},
    {% endfor %}
    date_trunc(ordered_on, 'month') as month
from {{ ref('orders') }}
where ordered_on > [1]
