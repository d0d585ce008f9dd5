{#-
    One of 64 groups of which an id is a member by its digest, always the same: what bootstrap_draws draws.
    Arguments:
        id (SQL): a text.
    Returns: an SQL expression, a whole number from 0 to 63; null of null.
-#}
{% macro bucket_of(id) -%}
    {%- set digits = '0123456789abcdef' -%}
    case substr(md5({{ id }}), 1, 1)
        {%- for digit in digits %}
        when '{{ digit }}' then {{ 4 * loop.index0 }}
        {%- endfor %}
    end
    + case
        when substr(md5({{ id }}), 2, 1) in ({{ string_list(digits[:4] | list) }}) then 0
        when substr(md5({{ id }}), 2, 1) in ({{ string_list(digits[4:8] | list) }}) then 1
        when substr(md5({{ id }}), 2, 1) in ({{ string_list(digits[8:12] | list) }}) then 2
        else 3
    end
{%- endmacro %}
