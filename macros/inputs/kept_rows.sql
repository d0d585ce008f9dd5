{#- One row of `relation` for each key of an input (declared_inputs), as one_row_per_key chooses it. -#}
{%- macro kept_rows(input, relation, earliest=none) -%}
{{ one_row_per_key(relation, declared_inputs()[input].key, input_columns(input), earliest=earliest) }}
{%- endmacro -%}
