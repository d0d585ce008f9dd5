{#- The settings of customer_value: one macro each, the variable or what it is when a vars file leaves it out. -#}

{#-
    The outcome whose amounts are revenue, the variable `revenue_outcome` (default closed_won).
    Arguments: none.
    Returns: an SQL literal, a text in lower case.
-#}
{%- macro setting_revenue_outcome() -%}
{{ string_literal((var('revenue_outcome', none) or 'closed_won') | trim | lower) }}
{%- endmacro -%}

{#-
    Days after the first conversion at which customers are compared: the variable `value_horizons` (default 30, 90, 180,
    365). A number not above 0 is a compile error.
    Arguments: none.
    Returns through return(): a list of whole numbers, sorted, each once.
-#}
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
