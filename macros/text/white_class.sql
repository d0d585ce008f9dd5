{#-
    The characters of white_space as a class of a pattern: as ranges, which is half as long.
    Arguments: none.
    Returns: the class with its brackets, for use in a quoted literal.
-#}
{%- macro white_class() -%}
{{- "[\u0009-\u000d\u001c- \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]" -}}
{%- endmacro -%}
