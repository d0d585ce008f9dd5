{#-
    The coarsest period from which all of some grains follow, in the words of cell_date.
    Arguments:
        grains (list): names of grains; `all` adds nothing to them.
    Returns through return(): a grain's name, or `week of <grain>`: the part of a week that lies in one month, quarter
        or year.
-#}
{% macro base_grain_of(grains) -%}
    {%- set longer = namespace(grain='year') -%}
    {%- for grain in ['quarter', 'month'] if grain in grains -%}
        {%- set longer.grain = grain -%}
    {%- endfor -%}
    {%- if 'day' in grains -%}
        {{ return('day') }}
    {%- elif 'week' not in grains -%}
        {{ return(longer.grain) }}
    {%- elif longer.grain == 'year' and 'year' not in grains -%}
        {{ return('week') }}
    {%- else -%}
        {{ return('week of ' ~ longer.grain) }}
    {%- endif -%}
{%- endmacro %}
