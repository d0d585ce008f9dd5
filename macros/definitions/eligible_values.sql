{#-
    The values that `eligible` of metric versions names of dimensions which are columns of `conversations`: its
    channels, and what its `where` compares such a column with, by `=` or `in`.
    Arguments:
        metrics (list): metric versions as conversion_metrics() returns them.
    Returns through return(): a list of mappings: metric, version, column and value, each once.
    Mind: a text that only looks like a comparison, inside a literal, is read too. So this is for warnings alone.
-#}
{% macro eligible_values(metrics) %}
    {%- set out = namespace(found=[]) -%}
    {%- set columns = cohort_dimensions() | reject('in', ['is_regulated', 'handled_by', 'response_band', 'timing_window']) | list -%}
    {%- for metric in metrics -%}
        {%- set named = namespace(pairs=[]) -%}
        {%- for channel in metric.channels or [] -%}
            {%- set named.pairs = named.pairs + [['channel', channel]] -%}
        {%- endfor -%}
        {%- for column, value in modules.re.findall("([A-Za-z_]+)[ \n]*=[ \n]*'([^']*)'", metric.where or '') -%}
            {%- set named.pairs = named.pairs + [[column | lower, value]] -%}
        {%- endfor -%}
        {%- for column, listed in modules.re.findall("([A-Za-z_]+)[ \n]+[Ii][Nn][ \n]*[(]([^()]*)[)]", metric.where or '') -%}
            {%- for value in modules.re.findall("'([^']*)'", listed) -%}
                {%- set named.pairs = named.pairs + [[column | lower, value]] -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for column, value in named.pairs if column in columns -%}
            {%- set each = {'metric': metric.name, 'version': metric.version, 'column': column, 'value': value} -%}
            {%- if each not in out.found -%}
                {%- set out.found = out.found + [each] -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(out.found) }}
{% endmacro %}
