{#-
    The relation of an input that the project itself brings: its own model of that name where the variable
    `input_models` lists the input (docs/inputs.md), else the raw table.
    Arguments:
        input (text): a name of declared_inputs().
    Returns through return(): a relation; none for an optional input that neither `inputs` nor `input_models` lists.
    Mind: the ref has no package: it is looked for among the models of this package, which has none of an
        input's name, and then among those of the project.
-#}
{%- macro brought_input(input) -%}
{%- if input in (var('input_models', none) or []) -%}
{{ return(ref(input)) }}
{%- elif declared_inputs()[input].get('is_required') or input in (var('inputs', none) or []) -%}
{{ return(source('raw', input)) }}
{%- else -%}
{{ return(none) }}
{%- endif -%}
{%- endmacro -%}
