{#-
    Whether a row is seen at as_of: none of its times is later.
    Arguments:
        as_of (SQL): a timestamp; null hides nothing.
        times (list): SQL expressions, timestamps, at least one; one that is null hides nothing.
    Returns: an SQL condition, never null.
-#}
{%- macro is_visible(as_of, times) -%}
{%- for time in times -%}
({{ time }} <= {{ as_of }} or {{ time }} is null or {{ as_of }} is null){{ ' and ' if not loop.last }}
{%- endfor -%}
{%- endmacro -%}
