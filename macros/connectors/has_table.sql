{#- A non-empty text unless the variable `connectors_without` lists the tool's table, as in `twilio.call`: it is not there. -#}
{%- macro has_table(tool, table) -%}
{%- if (tool ~ '.' ~ table) not in (var('connectors_without', none) or []) -%}true{%- endif -%}
{%- endmacro -%}
