{#-
    Whether a tool's table is there: it is unless the variable `connectors_without` lists it, as in `twilio.call`.
    Arguments:
        tool (text): a connector's name.
        table (text): the name of its table.
    Returns: a non-empty text when it is there, else an empty one.
-#}
{%- macro has_table(tool, table) -%}
{%- if (tool ~ '.' ~ table) not in (var('connectors_without', none) or []) -%}true{%- endif -%}
{%- endmacro -%}
