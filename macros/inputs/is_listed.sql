{#-
    Whether a value that was typed is one of those that count.
    Arguments:
        column (SQL): the typed value; empty to write what follows it alone.
        kind (text): a kind of declared_inputs.
    Returns: an SQL condition, null of null; an empty text for a kind of which every value counts.
-#}
{%- macro is_listed(column, kind) -%}
{%- if kind == 'direction' -%}
{{ column }} in ('inbound', 'outbound')
{%- elif kind == 'sender_type' -%}
{{ column }} in ('contact', 'rep', 'bot', 'system')
{%- elif kind == 'score' -%}
{{ column }} between -1 and 1
{%- endif -%}
{%- endmacro -%}
