{#- Whether a value that was typed is one of those that count; none where every one is. -#}
{%- macro is_listed(column, kind) -%}
{%- if kind == 'direction' -%}
{{ column }} in ('inbound', 'outbound')
{%- elif kind == 'sender_type' -%}
{{ column }} in ('contact', 'rep', 'bot', 'system')
{%- elif kind == 'score' -%}
{{ column }} between -1 and 1
{%- endif -%}
{%- endmacro -%}
