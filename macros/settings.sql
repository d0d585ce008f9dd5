{#-
    One macro per setting: the variable, or what it is when a vars file leaves it out. Each is an SQL literal, but for
    has_input, which is a non-empty text when the optional input is switched on.
-#}

{%- macro has_input(input) -%}
{%- if input in (var('inputs', none) or []) -%}true{%- endif -%}
{%- endmacro -%}

{#- The text of as_of as an SQL literal; null when it is not given. -#}
{%- macro setting_as_of() -%}
{%- set given = var('as_of', none) -%}
{%- if given is none or (given | string | trim) == '' -%}
cast(null as timestamp)
{%- else -%}
{%- set literal = "'" ~ (given | string | trim | replace("'", "''")) ~ "'" -%}
coalesce({{ as_timestamp(literal) }}, cast({{ literal }} as timestamp))
{%- endif -%}
{%- endmacro -%}

{%- macro setting_timezone() -%}
'{{ (var('timezone', none) or 'UTC') | string | replace("'", "''") }}'
{%- endmacro -%}

{%- macro setting_disposition_grace_hours() -%}
{%- set given = var('disposition_grace_hours', none) -%}
{{ 24 if given is none else given }}
{%- endmacro -%}

{%- macro setting_business_calendar() -%}
'{{ (var('business_calendar', none) or 'default') | string | trim | lower | replace("'", "''") }}'
{%- endmacro -%}

{%- macro setting_confidence() -%}
{%- set given = var('confidence', none) -%}
{{ 0.95 if given is none else given }}
{%- endmacro -%}

{%- macro setting_abandonment_hours() -%}
{%- set given = var('abandonment_hours', none) -%}
{{ 24 if given is none else given }}
{%- endmacro -%}

{%- macro setting_freshness_hours() -%}
{%- set given = var('freshness_hours', none) -%}
{{ 168 if given is none else given }}
{%- endmacro -%}
