{#-
    What may be lost of the inputs, as shares from above 0 to 1: of a column's values that can't be read, and of an input's rows
    that are set aside, from which share on it is warned of and from which it is an error.
-#}

{%- macro setting_unreadable_warn_share() -%}
{%- set given = var('unreadable_warn_share', none) -%}
{{ 0.01 if given is none else given }}
{%- endmacro -%}

{%- macro setting_unreadable_error_share() -%}
{%- set given = var('unreadable_error_share', none) -%}
{{ 0.2 if given is none else given }}
{%- endmacro -%}

{%- macro setting_set_aside_warn_share() -%}
{%- set given = var('set_aside_warn_share', none) -%}
{{ 0.05 if given is none else given }}
{%- endmacro -%}

{%- macro setting_set_aside_error_share() -%}
{%- set given = var('set_aside_error_share', none) -%}
{{ 0.5 if given is none else given }}
{%- endmacro -%}

{#- The losses that the project knows of and accepts, `input.column` or `input.reason`, as a list for `in`. -#}
{%- macro setting_accepted_losses() -%}
('' {%- for loss in var('accepted_losses', none) or [] %}, '{{ loss | string | trim | lower | replace("'", "''") }}'{% endfor %})
{%- endmacro -%}
