{#-
    The sets of dimensions by which a definition cuts. A name that is no dimension is a compile error.
    Arguments:
        where (text): whose they are, for errors.
        given (list): lists of names of dimensions, or none for one set of everything.
    Returns through return(): a mapping: sets (each sorted, each once) and dimensions (those that any set uses).
-#}
{% macro chosen_cuts(where, given) -%}
    {%- set out = namespace(sets=[], dimensions=[]) -%}
    {%- for dimensions in given or [[]] -%}
        {%- set names = dimensions | unique | sort(case_sensitive=true) | list -%}
        {%- if names not in out.sets -%}
            {%- set out.sets = out.sets + [names] -%}
        {%- endif -%}
        {%- for dimension in names if dimension not in out.dimensions -%}
            {%- set out.dimensions = out.dimensions + [metric_choice(where, 'dimension', dimension, none, cohort_dimensions())] -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return({'sets': out.sets, 'dimensions': out.dimensions}) }}
{%- endmacro %}
