{#-
    What may be lost of the inputs, as shares from above 0 to 1: of a column's values that can't be read, and of an input's rows
    that are set aside, from which share on it is warned of and from which it is an error.
-#}

{#-
    The share of a column's values that can't be read from which it is warned of: the variable `unreadable_warn_share`
    (default 0.01).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_unreadable_warn_share() -%}
{%- set given = var('unreadable_warn_share', none) -%}
{{ 0.01 if given is none else given }}
{%- endmacro -%}

{#-
    The share of a column's values that can't be read from which it is an error: the variable `unreadable_error_share`
    (default 0.2).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_unreadable_error_share() -%}
{%- set given = var('unreadable_error_share', none) -%}
{{ 0.2 if given is none else given }}
{%- endmacro -%}

{#-
    The share of an input's rows set aside from which it is warned of: the variable `set_aside_warn_share` (default
    0.05).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_set_aside_warn_share() -%}
{%- set given = var('set_aside_warn_share', none) -%}
{{ 0.05 if given is none else given }}
{%- endmacro -%}

{#-
    The share of an input's rows set aside from which it is an error: the variable `set_aside_error_share` (default
    0.5).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_set_aside_error_share() -%}
{%- set given = var('set_aside_error_share', none) -%}
{{ 0.5 if given is none else given }}
{%- endmacro -%}

{#-
    The losses that the project knows of and accepts, `input.column` or `input.reason`: the variable `accepted_losses`.
    Arguments: none.
    Returns: an SQL list of texts for `in`, with its parentheses; only the empty text without the variable.
-#}
{%- macro setting_accepted_losses() -%}
('' {%- for loss in var('accepted_losses', none) or [] %}, '{{ loss | string | trim | lower | replace("'", "''") }}'{% endfor %})
{%- endmacro -%}

{#-
    The share of an input's keys that find their row in another input below which it is warned of: the variable
    `key_match_warn_share` (default 0.8).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_key_match_warn_share() -%}
{%- set given = var('key_match_warn_share', none) -%}
{{ 0.8 if given is none else given }}
{%- endmacro -%}

{#-
    The share of an input's keys that find their row in another input below which it is an error: the variable
    `key_match_error_share` (default 0.02).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_key_match_error_share() -%}
{%- set given = var('key_match_error_share', none) -%}
{{ 0.02 if given is none else given }}
{%- endmacro -%}
