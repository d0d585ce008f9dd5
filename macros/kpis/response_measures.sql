{#-
    What response_kpis tells of a conversation's waits, each a column of first_waits in whole microseconds.
    Arguments: none.
    Returns through return(): a list of mappings: responder and measure as the table names them, calendar, the column of
        elapsed time, and business, that of business time (none for bots, who have no hours).
-#}
{% macro response_measures() -%}
    {{ return([
        {'responder': 'human', 'measure': 'first_response', 'calendar': 'first_response_us', 'business': 'first_response_business_us'},
        {'responder': 'human', 'measure': 'average_response', 'calendar': 'average_response_us', 'business': 'average_response_business_us'},
        {'responder': 'human', 'measure': 'longest_wait', 'calendar': 'longest_wait_us', 'business': 'longest_wait_business_us'},
        {'responder': 'bot', 'measure': 'first_response', 'calendar': 'first_bot_response_us', 'business': none},
    ]) }}
{%- endmacro %}
