{#-
    Whether a row of `typed`, an input with its columns typed, is used: it has what it must have, and is seen at
    `as_of`.
    Arguments:
        input (text): a name of declared_inputs().
        as_of (SQL, default none): the moment that hides what is later; without one, nothing hides a row.
    Returns: an SQL condition on the columns of `typed`.
-#}
{%- macro is_usable(input, as_of=none) -%}
{%- set declared = declared_inputs()[input] -%}
{%- for column, kind, is_required in declared.columns if is_required -%}
typed.{{ column }} {{ 'is not null' if not is_listed(column, kind) else is_listed('', kind) | trim }}
        {%- if not loop.last %}
        and {% endif -%}
{%- endfor -%}
{%- if as_of is not none %}
        and {{ is_visible(as_of, (['typed.' ~ declared.event] if declared.event else []) + ['typed.loaded_at']) }}
{%- endif -%}
{%- endmacro -%}
