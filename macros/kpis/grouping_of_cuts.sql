{#-
    The grouping sets of every period of kpi_grains() with each of some columns and with none.
    Arguments:
        cuts (list): names of the columns; empty for the periods alone.
        keys (list, default []): names of columns that stand in all of the sets.
    Returns: the inside of SQL's `grouping sets (…)`. Each period but `all` is the column `<grain>_start`.
-#}
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
