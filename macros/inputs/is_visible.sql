{#-
    Whether a row is seen at as_of: none of its times is later. A time that is null hides nothing, nor does an as_of that is null.
-#}
{%- macro is_visible(as_of, times) -%}
{%- for time in times -%}
({{ time }} <= {{ as_of }} or {{ time }} is null or {{ as_of }} is null){{ ' and ' if not loop.last }}
{%- endfor -%}
{%- endmacro -%}
