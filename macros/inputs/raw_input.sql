{#-
    The relation from which staging reads an input: what connectors bring, where any is switched on and brings it, else
    what the project itself brings (brought_input).
    Arguments:
        input (text): a name of declared_inputs().
    Returns through return(): a relation; none for an optional input that is not there.
-#}
{%- macro raw_input(input) -%}
{%- set declared = declared_inputs()[input] -%}
{%- if not declared.get('is_required') and not has_input(input) -%}
{{ return(none) }}
{%- elif has_connector() and declared.get('is_connected') -%}
{{ return(ref('connected_' ~ input)) }}
{%- else -%}
{{ return(brought_input(input)) }}
{%- endif -%}
{%- endmacro -%}
