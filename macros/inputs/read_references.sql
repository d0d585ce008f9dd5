{#-
    The references (declared_references) between two inputs that are both read.
    Arguments: none.
    Returns through return(): a list, of each what declared_references has of it.
-#}
{%- macro read_references() -%}
{%- set read = namespace(inputs=[], references=[]) -%}
{%- for input, declared in declared_inputs().items() if declared.get('is_required') or has_input(input) -%}
    {%- set read.inputs = read.inputs + [input] -%}
{%- endfor -%}
{%- for reference in declared_references() if reference[0] in read.inputs and reference[2] in read.inputs -%}
    {%- set read.references = read.references + [reference] -%}
{%- endfor -%}
{{ return(read.references) }}
{%- endmacro -%}
