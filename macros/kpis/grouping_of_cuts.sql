{#- The grouping sets of every period of kpi_grains() with each of the columns `cuts` and with none; `keys` stand in all of them. -#}
{% macro grouping_of_cuts(cuts, keys=[]) -%}
{%- for grain in kpi_grains() %}
{%- set period = keys + ([] if grain == 'all' else [grain ~ '_start']) -%}
({{ period | join(', ') }})
{%- for cut in cuts %},
({{ (period + [cut]) | join(', ') }})
{%- endfor %}
{%- if not loop.last %},
{% endif %}
{%- endfor %}
{%- endmacro %}
