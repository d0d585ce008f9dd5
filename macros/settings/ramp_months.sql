{#-
    After how many months of 30 days a rep is taken to be established, for rep_ramp: the variable `ramp_months` (default
    6; 0 for no rows). One that is no whole number from 0 to 60 is a compile error.
    Arguments: none.
    Returns through return(): a whole number.
-#}
{% macro ramp_months() %}
    {%- set given = var('ramp_months', none) -%}
    {%- set months = (6 if given is none else given) | int(-1) -%}
    {%- if months < 0 or months > 60 -%}
        {{ exceptions.raise_compiler_error('ramp_months: `' ~ given ~ '` is no whole number from 0 to 60') }}
    {%- endif -%}
    {{ return(months) }}
{% endmacro %}
