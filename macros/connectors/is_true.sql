{#- Whether a flag of any type, or its text, is true; null is not. -#}
{%- macro is_true(column) -%}
coalesce(lower(cast({{ column }} as varchar)), 'false') in ('true', 't', '1')
{%- endmacro -%}
