{#-
    Whether the tool is named in the variable `connectors`; without a tool, whether any is. `raw` there is the raw
    tables, beside the tools. A tool listed that there is none of is a compile error.
    Arguments:
        tool (text, default none): raw, twilio, hubspot, salesforce, zendesk or intercom; none for any of them.
    Returns: a non-empty text when it is, else an empty one.
-#}
{%- macro has_connector(tool=none) -%}
{%- set listed = var('connectors', none) or [] -%}
{%- for name in listed if name not in ['raw', 'twilio', 'hubspot', 'salesforce', 'zendesk', 'intercom'] -%}
    {{ exceptions.raise_compiler_error("connectors: '" ~ name ~ "' is none of raw, twilio, hubspot, salesforce, zendesk, intercom") }}
{%- endfor -%}
{%- if (listed if tool is none else tool in listed) -%}true{%- endif -%}
{%- endmacro -%}
