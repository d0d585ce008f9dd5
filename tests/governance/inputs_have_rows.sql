{{ config(severity='warn') }}

-- Inputs that the project reads and that hold no rows: what rests on them is 0 or empty, and looks like any other figure.
-- Mind: rows that were delivered and can't be used are the business of rows_are_used; an input that had rows in the last build fails.
{%- set meanings = {
    'messages': 'there are no conversations, and no rates',
    'contacts': 'nobody has a persona, a source or an account',
    'deals': 'nobody converts to anything that happens to deals: such rates are 0, or have no matured conversations',
    'deal_stages': 'nobody converts to anything that happens to deals: such rates are 0, or have no matured conversations',
    'lifecycle_stages': 'nobody converts to a lifecycle stage: such rates are 0, or have no matured conversations',
    'meetings': 'nobody converts to a meeting: such rates are 0, or have no matured conversations',
} %}
with input_rows as (
    select * from {{ ref('input_counts') }}
)

select
    input,
    case input
        {%- for name, meaning in meanings.items() %}
        when '{{ name }}' then '{{ meaning }}'
        {%- endfor %}
        else 'whatever is made of it is empty'
    end as what_it_means,
    'deliver its rows'
    || case when input in ('messages', 'contacts', 'deals', 'deal_stages') then '' else ', or take it off inputs in vars.yml' end as what_to_do
from input_rows
where row_count = 0
