{#- The settings of the models that compare rates: one macro each, the variable or what it is when a vars file leaves it out. -#}

{#- Share of the standard's conversations that a group must have strata of, to be compared with other groups. -#}
{%- macro setting_minimum_coverage() -%}
{%- set given = var('minimum_coverage', none) -%}
{{ 0.8 if given is none else given }}
{%- endmacro -%}

{#- Days after the anchor at which window_sensitivity reads the rate: numbers, sorted, each once. -#}
{%- macro sensitivity_windows() -%}
{%- set out = namespace(days=[]) -%}
{%- for given in var('sensitivity_windows', none) or [7, 14, 30, 60, 90] -%}
    {%- if given | float <= 0 -%}
        {{ exceptions.raise_compiler_error('sensitivity_windows: `' ~ given ~ '` is no number of days above 0') }}
    {%- endif -%}
    {%- set out.days = out.days + [given | float] -%}
{%- endfor -%}
{{ return(out.days | unique | sort | list) }}
{%- endmacro -%}

{#- Below which p the sizes of an experiment's variants are called wrong: far below the usual 0.05, for it is asked of every one. -#}
{%- macro setting_sample_ratio_alpha() -%}
{%- set given = var('sample_ratio_alpha', none) -%}
{{ 0.001 if given is none else given }}
{%- endmacro -%}
