{#-
    A non-empty text when the tool is named in the variable `connectors`; without a tool, when any is. `raw` there is the raw
    tables, beside the tools. A tool that there is none of is an error.
-#}
{%- macro has_connector(tool=none) -%}
{%- set listed = var('connectors', none) or [] -%}
{%- for name in listed if name not in ['raw', 'twilio', 'hubspot', 'salesforce', 'zendesk', 'intercom'] -%}
    {{ exceptions.raise_compiler_error("connectors: '" ~ name ~ "' is none of raw, twilio, hubspot, salesforce, zendesk, intercom") }}
{%- endfor -%}
{%- if (listed if tool is none else tool in listed) -%}true{%- endif -%}
{%- endmacro -%}
