{#- The settings of the models that compare rates: one macro each, the variable or what it is when a vars file leaves it out. -#}

{#-
    Share of the standard's conversations that a group must have strata of, to be compared with other groups: the
    variable `minimum_coverage` (default 0.8).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_minimum_coverage() -%}
{%- set given = var('minimum_coverage', none) -%}
{{ 0.8 if given is none else given }}
{%- endmacro -%}

{#-
    Days after the anchor at which window_sensitivity reads the rate: the variable `sensitivity_windows` (default 7, 14,
    30, 60, 90). A number not above 0 is a compile error.
    Arguments: none.
    Returns through return(): a list of numbers, sorted, each once.
-#}
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

{#-
    Below which p the sizes of an experiment's variants are called wrong, the variable `sample_ratio_alpha` (default
    0.001): far below the usual 0.05, for it is asked of every one.
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_sample_ratio_alpha() -%}
{%- set given = var('sample_ratio_alpha', none) -%}
{{ 0.001 if given is none else given }}
{%- endmacro -%}

{#-
    How many earlier complete cohorts the limits of a rate are drawn from, at least: the variable
    `alert_minimum_cohorts` (default 8).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_alert_minimum_cohorts() -%}
{%- set given = var('alert_minimum_cohorts', none) -%}
{{ 8 if given is none else given }}
{%- endmacro -%}

{#-
    How many earlier complete cohorts the limits of a rate are drawn from, at most: the variable
    `alert_baseline_cohorts` (default 25).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_alert_baseline_cohorts() -%}
{%- set given = var('alert_baseline_cohorts', none) -%}
{{ 25 if given is none else given }}
{%- endmacro -%}

{#-
    How many cohorts in a row on one side of the centre are a signal, the variable `alert_run_length` (default 9).
    Arguments: none.
    Returns: an SQL literal, a number.
    Source: Nelson's nine.
-#}
{%- macro setting_alert_run_length() -%}
{%- set given = var('alert_run_length', none) -%}
{{ 9 if given is none else given }}
{%- endmacro -%}
