{#-
    Every character that Unicode calls white space, for use inside a quoted literal or a bracket of a pattern.
    One-argument trim knows only the space separators: a tab or a line feed around a code would survive it.
    Arguments: none.
    Returns: the characters themselves, without quotes or brackets.
-#}
{%- macro white_space() -%}
{{- "\u0009\u000a\u000b\u000c\u000d\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000" -}}
{%- endmacro -%}
