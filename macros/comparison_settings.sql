{#- The settings of the models that compare rates: one macro each, the variable or what it is when a vars file leaves it out. -#}

{#- Share of the standard's conversations that a group must have strata of, to be compared with other groups. -#}
{%- macro setting_minimum_coverage() -%}
{%- set given = var('minimum_coverage', none) -%}
{{ 0.8 if given is none else given }}
{%- endmacro -%}
