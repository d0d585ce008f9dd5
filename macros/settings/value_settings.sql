{#- The settings of customer_value: one macro each, the variable or what it is when a vars file leaves it out. -#}

{#- The outcome whose amounts are revenue. -#}
{%- macro setting_revenue_outcome() -%}
{{ string_literal((var('revenue_outcome', none) or 'closed_won') | trim | lower) }}
{%- endmacro -%}

{#- Days after the first conversion at which customers are compared: whole numbers, sorted, each once. -#}
{%- macro value_horizons() -%}
{%- set out = namespace(days=[]) -%}
{%- for given in var('value_horizons', none) or [30, 90, 180, 365] -%}
    {%- if given | int <= 0 -%}
        {{ exceptions.raise_compiler_error('value_horizons: `' ~ given ~ '` is no whole number of days above 0') }}
    {%- endif -%}
    {%- set out.days = out.days + [given | int] -%}
{%- endfor -%}
{{ return(out.days | unique | sort | list) }}
{%- endmacro -%}
