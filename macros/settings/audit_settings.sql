{#- The settings of the disposition audit: one macro each, the variable or what it is when a vars file leaves it out. -#}

{#- A non-empty text when the project has the seed `disposition_reviews`, if only with its header: the variable of that name. -#}
{%- macro has_disposition_reviews() -%}
{%- if var('disposition_reviews', none) | string | lower == 'true' -%}true{%- endif -%}
{%- endmacro -%}

{#- What the draw begins from: another text draws another sample. -#}
{%- macro setting_audit_seed() -%}
{{ string_literal(var('audit_seed', none) or 'convsql') }}
{%- endmacro -%}

{#- How many conversations are drawn of each category. -#}
{%- macro setting_audit_sample_size() -%}
{%- set given = var('audit_sample_size', none) -%}
{{ 30 if given is none else given }}
{%- endmacro -%}
