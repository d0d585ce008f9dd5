{#-
    Up to three of the values of a text column, for shown_samples.
    Arguments:
        column (SQL): a text; or, as lost_value writes it, a text, a separator (U+001F) and what is shown after it.
        is_lost_value (boolean, default false): true for the latter.
    Returns: an SQL aggregate, a text of three of them between separators (U+001F and U+001E), one perhaps twice; null
        where every value is.
    Mind: the samples are the least text, the greatest, and the one whose md5 is least, which is as good as drawn by
        lot and yet the same on every build. Of the rows with one value the least shows that with the least key, the
        greatest that with the greatest.
-#}
{%- macro samples_of(column, is_lost_value=false) -%}
{%- set value = "split_part(" ~ column ~ ", '\u001f', 1)" if is_lost_value else column -%}
{%- set end = '' if is_lost_value else " || '\u001f'''" -%}
{%- set between = " || '\u001f\u001e' || " if is_lost_value else " || '\u001f''\u001f\u001e' || " -%}
min({{ column }}){{ between }}max({{ column }}){{ between }}substring(min(md5({{ value }}) || {{ column }}), 33){{ end }}
{%- endmacro -%}
