{#-
    The grains that a definition asks for. A name that is no grain is a compile error.
    Arguments:
        where (text): whose they are, for errors.
        given (list): names of grains, or none for months.
    Returns through return(): a list of names, each once and in its order, with `all` at the end.
-#}
{% macro chosen_grains(where, given) -%}
    {%- set out = namespace(grains=[]) -%}
    {%- for grain in given or ['month'] -%}
        {%- set grain = metric_choice(where, 'grain', grain, none, known_grains() + ['all']) -%}
        {%- if grain not in out.grains and grain != 'all' -%}
            {%- set out.grains = out.grains + [grain] -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(out.grains + ['all']) }}
{%- endmacro %}
