{#- The settings of the disposition audit: one macro each, the variable or what it is when a vars file leaves it out. -#}

{#-
    Whether the project has the seed `disposition_reviews`, if only with its header: the variable of that name.
    Arguments: none.
    Returns: a non-empty text when it has, else an empty one.
-#}
{%- macro has_disposition_reviews() -%}
{%- if var('disposition_reviews', none) | string | lower == 'true' -%}true{%- endif -%}
{%- endmacro -%}

{#-
    What the draw begins from, the variable `audit_seed` (default convsql): another text draws another sample.
    Arguments: none.
    Returns: an SQL literal, a text.
-#}
{%- macro setting_audit_seed() -%}
{{ string_literal(var('audit_seed', none) or 'convsql') }}
{%- endmacro -%}

{#-
    How many conversations are drawn of each category, the variable `audit_sample_size` (default 30).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_audit_sample_size() -%}
{%- set given = var('audit_sample_size', none) -%}
{{ 30 if given is none else given }}
{%- endmacro -%}
